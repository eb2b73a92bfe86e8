//! What a book once was, as the log tells.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use replication::StoreError;
use shared_events::BookId;
use values::FieldError;

use super::{Book, BookFields};

/// A book in one of its versions, and how it came to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastBook {
    /// The book as it was.
    pub book: Book,
    /// When that was decided.
    pub at: DateTime<Utc>,
    /// Who did it, if known.
    pub actor: Option<String>,
    /// The request that led to it.
    pub correlation_id: String,
}

/// The versions of books.
#[cfg_attr(test, mockall::automock)]
#[async_trait]
pub trait PastBooks: Send + Sync {
    /// The book in `version`, a tombstone too; `None` if the log holds no such version (any more).
    async fn book_in(&self, id: BookId, version: i64) -> Result<Option<PastBook>, StoreError>;
}

/// What a revert goes back to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Past {
    /// These fields, right by the rules of today.
    Fields(Box<BookFields>),
    /// Fields that were right once and are no longer.
    Invalid(Vec<FieldError>),
    /// No such version is held.
    Unknown,
}
