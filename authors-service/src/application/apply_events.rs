//! Applies what the other side tells: of each key the newest state of the batch, in one go.

use std::sync::Arc;

use async_trait::async_trait;
use replication::{
    StoreError, Wakeup,
    inbox::{Incoming, Ledger, Settle},
};
use shared_events::{BookState, Event, RecordVersion};

use crate::domain::{BooksCache, CacheChanges, CachedBook, Newest};

#[cfg(test)]
mod tests;

/// Takes batches of events to the cache.
pub struct ApplyEvents {
    cache: Arc<dyn BooksCache>,
    cache_changed: Wakeup,
}

impl ApplyEvents {
    /// Applies to `cache`, and rings `cache_changed` after each commit.
    pub fn new(cache: Arc<dyn BooksCache>, cache_changed: Wakeup) -> Self {
        Self {
            cache,
            cache_changed,
        }
    }
}

#[async_trait]
impl Settle<Event> for ApplyEvents {
    async fn settle(&self, events: &[&Incoming<Event>], ledger: &Ledger) -> Result<(), StoreError> {
        self.cache.apply(&newest(events), ledger).await?;
        self.cache_changed.ring();
        Ok(())
    }
}

/// Of each book the newest state, of each link all states merged.
pub fn newest(events: &[&Incoming<Event>]) -> CacheChanges {
    let mut newest = Newest::default();
    for incoming in events {
        let version = incoming.version;
        match &incoming.event {
            Some(Event::BookCreated(state) | Event::BookUpdated(state)) => {
                newest.take_book(book(version, false, state));
            }
            Some(Event::BookDeleted(state)) => newest.take_book(book(version, true, state)),
            Some(
                Event::AuthorBookLinked(state)
                | Event::AuthorBookUnlinked(state)
                | Event::BookAuthorLinked(state)
                | Event::BookAuthorUnlinked(state),
            ) => newest.take_link(state.clone().into()),
            // Authors are this side's own: nobody else can tell it anything about them.
            Some(Event::AuthorCreated(_) | Event::AuthorUpdated(_) | Event::AuthorDeleted(_))
            | None => {}
        }
    }
    newest.into()
}

fn book(version: RecordVersion, deleted: bool, state: &BookState) -> CachedBook {
    CachedBook {
        version,
        deleted,
        state: state.clone(),
    }
}
