//! What the domain needs from outside. The docs say what an adapter MUST do; the contract suite
//! in `tests/` checks it for each of them.

use std::collections::BTreeMap;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use replication::{StoreError, answers::KeptAnswer, inbox::Ledger, sync::CachedRecords};
use search::Place;
use shared_events::{AuthorId, BookId};

use super::{
    Author, CachedBook, Change, Link, Part, WantedAuthors,
    decide::{Loaded, Wanted},
    values::AuthorScheme,
};

/// Who asked for a change, and when it was decided. It goes into the change's events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    /// The request.
    pub correlation_id: String,
    /// W3C trace context of the request, if it came with one.
    pub traceparent: Option<String>,
    /// Who it was, if the service is told.
    pub actor: Option<String>,
    /// When it was decided.
    pub now: DateTime<Utc>,
}

/// Why changes were not saved. Nothing was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SaveError {
    /// Something that was read has changed meanwhile: read and decide again.
    #[error("something that was read has changed meanwhile")]
    Conflict,
    /// There is an answer under the same key already: this was done before.
    #[error("there is an answer under the same key already")]
    Answered,
    /// The store can't do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Authors and links, for commands.
#[cfg_attr(test, mockall::automock)]
#[async_trait]
pub trait AuthorRepository: Send + Sync {
    /// `count` ids that were never given out before and never will be again, ascending.
    async fn next_ids(&self, count: u32) -> Result<Vec<AuthorId>, StoreError>;

    /// The wanted records, as last committed.
    async fn load(&self, wanted: &Wanted) -> Result<Loaded, StoreError>;

    /// Saves all `changes` and one event for each, in that order, in ONE transaction: all or
    /// nothing. MUST refuse with [`SaveError::Conflict`] if a record is not as its change's
    /// `before` says: another version of an author, another revision of either part of a link.
    async fn save(&self, changes: &[Change], context: &Context) -> Result<(), SaveError>;

    /// Saves `changes`, of which there may be none, and keeps `answer` in the same transaction.
    /// MUST refuse with [`SaveError::Answered`] if an answer under the same key is kept already
    /// that is not older than [`KEPT_FOR`](replication::answers::KEPT_FOR); of several at the same
    /// time it takes one.
    async fn save_answered(
        &self,
        changes: &[Change],
        context: &Context,
        answer: &KeptAnswer,
    ) -> Result<(), SaveError>;
}

/// A book as an author's page shows it, from the cache.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookEntry {
    /// The book.
    pub id: BookId,
    /// Its title.
    pub title: String,
    /// Its ISBN, 13 digits.
    pub isbn: Option<String>,
    /// Year of first publication.
    pub publication_year: Option<i32>,
    /// What the author did for it.
    pub role: String,
    /// The author's place among its authors.
    pub position: i32,
    /// The name printed in it, if it is another.
    pub credited_as: Option<String>,
}

/// An author with its visible books.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorView {
    /// The author; may be a tombstone.
    pub author: Author,
    /// Its books by id, at most [`AuthorView::MOST_BOOKS`].
    pub books: Vec<BookEntry>,
    /// How many books there are in all.
    pub books_total: u64,
}

impl AuthorView {
    /// At most so many books are shown with an author.
    pub const MOST_BOOKS: u64 = 1_000;
}

/// Which authors to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuthorFilter {
    /// Those of exactly this name, normalized.
    pub name: Option<String>,
    /// Those with exactly this identifier.
    pub identifier: Option<(AuthorScheme, String)>,
}

/// Which part of a list to show. Lists are ordered by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// Only ids greater than this one.
    pub after: i64,
    /// Pass over so many first.
    pub skip: u64,
    /// At most so many.
    pub limit: u64,
}

/// Authors with their books, for readers.
#[cfg_attr(test, mockall::automock)]
#[async_trait]
pub trait AuthorQueries: Send + Sync {
    /// One author, a tombstone too; `None` if there never was one of that id.
    async fn author(&self, id: AuthorId) -> Result<Option<AuthorView>, StoreError>;

    /// A page of the live authors that pass `filter`, by id.
    async fn authors(
        &self,
        filter: &AuthorFilter,
        page: Page,
    ) -> Result<Vec<AuthorView>, StoreError>;

    /// Those of the authors that there ever were, tombstones too.
    async fn views(&self, ids: &[AuthorId]) -> Result<BTreeMap<AuthorId, AuthorView>, StoreError>;

    /// The places of the live authors that are wanted, in their order. What was saved before is
    /// found. By relevance, hundreds of each kind of match are ranked, and all others follow by id.
    async fn find(&self, wanted: &WantedAuthors, part: &Part) -> Result<Vec<Place>, StoreError>;

    /// How many authors are wanted in all.
    async fn count(&self, wanted: &WantedAuthors) -> Result<u64, StoreError>;
}

/// What a batch of the other side's events changes here: of each key the newest state.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CacheChanges {
    /// Books, each id once, by id.
    pub books: Vec<CachedBook>,
    /// Links, each pair once, by pair.
    pub links: Vec<Link>,
}

/// This side's copy of the books.
#[cfg_attr(test, mockall::automock)]
#[async_trait]
pub trait BooksCache: Send + Sync {
    /// In ONE transaction: takes each book whose version is greater than the one held, merges
    /// each link into the register held, and writes `ledger`.
    ///
    /// # Errors
    /// [`StoreError::Data`] if the data can never be written; nothing is written then.
    async fn apply(&self, changes: &CacheChanges, ledger: &Ledger) -> Result<(), StoreError>;

    /// How many books it holds.
    async fn counts(&self) -> Result<CachedRecords, StoreError>;
}
