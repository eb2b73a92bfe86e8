//! What an event is about, and which of two states of it is newer.

use std::fmt;

use crate::{AuthorId, BookId};

/// Names what an event is about. Events of one key are ordered by their versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// An author, by id.
    Author(AuthorId),
    /// A book, by id.
    Book(BookId),
    /// The link of an author and a book.
    Link {
        /// The author's id.
        author_id: AuthorId,
        /// The book's id.
        book_id: BookId,
    },
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Author(id) => write!(f, "author:{id}"),
            Self::Book(id) => write!(f, "book:{id}"),
            Self::Link { author_id, book_id } => write!(f, "link:{author_id}:{book_id}"),
        }
    }
}

/// How new a copy of a record is: first by the owner's epoch, then by the record's version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordVersion {
    /// The epoch of the owner's log; grows when an owner was restored from a backup.
    pub epoch: i64,
    /// The record's own version: 1, 2, 3…
    pub version: i64,
}

impl RecordVersion {
    /// Whether a copy that holds `held` must take a state of this version.
    ///
    /// The same version again is not taken, so applying an event twice changes nothing; a lower
    /// one is not taken either, so order does not matter.
    pub fn supersedes(self, held: Option<Self>) -> bool {
        held.is_none_or(|held| self > held)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn at(epoch: i64, version: i64) -> RecordVersion {
        RecordVersion { epoch, version }
    }

    #[test]
    fn anything_supersedes_nothing() {
        assert!(at(1, 1).supersedes(None));
    }

    #[test]
    fn only_a_greater_version_supersedes() {
        assert!(at(1, 3).supersedes(Some(at(1, 2))));
        assert!(!at(1, 2).supersedes(Some(at(1, 2))));
        assert!(!at(1, 1).supersedes(Some(at(1, 2))));
    }

    #[test]
    fn a_later_epoch_supersedes_any_version_of_an_earlier_one() {
        assert!(at(2, 1).supersedes(Some(at(1, 99))));
        assert!(!at(1, 99).supersedes(Some(at(2, 1))));
    }

    #[test]
    fn keys_are_written_as_the_log_keeps_them() {
        let author_id = AuthorId::try_from(42).unwrap();
        let book_id = BookId::try_from(7).unwrap();
        assert_eq!(Key::Author(author_id).to_string(), "author:42");
        assert_eq!(Key::Book(book_id).to_string(), "book:7");
        let link = Key::Link { author_id, book_id };
        assert_eq!(link.to_string(), "link:42:7");
    }
}
