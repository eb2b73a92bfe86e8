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

use super::{SqlStore, books, links, searched};
use crate::{
    adapters::messaging::log_entry,
    domain::{Book, Change, Claim, Context, Link, SaveError},
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
    /// that touches what one before it touches, is refused by itself: which of the two comes first
    /// is for its caller to decide anew.
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

    /// Returns `false`, having written nothing, if a book or a link that is to be new is there.
    async fn write(&self, candidates: &mut Candidates<'_>) -> Result<bool, DbErr> {
        let transaction = self.database.begin().await?;
        let texts = searched::texts(&candidates.books());
        self.dictionary
            .learn(&transaction, searched::phrases(&texts))
            .await?;
        candidates.refuse_answered(&transaction).await?;
        candidates.refuse_stale(&transaction).await?;
        let written = keep_answers(&transaction, &candidates.answers()).await?
            && books::save(&transaction, &candidates.books(), texts).await?
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
        let mut touched_before = BTreeSet::new();
        let candidate = |save: &'a Save| {
            let mut touched: Vec<_> = save.changes.iter().flat_map(touched).collect();
            let answer = save.answer.as_ref();
            touched.extend(answer.map(|answer| Touched::Answer(answer.attempt.key.clone())));
            if touched.iter().any(|place| touched_before.contains(place)) {
                return Err(SaveError::Conflict);
            }
            let entries = save.changes.iter();
            let entries = entries
                .map(|change| log_entry(change, &save.context))
                .collect::<Result<_, StoreError>>()?;
            touched_before.extend(touched);
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
        let books = books::lock(transaction, &self.books()).await?;
        let links = links::lock(transaction, &self.links()).await?;
        for place in &mut self.0 {
            let is_stale = |change: &Change| match change {
                Change::Book { before, after } => before
                    .as_ref()
                    .is_some_and(|before| books.get(&after.state.book_id) != Some(&before.version)),
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
    fn books(&self) -> Vec<(Option<&'a Book>, &'a Book)> {
        let mut books: Vec<_> = self
            .changes()
            .filter_map(|change| match change {
                Change::Book { before, after } => Some((before.as_deref(), after.as_ref())),
                Change::Link { .. } => None,
            })
            .collect();
        books.sort_by_key(|(_, after)| after.state.book_id);
        books
    }

    /// By pair, for the same reason.
    fn links(&self) -> Vec<(Option<&'a LinkRegister>, &'a Link)> {
        let mut links: Vec<_> = self
            .changes()
            .filter_map(|change| match change {
                Change::Link { before, after } => Some((before.as_ref(), after)),
                Change::Book { .. } => None,
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

/// What two saves of one transaction can't both touch.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Touched {
    Record(Key),
    /// Taken, kept or let go: a book can't take what another is only about to let go.
    Claim(Claim),
    Answer(String),
}

fn touched(change: &Change) -> Vec<Touched> {
    match change {
        Change::Book { before, after } => {
            let before = before.iter().flat_map(|before| before.claims());
            let claims: BTreeSet<_> = before.chain(after.claims()).collect();
            let record = Touched::Record(Key::Book(after.state.book_id));
            let claims = claims.into_iter().map(Touched::Claim);
            claims.chain([record]).collect()
        }
        Change::Link { after, .. } => vec![Touched::Record(Key::Link {
            book_id: after.key.book_id,
            author_id: after.key.author_id,
        })],
    }
}
