//! Waits until each side's cache holds what the other side owns.

use std::time::Duration;

use serde::Deserialize;
use tokio::time::Instant;

use super::ImportError;
use super::outcome::{CacheState, Caches, RecordCounts};
use super::patience::Patience;
use super::stages::Stages;
use crate::client::Service;

const FIRST_POLL: Duration = Duration::from_millis(10);
const LONGEST_POLL: Duration = Duration::from_millis(100);

/// How a service stands with its own log and the other's (`GET /sync`).
#[derive(Debug, Deserialize)]
pub(super) struct Sync {
    service: String,
    epoch: u64,
    last_sequence: u64,
    consumed: Vec<Consumed>,
    cached: Cached,
    parked: u64,
    dead: u64,
}

#[derive(Debug, Deserialize)]
struct Consumed {
    producer: String,
    epoch: u64,
    checkpoint: u64,
    gaps: Vec<(u64, u64)>,
}

#[derive(Debug, Deserialize)]
struct Cached {
    rows: u64,
}

/// Makes sure that each address leads to its service, before anything is written.
///
/// # Errors
/// When a service does not answer, or another one does.
pub(super) async fn meet(stages: &Stages) -> Result<(), ImportError> {
    for service in [&stages.authors, &stages.books] {
        let actual = read(service, &stages.patience).await?.service;
        if actual != service.name() {
            let (url, expected) = (service.base().to_owned(), service.name());
            return Err(ImportError::WrongService {
                url,
                expected,
                actual,
            });
        }
    }
    Ok(())
}

/// Waits until both caches have caught up with what their owners' logs hold now, or the time for it
/// is over. What others write from now on is not waited for.
///
/// # Errors
/// When a service does not answer.
pub(super) async fn settle(
    stages: &Stages,
    authors: &RecordCounts,
    books: &RecordCounts,
) -> Result<Caches, ImportError> {
    let Stages { patience, .. } = stages;
    let (authors_log, books_log) = both(stages).await?;
    let deadline = Instant::now() + patience.settling;
    let mut pause = FIRST_POLL;
    loop {
        let (at_authors, at_books) = both(stages).await?;
        let caches = Caches {
            authors: at_books.cache_of(&authors_log, stages.books.name(), authors),
            books: at_authors.cache_of(&books_log, stages.authors.name(), books),
        };
        let caught_up = caches.authors.is_caught_up() && caches.books.is_caught_up();
        if caught_up || Instant::now() + pause > deadline {
            return Ok(caches);
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_POLL);
    }
}

async fn both(stages: &Stages) -> Result<(Sync, Sync), ImportError> {
    let Stages {
        authors,
        books,
        patience,
        ..
    } = stages;
    tokio::try_join!(read(authors, patience), read(books, patience))
}

async fn read(service: &Service, patience: &Patience) -> Result<Sync, ImportError> {
    patience
        .persist(async || service.get(&["sync"], &[]).await?.content())
        .await
}

impl Sync {
    /// How this service's cache stands against the log of the records' owner.
    fn cache_of(&self, owner: &Self, kept_by: &'static str, imported: &RecordCounts) -> CacheState {
        CacheState {
            kept_by,
            rows: self.cached.rows,
            expected: imported.total(),
            target: owner.last_sequence,
            checkpoint: self.settled_through(owner),
            parked: self.parked,
            dead: self.dead,
        }
    }

    /// The greatest of the owner's sequences up to which nothing is missing here.
    fn settled_through(&self, owner: &Self) -> u64 {
        let of_owner = |consumed: &&Consumed| {
            consumed.producer == owner.service && consumed.epoch == owner.epoch
        };
        self.consumed.iter().find(of_owner).map_or(0, |consumed| {
            let first_missing = consumed.gaps.iter().map(|(from, _)| *from).min();
            first_missing.map_or(consumed.checkpoint, |from| {
                consumed.checkpoint.min(from.saturating_sub(1))
            })
        })
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use serde_json::json;

    use super::*;

    fn sync(service: &str, last_sequence: u64, consumed: serde_json::Value) -> Sync {
        serde_json::from_value(json!({
            "service": service, "epoch": 2, "last_sequence": last_sequence, "published_through": 0,
            "consumed": consumed, "cached": {"rows": 0, "tombstones": 0}, "parked": 0, "dead": 0,
        }))
        .unwrap()
    }

    #[test]
    fn a_gap_below_the_checkpoint_is_not_settled() {
        let owner = sync("authors-service", 9, json!([]));
        let consumed = json!([{"producer": "authors-service", "epoch": 2, "checkpoint": 9, "gaps": [[4, 5]], "lag": 0}]);
        assert_eq!(
            sync("books-service", 0, consumed).settled_through(&owner),
            3
        );
    }

    #[test]
    fn another_producer_and_another_epoch_do_not_count() {
        let owner = sync("authors-service", 9, json!([]));
        let consumed = json!([
            {"producer": "authors-service", "epoch": 1, "checkpoint": 9, "gaps": [], "lag": 0},
            {"producer": "books-service", "epoch": 2, "checkpoint": 9, "gaps": [], "lag": 0},
        ]);
        assert_eq!(
            sync("books-service", 0, consumed).settled_through(&owner),
            0
        );
    }
}
