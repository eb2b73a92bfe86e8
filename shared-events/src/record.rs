//! What an event is about, and which of two states of it is newer.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

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

/// A text that is no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no key: it must be like author:1, book:2 or link:1:2")]
pub struct NotAKey(String);

impl Key {
    /// Reads a key as [`Key`] writes itself.
    ///
    /// # Errors
    /// If it is none.
    pub fn parse(text: &str) -> Result<Self, NotAKey> {
        let read = || {
            let (kind, rest) = text.split_once(':')?;
            let id = |digits: &str| digits.parse::<i64>().ok();
            match kind {
                "author" => Some(Self::Author(AuthorId::try_from(id(rest)?).ok()?)),
                "book" => Some(Self::Book(BookId::try_from(id(rest)?).ok()?)),
                "link" => {
                    let (author_id, book_id) = rest.split_once(':')?;
                    Some(Self::Link {
                        author_id: AuthorId::try_from(id(author_id)?).ok()?,
                        book_id: BookId::try_from(id(book_id)?).ok()?,
                    })
                }
                _ => None,
            }
        };
        read().ok_or_else(|| NotAKey(text.to_owned()))
    }

    /// Its place in its table, by which rows are read in order: a record's id and 0; the ids of a
    /// link's author and book.
    pub const fn place(&self) -> (i64, i64) {
        match self {
            Self::Author(id) => (id.get(), 0),
            Self::Book(id) => (id.get(), 0),
            Self::Link { author_id, book_id } => (author_id.get(), book_id.get()),
        }
    }

    /// Which of the 256 buckets of its table it falls into: the sum of its [`Self::place`], modulo
    /// 256.
    pub fn bucket(&self) -> u8 {
        let (first, second) = self.place();
        first.wrapping_add(second).to_le_bytes()[0]
    }

    /// The epoch of its version while its owner is in `epoch`: a link has none, which is 0.
    pub const fn epoch(&self, epoch: i64) -> i64 {
        match self {
            Self::Author(_) | Self::Book(_) => epoch,
            Self::Link { .. } => 0,
        }
    }
}

impl Serialize for Key {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

/// How new a copy of a record is: first by the owner's epoch, then by the record's version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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
        for key in [Key::Author(author_id), Key::Book(book_id), link] {
            assert_eq!(Key::parse(&key.to_string()), Ok(key));
        }
    }

    #[test]
    fn what_is_no_key_is_refused() {
        for text in [
            "",
            "author",
            "author:",
            "author:0",
            "author:x",
            "link:1",
            "link:1:2:3",
            "tag:1",
        ] {
            assert!(Key::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_bucket_is_the_sum_of_the_ids_modulo_256() {
        for (text, bucket) in [("author:1", 1), ("book:256", 0), ("link:255:3", 2)] {
            assert_eq!(Key::parse(text).unwrap().bucket(), bucket, "{text}");
        }
    }
}
