//! The rows of the third party's copy, as repair sees them: what was copied from one owner, and
//! the links, of which both owners tell.

use std::collections::BTreeMap;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use replication::{
    StoreError,
    inbox::Position,
    records::{Healed, Range, Records, Repair, StoredRow, Table},
};
use serde::{Serialize, de::DeserializeOwned};
use shared_events::{Key, LinkState, Producer, RecordVersion};

use super::store::{State, Store};
use crate::catalog_copy::Held;

/// What was copied from one owner.
pub(super) struct CopiedFrom {
    pub(super) producer: Producer,
    pub(super) store: Store,
}

#[async_trait]
impl Records for CopiedFrom {
    async fn rows(&self, table: Table, range: &Range) -> Result<Vec<StoredRow>, StoreError> {
        let state = self.store.state();
        match (table, self.producer) {
            (Table::Owned, _) => Ok(Vec::new()),
            (Table::Cached, Producer::Authors) => records(
                &state.copy.authors,
                |id| Ok(Key::Author(id.try_into()?)),
                range,
            ),
            (Table::Cached, Producer::Books) => {
                records(&state.copy.books, |id| Ok(Key::Book(id.try_into()?)), range)
            }
            (Table::Links, _) => links(&state, range),
        }
    }

    async fn take(&self, rows: &[StoredRow]) -> Result<(), StoreError> {
        let mut state = self.store.state();
        for row in rows {
            state.take(row, None)?;
        }
        Ok(())
    }

    async fn complete_snapshot(&self, as_of: &Position) -> Result<u64, StoreError> {
        let mut state = self.store.state();
        let removed = match self.producer {
            Producer::Authors => sweep(&mut state.copy.authors, as_of.epoch),
            Producer::Books => sweep(&mut state.copy.books, as_of.epoch),
        };
        state.journal.advance(as_of);
        Ok(removed)
    }

    async fn heal(&self, repairs: &[Repair], _now: DateTime<Utc>) -> Result<Healed, StoreError> {
        let mut state = self.store.state();
        let mut healed = Healed::default();
        for repair in repairs {
            match repair {
                Repair::Record { row, named } => {
                    healed.rows += u64::from(state.take(row, *named)?);
                }
                Repair::Link { row, side } => {
                    let pair = row.key.place();
                    let held = state.copy.links.get(&pair).cloned();
                    state.copy.repair_link(parse(&row.data)?, *side);
                    healed.rows += u64::from(held.as_ref() != state.copy.links.get(&pair));
                }
                Repair::Unknown { key, named } => {
                    if state.held(*key) == Some(*named) {
                        state.forget(*key);
                        state.quarantined += 1;
                        healed.quarantined += 1;
                    }
                }
            }
        }
        Ok(healed)
    }

    async fn quarantined(&self) -> Result<u64, StoreError> {
        Ok(self.store.state().quarantined)
    }
}

impl State {
    /// The version of the record that is held; of a link, nothing.
    fn held(&self, key: Key) -> Option<RecordVersion> {
        match key {
            Key::Author(id) => self.copy.authors.get(&id.get()).map(|held| held.version),
            Key::Book(id) => self.copy.books.get(&id.get()).map(|held| held.version),
            Key::Link { .. } => None,
        }
    }

    fn forget(&mut self, key: Key) {
        match key {
            Key::Author(id) => drop(self.copy.authors.remove(&id.get())),
            Key::Book(id) => drop(self.copy.books.remove(&id.get())),
            Key::Link { .. } => {}
        }
    }

    /// Merges a link; takes a record that is newer, or of which exactly the version `named` is
    /// held. Returns whether a record was taken.
    fn take(&mut self, row: &StoredRow, named: Option<RecordVersion>) -> Result<bool, StoreError> {
        let held = self.held(row.key);
        let is_wanted = row.version.supersedes(held) || (held.is_some() && held == named);
        if !is_wanted || !self.is_current(row.key, row.version) {
            return Ok(false);
        }
        let (version, deleted) = (row.version, row.deleted);
        match row.key {
            Key::Author(id) => {
                let state = parse(&row.data)?;
                let held = Held {
                    version,
                    deleted,
                    state,
                };
                self.copy.authors.insert(id.get(), held);
            }
            Key::Book(id) => {
                let state = parse(&row.data)?;
                let held = Held {
                    version,
                    deleted,
                    state,
                };
                self.copy.books.insert(id.get(), held);
            }
            Key::Link { .. } => self.copy.merge_link(parse(&row.data)?),
        }
        Ok(true)
    }
}

fn sweep<S>(records: &mut BTreeMap<i64, Held<S>>, epoch: i64) -> u64 {
    let before = records.len();
    records.retain(|_, held| held.version.epoch >= epoch);
    (before - records.len()) as u64
}

fn records<S: Serialize>(
    records: &BTreeMap<i64, Held<S>>,
    key: impl Fn(i64) -> Result<Key, shared_events::NotAnId>,
    range: &Range,
) -> Result<Vec<StoredRow>, StoreError> {
    let rows = records.iter().map(|(id, held)| {
        let key = key(*id).map_err(|error| StoreError::Data(error.to_string()))?;
        Ok((key, held))
    });
    in_range(rows, range, |key, held| {
        row(key, held.version, held.deleted, &held.state)
    })
}

fn links(state: &State, range: &Range) -> Result<Vec<StoredRow>, StoreError> {
    let rows = state.copy.links.iter().map(|((author, book), register)| {
        let wrong = |error: shared_events::NotAnId| StoreError::Data(error.to_string());
        let author_id = (*author).try_into().map_err(wrong)?;
        let book_id = (*book).try_into().map_err(wrong)?;
        let state = LinkState::new(author_id, book_id, register);
        Ok((Key::Link { author_id, book_id }, state))
    });
    in_range(rows, range, |key, state| {
        let version = RecordVersion {
            epoch: 0,
            version: state.clone().register().greatest_revision().get(),
        };
        row(key, version, false, &state)
    })
}

/// Of rows in the order of their places, those that `range` asks for.
fn in_range<T>(
    rows: impl Iterator<Item = Result<(Key, T), StoreError>>,
    range: &Range,
    stored: impl Fn(Key, T) -> Result<StoredRow, StoreError>,
) -> Result<Vec<StoredRow>, StoreError> {
    let is_asked_for = |key: &Key| {
        key.place() > range.after
            && range.through.is_none_or(|through| key.place() <= through)
            && range.bucket.is_none_or(|bucket| key.bucket() == bucket)
    };
    let mut found = Vec::new();
    for row in rows {
        let (key, row) = row?;
        if found.len() as u64 >= u64::from(range.limit) {
            break;
        }
        if is_asked_for(&key) {
            found.push(stored(key, row)?);
        }
    }
    Ok(found)
}

fn row(
    key: Key,
    version: RecordVersion,
    deleted: bool,
    state: &impl Serialize,
) -> Result<StoredRow, StoreError> {
    let data = serde_json::to_string(state).map_err(|error| StoreError::Data(error.to_string()))?;
    Ok(StoredRow {
        key,
        version,
        deleted,
        data,
    })
}

fn parse<T: DeserializeOwned>(data: &str) -> Result<T, StoreError> {
    serde_json::from_str(data).map_err(|error| StoreError::Data(error.to_string()))
}
