//! Rows as they are stored, by either side.

use sea_orm::{
    DatabaseConnection, FromQueryResult, JsonValue, Statement, entity::prelude::DateTimeUtc,
};

use crate::side::Side;

/// An author, as its owner holds it or as the other side caches it.
#[derive(Debug, Clone, PartialEq, FromQueryResult)]
pub(crate) struct AuthorRow {
    pub(crate) id: i64,
    pub(crate) epoch: i64,
    pub(crate) version: i64,
    pub(crate) deleted: bool,
    pub(crate) name: String,
    pub(crate) birth_date: Option<String>,
    pub(crate) death_date: Option<String>,
    pub(crate) nationality: Option<String>,
    pub(crate) biography: Option<String>,
    pub(crate) aliases: JsonValue,
    pub(crate) identifiers: JsonValue,
    pub(crate) created_at: DateTimeUtc,
    pub(crate) updated_at: DateTimeUtc,
}

/// A book, as its owner holds it or as the other side caches it.
#[derive(Debug, Clone, PartialEq, FromQueryResult)]
pub(crate) struct BookRow {
    pub(crate) id: i64,
    pub(crate) epoch: i64,
    pub(crate) version: i64,
    pub(crate) deleted: bool,
    pub(crate) title: String,
    pub(crate) subtitle: Option<String>,
    pub(crate) isbn: Option<String>,
    pub(crate) publication_year: Option<i32>,
    pub(crate) language: Option<String>,
    pub(crate) publisher: Option<String>,
    pub(crate) page_count: Option<i32>,
    pub(crate) description: Option<String>,
    pub(crate) subjects: JsonValue,
    pub(crate) identifiers: JsonValue,
    pub(crate) created_at: DateTimeUtc,
    pub(crate) updated_at: DateTimeUtc,
}

/// A link's register, as either side holds it.
#[derive(Debug, Clone, PartialEq, FromQueryResult)]
pub(crate) struct LinkRow {
    pub(crate) author_id: i64,
    pub(crate) book_id: i64,
    pub(crate) present: bool,
    pub(crate) presence_revision: i64,
    pub(crate) role: String,
    pub(crate) position: i32,
    pub(crate) credited_as: Option<String>,
    pub(crate) credit_revision: i64,
}

/// An event's place in its log.
#[derive(Debug, Clone, PartialEq, FromQueryResult)]
pub(crate) struct EventRow {
    pub(crate) sequence: i64,
    pub(crate) epoch: i64,
    pub(crate) key: String,
    pub(crate) version: i64,
}

/// An event, whole.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub(crate) struct LoggedRow {
    pub(crate) sequence: i64,
    pub(crate) epoch: i64,
    pub(crate) event_type: String,
    pub(crate) key: String,
    pub(crate) version: i64,
    pub(crate) correlation_id: String,
    pub(crate) payload: String,
}

/// Where a log stands.
#[derive(Debug, Clone, Copy, PartialEq, FromQueryResult)]
pub(crate) struct HeadRow {
    pub(crate) epoch: i64,
    pub(crate) last_sequence: i64,
    pub(crate) published_through: i64,
}

/// How far a consumer has settled a log.
#[derive(Debug, Clone, PartialEq, FromQueryResult)]
pub(crate) struct CheckpointRow {
    pub(crate) producer: String,
    pub(crate) epoch: i64,
    pub(crate) settled_through: i64,
    pub(crate) settled_above: String,
}

/// A message that could not be applied.
#[derive(Debug, Clone, PartialEq, FromQueryResult)]
pub(crate) struct ParkedRow {
    pub(crate) reason: String,
    pub(crate) attempts: i32,
}

/// A number.
#[derive(Debug, FromQueryResult)]
struct NumberRow {
    number: i64,
}

/// Records are read in the order of their ids; a record's epoch is its owner's.
pub(crate) const AUTHORS: &str =
    "SELECT (SELECT epoch FROM log_head) AS epoch, authors.* FROM authors ORDER BY id";
pub(crate) const AUTHORS_CACHE: &str = "SELECT * FROM authors_cache ORDER BY id";
pub(crate) const BOOKS: &str =
    "SELECT (SELECT epoch FROM log_head) AS epoch, books.* FROM books ORDER BY id";
pub(crate) const BOOKS_CACHE: &str = "SELECT * FROM books_cache ORDER BY id";
pub(crate) const AUTHOR_BOOKS: &str = "SELECT * FROM author_books ORDER BY author_id, book_id";
pub(crate) const BOOK_AUTHORS: &str = "SELECT * FROM book_authors ORDER BY author_id, book_id";
pub(crate) const EVENTS: &str =
    "SELECT sequence, epoch, key, version FROM events ORDER BY sequence";
pub(crate) const LOGGED: &str = "SELECT * FROM events ORDER BY sequence";
pub(crate) const HEAD: &str = "SELECT epoch, last_sequence, \
    (SELECT published_through FROM relay_state) AS published_through FROM log_head";
pub(crate) const CHECKPOINTS: &str = "SELECT * FROM checkpoints ORDER BY producer, epoch";
pub(crate) const PARKED: &str = "SELECT reason, attempts FROM parked";

/// All rows that a query gives.
pub(crate) async fn all<T: FromQueryResult>(database: &DatabaseConnection, query: &str) -> Vec<T> {
    let statement = Statement::from_string(database.get_database_backend(), query);
    T::find_by_statement(statement).all(database).await.unwrap()
}

/// The one row that a query gives.
pub(crate) async fn one<T: FromQueryResult>(database: &DatabaseConnection, query: &str) -> T {
    let mut rows = all(database, query).await;
    assert_eq!(rows.len(), 1, "{query}");
    rows.remove(0)
}

/// The number that a query names `number`.
pub(crate) async fn number(database: &DatabaseConnection, query: &str) -> i64 {
    one::<NumberRow>(database, query).await.number
}

/// The ids of all live records that `side` owns.
pub(crate) async fn live_ids(database: &DatabaseConnection, side: Side) -> Vec<i64> {
    let query = match side {
        Side::Authors => "SELECT id AS number FROM authors WHERE NOT deleted",
        Side::Books => "SELECT id AS number FROM books WHERE NOT deleted",
    };
    let rows: Vec<NumberRow> = all(database, query).await;
    rows.into_iter().map(|row| row.number).collect()
}
