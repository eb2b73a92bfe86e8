//! Applies what the other side tells: of each key the newest state of the batch, in one go.

use std::sync::Arc;

use async_trait::async_trait;
use replication::{
    StoreError, Wakeup,
    inbox::{Incoming, Ledger, Settle},
};
use shared_events::{AuthorState, Event, RecordVersion};

use crate::domain::{AuthorsCache, CacheChanges, CachedAuthor, Newest};

#[cfg(test)]
mod tests;

/// Takes batches of events to the cache.
pub struct ApplyEvents {
    cache: Arc<dyn AuthorsCache>,
    cache_changed: Wakeup,
}

impl ApplyEvents {
    /// Applies to `cache`, and rings `cache_changed` after each commit.
    pub fn new(cache: Arc<dyn AuthorsCache>, cache_changed: Wakeup) -> Self {
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

/// Of each author the newest state, of each link all states merged.
pub fn newest(events: &[&Incoming<Event>]) -> CacheChanges {
    let mut newest = Newest::default();
    for incoming in events {
        let version = incoming.version;
        match &incoming.event {
            Some(Event::AuthorCreated(state) | Event::AuthorUpdated(state)) => {
                newest.take_author(author(version, false, state));
            }
            Some(Event::AuthorDeleted(state)) => newest.take_author(author(version, true, state)),
            Some(
                Event::BookAuthorLinked(state)
                | Event::BookAuthorUnlinked(state)
                | Event::AuthorBookLinked(state)
                | Event::AuthorBookUnlinked(state),
            ) => newest.take_link(state.clone().into()),
            // Books are this side's own: nobody else can tell it anything about them.
            Some(Event::BookCreated(_) | Event::BookUpdated(_) | Event::BookDeleted(_)) | None => {}
        }
    }
    newest.into()
}

fn author(version: RecordVersion, deleted: bool, state: &AuthorState) -> CachedAuthor {
    CachedAuthor {
        version,
        deleted,
        state: state.clone(),
    }
}
