//! What an author once was, as the log tells.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use replication::StoreError;
use shared_events::AuthorId;
use values::FieldError;

use super::{Author, AuthorFields};

/// An author in one of its versions, and how it came to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastAuthor {
    /// The author as it was.
    pub author: Author,
    /// When that was decided.
    pub at: DateTime<Utc>,
    /// Who did it, if known.
    pub actor: Option<String>,
    /// The request that led to it.
    pub correlation_id: String,
}

/// The versions of authors.
#[cfg_attr(test, mockall::automock)]
#[async_trait]
pub trait PastAuthors: Send + Sync {
    /// The author in `version`, a tombstone too; `None` if the log holds no such version (any more).
    async fn author_in(&self, id: AuthorId, version: i64)
    -> Result<Option<PastAuthor>, StoreError>;
}

/// What a revert goes back to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Past {
    /// These fields, right by the rules of today.
    Fields(Box<AuthorFields>),
    /// Fields that were right once and are no longer.
    Invalid(Vec<FieldError>),
    /// No such version is held.
    Unknown,
}
