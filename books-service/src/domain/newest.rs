//! What a batch tells, folded: of each key one state.

use std::collections::BTreeMap;

use shared_events::{AuthorId, LinkRegister};

use super::{CacheChanges, CachedAuthor, Link, LinkKey};

/// Of each author the newest state, of each link all states merged, whatever the order.
#[derive(Debug, Default)]
pub struct Newest {
    authors: BTreeMap<AuthorId, CachedAuthor>,
    links: BTreeMap<LinkKey, LinkRegister>,
}

impl Newest {
    /// Takes what is told of an author.
    pub fn take_author(&mut self, author: CachedAuthor) {
        let id = author.state.author_id;
        let held = self.authors.get(&id).map(|held| held.version);
        if author.version.supersedes(held) {
            self.authors.insert(id, author);
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
            authors: newest.authors.into_values().collect(),
            links: links
                .map(|(key, register)| Link { key, register })
                .collect(),
        }
    }
}
