//! What a batch tells, folded: of each key one state.

use std::collections::BTreeMap;

use shared_events::{BookId, LinkRegister};

use super::{CacheChanges, CachedBook, Link, LinkKey};

/// Of each book the newest state, of each link all states merged, whatever the order.
#[derive(Debug, Default)]
pub struct Newest {
    books: BTreeMap<BookId, CachedBook>,
    links: BTreeMap<LinkKey, LinkRegister>,
}

impl Newest {
    /// Takes what is told of a book.
    pub fn take_book(&mut self, book: CachedBook) {
        let id = book.state.book_id;
        let held = self.books.get(&id).map(|held| held.version);
        if book.version.supersedes(held) {
            self.books.insert(id, book);
        }
    }

    /// Takes what is told of a link.
    pub fn take_link(&mut self, link: Link) {
        let merged = match self.links.remove(&link.key) {
            Some(held) => held.merge(link.register),
            None => link.register,
        };
        self.links.insert(link.key, merged);
    }
}

impl From<Newest> for CacheChanges {
    fn from(newest: Newest) -> Self {
        let links = newest.links.into_iter();
        Self {
            books: newest.books.into_values().collect(),
            links: links
                .map(|(key, register)| Link { key, register })
                .collect(),
        }
    }
}
