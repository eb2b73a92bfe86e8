//! Ids of records. A type of its own for each, so that an author's id can't stand where a book's
//! belongs.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A number that can't be a record's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an id must be at least 1, not {0}")]
pub struct NotAnId(i64);

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        #[serde(try_from = "i64", into = "i64")]
        pub struct $name(i64);

        impl $name {
            /// The number.
            pub const fn get(self) -> i64 {
                self.0
            }
        }

        impl TryFrom<i64> for $name {
            type Error = NotAnId;

            fn try_from(number: i64) -> Result<Self, NotAnId> {
                if number >= 1 {
                    Ok(Self(number))
                } else {
                    Err(NotAnId(number))
                }
            }
        }

        impl From<$name> for i64 {
            fn from(id: $name) -> i64 {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id! {
    /// An author's id: given by authors-service, from 1, never reused.
    AuthorId
}
id! {
    /// A book's id: given by books-service, from 1, never reused.
    BookId
}
