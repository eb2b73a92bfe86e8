//! Saves changes and their events: those of many callers in one transaction, with as many
//! statements as for one.

use std::collections::BTreeSet;

use replication::{
    StoreError,
    answers::KeptAnswer,
    log::NewEntry,
    sql::{answered, append, is_conflict, keep_answers, store_error},
};
use sea_orm::{DatabaseTransaction, DbErr};
use shared_events::{Key, LinkRegister};

use super::{SqlStore, authors, links, searched};
use crate::{
    adapters::messaging::log_entry,
    domain::{Author, Change, Context, Link, SaveError},
};

/// What one caller wants to be saved, all or nothing.
pub(super) struct Save {
    pub(super) changes: Vec<Change>,
    pub(super) context: Context,
    /// To be kept with them.
    pub(super) answer: Option<KeptAnswer>,
}

/// Whether a caller's changes were saved.
pub(super) type Verdict = Result<(), SaveError>;

impl SqlStore {
    /// Saves all of `saves` in one transaction. One that was decided on what is no longer so, or
    /// that changes what one before it changes, is refused by itself.
    ///
    /// # Errors
    /// If they can't be saved together; then none was.
    pub(super) async fn save_together(&self, saves: &[Save]) -> Result<Vec<Verdict>, SaveError> {
        let mut candidates = Candidates::of(saves);
        if candidates.are_none() {
            return Ok(candidates.verdicts());
        }
        match self.write(&mut candidates).await {
            Ok(true) => {
                if candidates.changes().next().is_some() {
                    self.committed.ring();
                }
                Ok(candidates.verdicts())
            }
            Ok(false) => Err(SaveError::Conflict),
            Err(error) if is_conflict(&error) => Err(SaveError::Conflict),
            Err(error) => Err(store_error(error).into()),
        }
    }

    /// Returns `false`, having written nothing, if an author or a link that is to be new is there.
    async fn write(&self, candidates: &mut Candidates<'_>) -> Result<bool, DbErr> {
        let transaction = self.database.begin().await?;
        let texts = searched::texts(&candidates.authors());
        self.dictionary
            .learn(&transaction, searched::phrases(&texts))
            .await?;
        candidates.refuse_answered(&transaction).await?;
        candidates.refuse_stale(&transaction).await?;
        let written = keep_answers(&transaction, &candidates.answers()).await?
            && authors::save(&transaction, &candidates.authors(), texts).await?
            && links::save(&transaction, &candidates.links()).await?;
        if !written || candidates.are_none() {
            transaction.rollback().await?;
            return Ok(written);
        }
        append(&transaction, candidates.entries()).await?;
        fail_point::reach("before_commit");
        transaction.commit().await?;
        fail_point::reach("after_commit");
        Ok(true)
    }
}

/// Those of a batch that go together, and what is said to the others.
struct Candidates<'a>(Vec<Result<Candidate<'a>, SaveError>>);

struct Candidate<'a> {
    changes: &'a [Change],
    entries: Vec<NewEntry>,
    answer: Option<&'a KeptAnswer>,
}

impl<'a> Candidates<'a> {
    fn of(saves: &'a [Save]) -> Self {
        let (mut taken, mut answered) = (BTreeSet::new(), BTreeSet::new());
        let candidate = |save: &'a Save| {
            let keys: Vec<_> = save.changes.iter().map(key).collect();
            let answer_key = save.answer.as_ref().map(|answer| &answer.attempt.key);
            let is_answered = answer_key.is_some_and(|key| answered.contains(key));
            if is_answered || keys.iter().any(|key| taken.contains(key)) {
                return Err(SaveError::Conflict);
            }
            let entries = save.changes.iter();
            let entries = entries
                .map(|change| log_entry(change, &save.context))
                .collect::<Result<_, StoreError>>()?;
            taken.extend(keys);
            answered.extend(answer_key);
            Ok(Candidate {
                changes: &save.changes,
                entries,
                answer: save.answer.as_ref(),
            })
        };
        Self(saves.iter().map(candidate).collect())
    }

    /// Refuses each whose key another answer has.
    async fn refuse_answered(&mut self, transaction: &DatabaseTransaction) -> Result<(), DbErr> {
        let keys = answered(transaction, &self.answers()).await?;
        for place in &mut self.0 {
            let is_answered = |answer: &KeptAnswer| keys.contains(&answer.attempt.key);
            let answer = place.as_ref().ok().and_then(|candidate| candidate.answer);
            if answer.is_some_and(is_answered) {
                *place = Err(SaveError::Answered);
            }
        }
        Ok(())
    }

    /// Refuses each that was decided on what is no longer so. What is left can't become stale
    /// before the transaction ends: its rows are locked.
    async fn refuse_stale(&mut self, transaction: &DatabaseTransaction) -> Result<(), DbErr> {
        let authors = authors::lock(transaction, &self.authors()).await?;
        let links = links::lock(transaction, &self.links()).await?;
        for place in &mut self.0 {
            let is_stale = |change: &Change| match change {
                Change::Author { before, after } => before.as_ref().is_some_and(|before| {
                    authors.get(&after.state.author_id) != Some(&before.version)
                }),
                Change::Link { before, after } => before
                    .as_ref()
                    .is_some_and(|before| links.get(&after.key) != Some(&links::revisions(before))),
            };
            let stale = place
                .as_ref()
                .is_ok_and(|candidate| candidate.changes.iter().any(is_stale));
            if stale {
                *place = Err(SaveError::Conflict);
            }
        }
        Ok(())
    }

    /// Whether there is nothing to write.
    fn are_none(&self) -> bool {
        self.changes().next().is_none() && self.answers().is_empty()
    }

    fn answers(&self) -> Vec<&'a KeptAnswer> {
        let candidates = self.0.iter().flatten();
        candidates
            .filter_map(|candidate| candidate.answer)
            .collect()
    }

    fn changes(&self) -> impl Iterator<Item = &'a Change> {
        self.0
            .iter()
            .flatten()
            .flat_map(|candidate| candidate.changes)
    }

    /// By id: rows are written in the order of their keys, so that two batches seldom wait for each
    /// other in a circle. Where they do, PostgreSQL ends one of them, which is a conflict.
    fn authors(&self) -> Vec<(Option<&'a Author>, &'a Author)> {
        let mut authors: Vec<_> = self
            .changes()
            .filter_map(|change| match change {
                Change::Author { before, after } => Some((before.as_deref(), after.as_ref())),
                Change::Link { .. } => None,
            })
            .collect();
        authors.sort_by_key(|(_, after)| after.state.author_id);
        authors
    }

    /// By pair, for the same reason.
    fn links(&self) -> Vec<(Option<&'a LinkRegister>, &'a Link)> {
        let mut links: Vec<_> = self
            .changes()
            .filter_map(|change| match change {
                Change::Link { before, after } => Some((before.as_ref(), after)),
                Change::Author { .. } => None,
            })
            .collect();
        links.sort_by_key(|(_, link)| link.key);
        links
    }

    /// The events, caller by caller.
    fn entries(&mut self) -> Vec<NewEntry> {
        let candidates = self.0.iter_mut().flatten();
        candidates
            .flat_map(|candidate| std::mem::take(&mut candidate.entries))
            .collect()
    }

    fn verdicts(self) -> Vec<Verdict> {
        self.0.into_iter().map(|place| place.map(drop)).collect()
    }
}

fn key(change: &Change) -> Key {
    match change {
        Change::Author { after, .. } => Key::Author(after.state.author_id),
        Change::Link { after, .. } => Key::Link {
            author_id: after.key.author_id,
            book_id: after.key.book_id,
        },
    }
}
