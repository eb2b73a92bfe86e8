//! Changes: load what the command needs, decide, save.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use replication::{
    Wakeup,
    answers::{Keep, KeptAnswer},
    wakeup::Listener,
};
use service_kit::{caller::Caller, clock::Clock};
use shared_events::{AuthorId, BookId, Credit, LinkRegister};
use tokio::time::{Instant, sleep, timeout_at};
use tokio_util::sync::CancellationToken;

use super::done::{Done, Written, last, written};
use crate::domain::{
    Book, BookFields, BookRepository, Change, Command, CommandError, Context, CreditFields,
    LinkKey, Loaded, SaveError, Target, decide,
};

mod amending;
#[cfg(test)]
mod tests;

/// How often a command is decided again when others change the same records at the same time. Of those
/// who change one record, one gets through at a time; so at least half as many may do so at once.
const ATTEMPTS: u32 = 400;

/// Which of the authors that were to be linked were linked already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Linked {
    /// Linked now.
    pub linked: Vec<AuthorId>,
    /// As wanted before.
    pub already_linked: Vec<AuthorId>,
}

/// The credit of a link after it was set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credited {
    /// What it is.
    pub credit: Credit,
    /// Whether it was another before.
    pub changed: bool,
}

/// The use cases that change something.
#[derive(Clone)]
pub struct Commands {
    pub(super) repository: Arc<dyn BookRepository>,
    pub(super) clock: Arc<dyn Clock>,
    cache_changed: Wakeup,
    stopping: CancellationToken,
}

impl Commands {
    /// Commands on `repository`. `cache_changed` rings when the cache of authors has changed;
    /// once `stopping`, nobody waits any more.
    pub fn new(
        repository: Arc<dyn BookRepository>,
        clock: Arc<dyn Clock>,
        cache_changed: Wakeup,
        stopping: CancellationToken,
    ) -> Self {
        Self {
            repository,
            clock,
            cache_changed,
            stopping,
        }
    }

    /// Creates a book, and has the answer that tells of it kept, if it is to be.
    ///
    /// # Errors
    /// If the store can't be used.
    pub async fn create(
        &self,
        fields: BookFields,
        caller: &Caller,
        keep: Option<Keep<'_, Done<Book>>>,
    ) -> Result<Done<Book>, CommandError> {
        let ids = self.repository.next_ids(1).await?;
        let id = ids.into_iter().next().ok_or(CommandError::Contended)?;
        let command = Command::Create { id, fields };
        let created = |_: &Loaded, changes: &[Change]| {
            let created = changes.iter().find_map(|change| match change {
                Change::Book { after, .. } => Some(after.as_ref().clone()),
                Change::Link { .. } => None,
            });
            created.ok_or(CommandError::NoSuchBook(id))
        };
        self.execute_once(&command, caller, keep, created).await
    }

    /// Gives a book other fields.
    ///
    /// # Errors
    /// If there is no such book, or not in the expected version.
    pub async fn revise(
        &self,
        target: Target,
        fields: BookFields,
        caller: &Caller,
    ) -> Result<Done<Written>, CommandError> {
        let id = target.id;
        let command = Command::Revise { target, fields };
        self.write(id, &command, caller, None).await
    }

    /// Deletes a book.
    ///
    /// # Errors
    /// If there is no such book, or not in the expected version.
    pub async fn delete(&self, target: Target, caller: &Caller) -> Result<Done<()>, CommandError> {
        let done = self.execute(&Command::Delete { target }, caller).await?;
        Ok(done.map(drop))
    }

    /// Links a book to authors, all or none. Waits up to `patience` for authors that are not in
    /// the cache yet, holding no connection meanwhile.
    ///
    /// # Errors
    /// If there is no such book, or an author is not in the cache.
    pub async fn link_authors(
        &self,
        book_id: BookId,
        author_ids: Vec<AuthorId>,
        patience: Duration,
        caller: &Caller,
        keep: Option<Keep<'_, Done<Linked>>>,
    ) -> Result<Done<Linked>, CommandError> {
        let deadline = Instant::now() + patience;
        let mut cache_changes = self.cache_changed.listen();
        let command = Command::LinkAuthors {
            book_id,
            author_ids: author_ids.clone(),
        };
        let linked = |_: &Loaded, changes: &[Change]| Ok(linked(&author_ids, changes));
        loop {
            match self.execute_once(&command, caller, keep, linked).await {
                Err(CommandError::NoSuchAuthors(_))
                    if self.heard(&mut cache_changes, deadline).await => {}
                Err(error) => return Err(error),
                Ok(done) => return Ok(done),
            }
        }
    }

    /// Removes the link of a book and an author. Returns whether there was one.
    ///
    /// # Errors
    /// If there is no such book.
    pub async fn unlink_author(
        &self,
        link: LinkKey,
        caller: &Caller,
    ) -> Result<Done<bool>, CommandError> {
        let command = Command::UnlinkAuthor { link };
        let done = self.execute(&command, caller).await?;
        Ok(done.map(|(_, changes)| !changes.is_empty()))
    }

