//! What the domain needs from outside. The docs say what an adapter MUST do; the contract suite
//! in `tests/` checks it for each of them.

use std::collections::BTreeMap;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use replication::{StoreError, answers::KeptAnswer, inbox::Ledger, sync::CachedRecords};
use search::Place;
use shared_events::{AuthorId, BookId};

use super::{
    Book, CachedAuthor, Change, Link, Part, WantedBooks,
    decide::{Loaded, Wanted},
    values::BookScheme,
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

/// Books and links, for commands.
#[cfg_attr(test, mockall::automock)]
#[async_trait]
pub trait BookRepository: Send + Sync {
    /// `count` ids that were never given out before and never will be again, ascending.
    async fn next_ids(&self, count: u32) -> Result<Vec<BookId>, StoreError>;

    /// The wanted records, as last committed.
    async fn load(&self, wanted: &Wanted) -> Result<Loaded, StoreError>;

    /// Saves all `changes` and one event for each, in that order, in ONE transaction: all or
    /// nothing. MUST refuse with [`SaveError::Conflict`] if a record is not as its change's
    /// `before` says: another version of a book, another revision of either part of a link; or if
    /// another live book has what a changed one claims.
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

/// An author as a book's page shows it, from the cache.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorEntry {
    /// The author.
    pub id: AuthorId,
    /// The author's name.
    pub name: String,
    /// In words.
    pub nationality: Option<String>,
    /// What the author did for the book.
    pub role: String,
    /// The author's place among the book's authors.
    pub position: i32,
    /// The name printed in the book, if it is another.
    pub credited_as: Option<String>,
}

/// A book with its visible authors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookView {
    /// The book; may be a tombstone.
    pub book: Book,
    /// Its authors by position, then id; at most [`BookView::MOST_AUTHORS`].
    pub authors: Vec<AuthorEntry>,
    /// How many authors there are in all.
    pub authors_total: u64,
}

impl BookView {
    /// At most so many authors are shown with a book.
    pub const MOST_AUTHORS: u64 = 1_000;
}

/// Which books to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BookFilter {
    /// Those with exactly this ISBN, 13 digits.
    pub isbn: Option<String>,
    /// Those with exactly this identifier.
    pub identifier: Option<(BookScheme, String)>,
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

/// Books with their authors, for readers.
#[cfg_attr(test, mockall::automock)]
#[async_trait]
pub trait BookQueries: Send + Sync {
    /// One book, a tombstone too; `None` if there never was one of that id.
    async fn book(&self, id: BookId) -> Result<Option<BookView>, StoreError>;

    /// A page of the live books that pass `filter`, by id.
    async fn books(&self, filter: &BookFilter, page: Page) -> Result<Vec<BookView>, StoreError>;

    /// Those of the books that there ever were, tombstones too.
    async fn views(&self, ids: &[BookId]) -> Result<BTreeMap<BookId, BookView>, StoreError>;

    /// The places of the live books that are wanted, in their order. What was saved before is
    /// found. By relevance, hundreds of each kind of match are ranked, and all others follow by id.
    async fn find(&self, wanted: &WantedBooks, part: &Part) -> Result<Vec<Place>, StoreError>;

    /// How many books are wanted in all.
    async fn count(&self, wanted: &WantedBooks) -> Result<u64, StoreError>;
}

/// What a batch of the other side's events changes here: of each key the newest state.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CacheChanges {
    /// Authors, each id once, by id.
    pub authors: Vec<CachedAuthor>,
    /// Links, each pair once, by pair.
    pub links: Vec<Link>,
}

/// This side's copy of the authors.
#[cfg_attr(test, mockall::automock)]
#[async_trait]
pub trait AuthorsCache: Send + Sync {
    /// In ONE transaction: takes each author whose version is greater than the one held, merges
    /// each link into the register held, and writes `ledger`.
    ///
    /// # Errors
    /// [`StoreError::Data`] if the data can never be written; nothing is written then.
    async fn apply(&self, changes: &CacheChanges, ledger: &Ledger) -> Result<(), StoreError>;

    /// How many authors it holds.
    async fn counts(&self) -> Result<CachedRecords, StoreError>;
}
