//! The rows in memory, for those who compare and repair copies.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use replication::{
    StoreError,
    inbox::{Ledger, Position},
    records::{Healed, Range, Records, Repair, StoredRow, Table},
};
use shared_events::{AuthorId, Producer, RecordVersion};

use super::{MemoryStore, State};
use crate::{
    adapters::messaging::{author_row, book_row, link_row, read_repairs, read_rows},
    domain::{AuthorsCache, CachedAuthor, Link},
};

/// Who owns what is cached.
const OWNER: Producer = Producer::Authors;

#[async_trait]
impl Records for MemoryStore {
    async fn rows(&self, table: Table, range: &Range) -> Result<Vec<StoredRow>, StoreError> {
        let state = self.state();
        match table {
            Table::Owned => {
                let epoch = state.journal.head().epoch;
                let rows = state.books.values();
                in_range(range, rows.map(|book| book_row(book, epoch)))
            }
            Table::Cached => in_range(range, state.authors.values().map(author_row)),
            Table::Links => {
                let link = |(key, register): (&_, &_)| {
                    link_row(&Link {
                        key: *key,
                        register: Clone::clone(register),
                    })
                };
                in_range(range, state.links.iter().map(link))
            }
        }
    }

    async fn take(&self, rows: &[StoredRow]) -> Result<(), StoreError> {
        self.apply(&read_rows(rows)?, &Ledger::default()).await
    }

    async fn complete_snapshot(&self, as_of: &Position) -> Result<u64, StoreError> {
        if as_of.producer != OWNER.name() {
            let text = format!("nothing of `{}` is copied here", as_of.producer);
            return Err(StoreError::Data(text));
        }
        let mut state = self.state();
        let before = state.authors.len();
        let is_named = |author: &CachedAuthor| author.version.epoch >= as_of.epoch;
        state.authors.retain(|_, author| is_named(author));
        state.journal.advance(as_of);
        Ok((before - state.authors.len()) as u64)
    }

    async fn heal(&self, repairs: &[Repair], _now: DateTime<Utc>) -> Result<Healed, StoreError> {
        let repairs = read_repairs(repairs)?;
        let mut state = self.state();
        let mut healed = Healed::default();
        for (author, named) in repairs.authors.values() {
            healed.rows += u64::from(state.take_author(author, *named));
        }
        for (id, named) in repairs.unknown {
            healed.quarantined += u64::from(state.isolate(id, named));
        }
        for (key, (offered, side)) in repairs.links {
            let held = state.links.get(&key).cloned();
            let repaired = match held.clone() {
                Some(held) => held.repair(offered, side),
                None => offered,
            };
            healed.rows += u64::from(held.as_ref() != Some(&repaired));
            state.links.insert(key, repaired);
        }
        Ok(healed)
    }

    async fn quarantined(&self) -> Result<u64, StoreError> {
        Ok(self.state().quarantine.len() as u64)
    }
}

impl State {
    /// Takes an author that is newer than the one held, or that differs from the one held if that
    /// is of exactly the version `named`; none of an epoch that is over. Returns whether it did.
    pub(super) fn take_author(
        &mut self,
        author: &CachedAuthor,
        named: Option<RecordVersion>,
    ) -> bool {
        let id = author.state.author_id;
        let held = self.authors.get(&id);
        let version = held.map(|held| held.version);
        let is_named = named.is_some() && version == named && held != Some(author);
        let current = author.version.epoch >= self.journal.epoch_of(OWNER.name());
        let taken = current && (author.version.supersedes(version) || is_named);
        if taken {
            self.authors.insert(id, author.clone());
        }
        taken
    }

    /// Moves an author into quarantine if it is still of the version named. Returns whether it did.
    fn isolate(&mut self, id: AuthorId, named: RecordVersion) -> bool {
        let held = self.authors.get(&id).map(|author| author.version);
        if held != Some(named) {
            return false;
        }
        let author = self.authors.remove(&id);
        self.quarantine
            .extend(author.map(|author| ((id, named), author)));
        true
    }
}

fn in_range(
    range: &Range,
    rows: impl Iterator<Item = Result<StoredRow, StoreError>>,
) -> Result<Vec<StoredRow>, StoreError> {
    let Range {
        after,
        through,
        bucket,
        limit,
    } = *range;
    let mut found = rows.collect::<Result<Vec<_>, _>>()?;
    found.retain(|row| {
        let place = row.key.place();
        place > after
            && through.is_none_or(|through| place <= through)
            && bucket.is_none_or(|bucket| row.key.bucket() == bucket)
    });
    // A map of links may be ordered by the other end.
    found.sort_unstable_by_key(|row| row.key.place());
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(found)
}
