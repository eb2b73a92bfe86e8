//! What somebody holds of the catalog: a service's database, or a subscriber of its own kind.

use std::{collections::BTreeMap, fmt};

use shared_events::{AuthorState, BookState, Event, LinkRegister, LinkState, RecordVersion, Side};

/// A record as somebody holds it.
#[derive(Debug, Clone, PartialEq)]
pub struct Held<S> {
    /// How new it is.
    pub version: RecordVersion,
    /// Whether this is a tombstone.
    pub deleted: bool,
    /// The state; a tombstone's is the last one there was.
    pub state: S,
}

/// A copy of both sides' records and of their links.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CatalogCopy {
    /// Authors by id.
    pub authors: BTreeMap<i64, Held<AuthorState>>,
    /// Books by id.
    pub books: BTreeMap<i64, Held<BookState>>,
    /// Links by author's and book's id.
    pub links: BTreeMap<(i64, i64), LinkRegister>,
}

impl CatalogCopy {
    /// Takes an event as the contract asks: a record if it is newer, a link by merging.
    pub fn apply(&mut self, version: RecordVersion, event: Event) {
        match event {
            Event::AuthorCreated(state) | Event::AuthorUpdated(state) => {
                take(
                    &mut self.authors,
                    state.author_id.get(),
                    version,
                    false,
                    state,
                );
            }
            Event::AuthorDeleted(state) => {
                take(
                    &mut self.authors,
                    state.author_id.get(),
                    version,
                    true,
                    state,
                );
            }
            Event::BookCreated(state) | Event::BookUpdated(state) => {
                take(&mut self.books, state.book_id.get(), version, false, state);
            }
            Event::BookDeleted(state) => {
                take(&mut self.books, state.book_id.get(), version, true, state);
            }
            Event::AuthorBookLinked(state)
            | Event::AuthorBookUnlinked(state)
            | Event::BookAuthorLinked(state)
            | Event::BookAuthorUnlinked(state) => self.merge_link(state),
        }
    }

    /// Merges a link's state into what is held of it.
    pub fn merge_link(&mut self, state: LinkState) {
        self.take_link(state, LinkRegister::merge);
    }

    /// As [`Self::merge_link`]; of a part at equal revisions, what the side that wrote the revision
    /// tells is right. `teller` tells of this state.
    pub fn repair_link(&mut self, state: LinkState, teller: Side) {
        self.take_link(state, |held, told| held.repair(told, teller));
    }

    fn take_link(
        &mut self,
        state: LinkState,
        both: impl FnOnce(LinkRegister, LinkRegister) -> LinkRegister,
    ) {
        let pair = (state.author_id.get(), state.book_id.get());
        let told = state.register();
        let taken = match self.links.remove(&pair) {
            Some(held) => both(held, told),
            None => told,
        };
        self.links.insert(pair, taken);
    }
}

fn take<S>(
    held: &mut BTreeMap<i64, Held<S>>,
    id: i64,
    version: RecordVersion,
    deleted: bool,
    state: S,
) {
    if version.supersedes(held.get(&id).map(|held| held.version)) {
        let record = Held {
            version,
            deleted,
            state,
        };
        held.insert(id, record);
    }
}

/// How a copy falls short of what it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    /// Missing, or not what it should be.
    Stale,
    /// Live, though it should be gone.
    Resurrected,
}

/// What a row is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An author.
    Author,
    /// A book.
    Book,
    /// A link.
    Link,
}

/// One row in which a copy differs from the truth.
#[derive(Debug, Clone)]
pub struct Difference {
    /// What the row is about.
    pub kind: Kind,
    /// In which way.
    pub flaw: Flaw,
    /// Which row, and how.
    pub text: String,
}

impl CatalogCopy {
    /// Every row in which this differs from `truth`; of rows that `truth` does not know, all.
    pub fn differences(&self, truth: &Self) -> Vec<Difference> {
        let mut found = Vec::new();
        let gone = |record: Option<bool>| record.unwrap_or(true);
        compare(
            Kind::Author,
            &self.authors,
            &truth.authors,
            &mut found,
            |held| gone(held.map(|held| held.deleted)),
        );
        compare(Kind::Book, &self.books, &truth.books, &mut found, |held| {
            gone(held.map(|held| held.deleted))
        });
        compare(Kind::Link, &self.links, &truth.links, &mut found, |held| {
            gone(held.map(|held| !held.presence.present))
        });
        found
    }
}

fn compare<K: Ord + Copy + fmt::Debug, V: PartialEq + fmt::Debug>(
    kind: Kind,
    held: &BTreeMap<K, V>,
    truth: &BTreeMap<K, V>,
    found: &mut Vec<Difference>,
    is_gone: impl Fn(Option<&V>) -> bool,
) {
    let only_held = held.keys().filter(|key| !truth.contains_key(key));
    for key in truth.keys().chain(only_held) {
        let (here, there) = (held.get(key), truth.get(key));
        if here != there {
            let flaw = match is_gone(there) && !is_gone(here) {
                true => Flaw::Resurrected,
                false => Flaw::Stale,
            };
            let text = format!("{kind:?} {key:?}: {here:?}, not {there:?}");
            found.push(Difference { kind, flaw, text });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_795_000_000_000;

    fn with_link(register: LinkRegister) -> CatalogCopy {
        CatalogCopy {
            links: BTreeMap::from([((1, 2), register)]),
            ..CatalogCopy::default()
        }
    }

    #[test]
    fn a_copy_that_equals_the_truth_has_no_flaw() {
        let truth = with_link(LinkRegister::new(1, NOW, Side::Books));
        assert!(truth.differences(&truth.clone()).is_empty());
    }

    #[test]
    fn a_missing_row_is_stale() {
        let truth = with_link(LinkRegister::new(1, NOW, Side::Books));
        let found = CatalogCopy::default().differences(&truth);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].flaw, Flaw::Stale);
    }

    #[test]
    fn a_removed_link_that_is_there_is_resurrected() {
        let link = LinkRegister::new(1, NOW, Side::Books);
        let removed = link.clone().with_presence(false, NOW, Side::Authors);
        let found = with_link(link).differences(&with_link(removed));
        assert_eq!(found[0].flaw, Flaw::Resurrected);
    }

    #[test]
    fn a_live_row_that_nobody_wrote_is_resurrected() {
        let copy = with_link(LinkRegister::new(1, NOW, Side::Books));
        let found = copy.differences(&CatalogCopy::default());
        assert_eq!(found[0].flaw, Flaw::Resurrected);
    }
}
