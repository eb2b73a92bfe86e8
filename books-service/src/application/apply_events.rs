//! Applies what the other side tells: of each key the newest state of the batch, in one go.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use replication::{
    StoreError, Wakeup,
    inbox::{Incoming, Ledger, Settle},
};
use shared_events::{AuthorId, AuthorState, Event, LinkRegister, LinkState, RecordVersion};

use crate::domain::{AuthorsCache, CacheChanges, CachedAuthor, Link, LinkKey};

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
    let mut authors: BTreeMap<AuthorId, CachedAuthor> = BTreeMap::new();
    let mut links: BTreeMap<LinkKey, LinkRegister> = BTreeMap::new();
    for incoming in events {
        match &incoming.event {
            Some(Event::AuthorCreated(state) | Event::AuthorUpdated(state)) => {
                take_author(&mut authors, incoming.version, false, state);
            }
            Some(Event::AuthorDeleted(state)) => {
                take_author(&mut authors, incoming.version, true, state);
            }
            Some(
                Event::BookAuthorLinked(link)
                | Event::BookAuthorUnlinked(link)
                | Event::AuthorBookLinked(link)
                | Event::AuthorBookUnlinked(link),
            ) => take_link(&mut links, link),
            // Books are this side's own: nobody else can tell it anything about them.
            Some(Event::BookCreated(_) | Event::BookUpdated(_) | Event::BookDeleted(_)) | None => {}
        }
    }
    CacheChanges {
        authors: authors.into_values().collect(),
        links: links
            .into_iter()
            .map(|(key, register)| Link { key, register })
            .collect(),
    }
}

fn take_author(
    authors: &mut BTreeMap<AuthorId, CachedAuthor>,
    version: RecordVersion,
    deleted: bool,
    state: &AuthorState,
) {
    let held = authors.get(&state.author_id).map(|author| author.version);
    if version.supersedes(held) {
        let author = CachedAuthor {
            version,
            deleted,
            state: state.clone(),
        };
        authors.insert(state.author_id, author);
    }
}

fn take_link(links: &mut BTreeMap<LinkKey, LinkRegister>, link: &LinkState) {
    let key = LinkKey {
        book_id: link.book_id,
        author_id: link.author_id,
    };
    let register = link.clone().register();
    let merged = match links.remove(&key) {
        Some(held) => held.merge(register),
        None => register,
    };
    links.insert(key, merged);
}
