//! A service's tables as a copy of the catalog.

use std::collections::BTreeMap;

use sea_orm::{DatabaseConnection, FromQueryResult};
use serde_json::Value;
use shared_events::{AuthorState, BookState, LinkState, RecordVersion, Revision};

use crate::{
    catalog_copy::{CatalogCopy, Held},
    rows::{self, AuthorRow, BookRow, LinkRow},
    side::Side,
};

/// All that this side's database holds of the catalog.
///
/// # Panics
/// If it can't be read.
pub(crate) async fn copy_of(database: &DatabaseConnection, side: Side) -> CatalogCopy {
    let (authors, books, links) = match side {
        Side::Authors => (rows::AUTHORS, rows::BOOKS_CACHE, rows::AUTHOR_BOOKS),
        Side::Books => (rows::AUTHORS_CACHE, rows::BOOKS, rows::BOOK_AUTHORS),
    };
    let mut copy = CatalogCopy {
        authors: records(database, authors, author).await,
        books: records(database, books, book).await,
        links: BTreeMap::new(),
    };
    for row in rows::all::<LinkRow>(database, links).await {
        copy.merge_link(link(row));
    }
    copy
}

async fn records<R: FromQueryResult, S>(
    database: &DatabaseConnection,
    query: &str,
    held: impl Fn(R) -> (i64, Held<S>),
) -> BTreeMap<i64, Held<S>> {
    let rows = rows::all::<R>(database, query).await;
    rows.into_iter().map(held).collect()
}

fn author(row: AuthorRow) -> (i64, Held<AuthorState>) {
    let state = AuthorState {
        author_id: row.id.try_into().unwrap(),
        name: row.name,
        birth_date: row.birth_date,
        death_date: row.death_date,
        nationality: row.nationality,
        biography: row.biography,
        aliases: parsed(row.aliases),
        identifiers: parsed(row.identifiers),
        created_at: row.created_at,
        updated_at: row.updated_at,
    };
    (row.id, held(row.epoch, row.version, row.deleted, state))
}

fn book(row: BookRow) -> (i64, Held<BookState>) {
    let state = BookState {
        book_id: row.id.try_into().unwrap(),
        title: row.title,
        subtitle: row.subtitle,
        isbn: row.isbn,
        publication_year: row.publication_year,
        language: row.language,
        publisher: row.publisher,
        page_count: row.page_count,
        description: row.description,
        subjects: parsed(row.subjects),
        identifiers: parsed(row.identifiers),
        created_at: row.created_at,
        updated_at: row.updated_at,
    };
    (row.id, held(row.epoch, row.version, row.deleted, state))
}

fn link(row: LinkRow) -> LinkState {
    LinkState {
        author_id: row.author_id.try_into().unwrap(),
        book_id: row.book_id.try_into().unwrap(),
        present: row.present,
        presence_revision: Revision::new(row.presence_revision),
        role: row.role,
        position: row.position,
        credited_as: row.credited_as,
        credit_revision: Revision::new(row.credit_revision),
    }
}

fn held<S>(epoch: i64, version: i64, deleted: bool, state: S) -> Held<S> {
    Held {
        version: RecordVersion { epoch, version },
        deleted,
        state,
    }
}

fn parsed<T: serde::de::DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}
