//! Applies what the other side tells: of each key the newest state of the batch, in one go.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use replication::{
    StoreError, Wakeup,
    inbox::{Incoming, Ledger, Settle},
};
use shared_events::{BookId, BookState, Event, LinkRegister, LinkState, RecordVersion};

use crate::domain::{BooksCache, CacheChanges, CachedBook, Link, LinkKey};

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
    let mut books: BTreeMap<BookId, CachedBook> = BTreeMap::new();
    let mut links: BTreeMap<LinkKey, LinkRegister> = BTreeMap::new();
    for incoming in events {
        match &incoming.event {
            Some(Event::BookCreated(state) | Event::BookUpdated(state)) => {
                take_book(&mut books, incoming.version, false, state);
            }
            Some(Event::BookDeleted(state)) => {
                take_book(&mut books, incoming.version, true, state);
            }
            Some(
                Event::AuthorBookLinked(link)
                | Event::AuthorBookUnlinked(link)
                | Event::BookAuthorLinked(link)
                | Event::BookAuthorUnlinked(link),
            ) => take_link(&mut links, link),
            // Authors are this side's own: nobody else can tell it anything about them.
            Some(Event::AuthorCreated(_) | Event::AuthorUpdated(_) | Event::AuthorDeleted(_))
            | None => {}
        }
    }
    CacheChanges {
        books: books.into_values().collect(),
        links: links
            .into_iter()
            .map(|(key, register)| Link { key, register })
            .collect(),
    }
}

fn take_book(
    books: &mut BTreeMap<BookId, CachedBook>,
    version: RecordVersion,
    deleted: bool,
    state: &BookState,
) {
    let held = books.get(&state.book_id).map(|book| book.version);
    if version.supersedes(held) {
        let book = CachedBook {
            version,
            deleted,
            state: state.clone(),
        };
        books.insert(state.book_id, book);
    }
}

fn take_link(links: &mut BTreeMap<LinkKey, LinkRegister>, link: &LinkState) {
    let key = LinkKey {
        author_id: link.author_id,
        book_id: link.book_id,
    };
    let register = link.clone().register();
    let merged = match links.remove(&key) {
        Some(held) => held.merge(register),
        None => register,
    };
    links.insert(key, merged);
}