    /// Sets the credit of a link that is there.
    ///
    /// # Errors
    /// If there is no such book, the author is not in the cache, or they are not linked.
    pub async fn credit(
        &self,
        link: LinkKey,
        credit: CreditFields,
        caller: &Caller,
    ) -> Result<Done<Credited>, CommandError> {
        let command = Command::CreditLink { link, credit };
        let Done { outcome, last } = self.execute(&command, caller).await?;
        let (mut loaded, changes) = outcome;
        let revised = changes.into_iter().find_map(|change| match change {
            Change::Link { after, .. } => Some(after.register),
            Change::Book { .. } => None,
        });
        let changed = revised.is_some();
        let register = revised.or_else(|| loaded.links.remove(&link));
        let LinkRegister { credit, .. } = register.ok_or(CommandError::NotLinked(link))?;
        let outcome = Credited { credit, changed };
        Ok(Done { outcome, last })
    }

    /// Waits for a change of the cache; `false` once the deadline has passed or the service stops.
    async fn heard(&self, cache_changes: &mut Listener, deadline: Instant) -> bool {
        tokio::select! {
            biased;
            heard = timeout_at(deadline, cache_changes.heard()) => heard.is_ok(),
            () = self.stopping.cancelled() => false,
        }
    }

    /// Carries out a command on book `id`.
    pub(super) async fn write(
        &self,
        id: BookId,
        command: &Command,
        caller: &Caller,
        keep: Option<Keep<'_, Done<Written>>>,
    ) -> Result<Done<Written>, CommandError> {
        let outcome = |loaded: &Loaded, changes: &[Change]| written(id, loaded, changes);
        self.execute_once(command, caller, keep, outcome).await
    }

    /// Returns what the command was decided on, and what it changed.
    async fn execute(
        &self,
        command: &Command,
        caller: &Caller,
    ) -> Result<Done<(Loaded, Vec<Change>)>, CommandError> {
        self.carry_out(command, caller, |_, _| Ok(None)).await
    }

    /// The same for a request that may be sent again: with the changes it has the answer kept that
    /// tells of the `outcome`.
    async fn execute_once<T>(
        &self,
        command: &Command,
        caller: &Caller,
        keep: Option<Keep<'_, Done<T>>>,
        outcome: impl Fn(&Loaded, &[Change]) -> Result<T, CommandError>,
    ) -> Result<Done<T>, CommandError> {
        let told = |decided: &Done<(Loaded, Vec<Change>)>| {
            let (loaded, changes) = &decided.outcome;
            Ok::<_, CommandError>(Done {
                outcome: outcome(loaded, changes)?,
                last: decided.last,
            })
        };
        let answer = |decided: &_, now| match keep {
            Some(keep) => Ok(Some(keep.answer(&told(decided)?, now)?)),
            None => Ok(None),
        };
        told(&self.carry_out(command, caller, answer).await?)
    }

    async fn carry_out(
        &self,
        command: &Command,
        caller: &Caller,
        answer: impl Fn(
            &Done<(Loaded, Vec<Change>)>,
            DateTime<Utc>,
        ) -> Result<Option<KeptAnswer>, CommandError>,
    ) -> Result<Done<(Loaded, Vec<Change>)>, CommandError> {
        for attempt in 0..ATTEMPTS {
            let loaded = self.repository.load(&command.wanted()).await?;
            let context = Context {
                correlation_id: caller.correlation_id.clone(),
                traceparent: caller.traceparent.clone(),
                actor: caller.actor.clone(),
                now: self.clock.now(),
            };
            let changes = decide(&loaded, command, context.now)?;
            let decided = Done {
                last: last(command, &loaded, &changes),
                outcome: (loaded, changes),
            };
            let answer = answer(&decided, context.now)?;
            let changes = &decided.outcome.1;
            let saved = match answer {
                Some(answer) => {
                    let repository = &self.repository;
                    repository.save_answered(changes, &context, &answer).await
                }
                None if changes.is_empty() => Ok(()),
                None => self.repository.save(changes, &context).await,
            };
            match saved {
                Ok(()) => return Ok(decided),
                Err(SaveError::Conflict) => {
                    let paused = self.stopping.run_until_cancelled(pause(attempt)).await;
                    paused.ok_or(CommandError::Contended)?;
                }
                Err(SaveError::Answered) => return Err(CommandError::AnsweredBefore),
                Err(SaveError::Store(error)) => return Err(error.into()),
            }
        }
        Err(CommandError::Contended)
    }
}

/// Waits before a command is decided again after so many others: not at first, and then longer and
/// longer, for who has a record may have it for a while.
async fn pause(attempts: u32) {
    let milliseconds = u64::from(attempts.min(200) / 8);
    if milliseconds > 0 {
        sleep(Duration::from_millis(milliseconds)).await;
    }
}

fn linked(author_ids: &[AuthorId], changes: &[Change]) -> Linked {
    let is_new = |id: &AuthorId| {
        changes.iter().any(
            |change| matches!(change, Change::Link { after, .. } if after.key.author_id == *id),
        )
    };
    let mut unique = Vec::with_capacity(author_ids.len());
    for id in author_ids {
        if !unique.contains(id) {
            unique.push(*id);
        }
    }
    let (linked, already_linked) = unique.into_iter().partition(is_new);
    Linked {
        linked,
        already_linked,
    }
}
