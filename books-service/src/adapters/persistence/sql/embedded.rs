//! The authors that are shown with books.

use std::collections::BTreeMap;

use replication::sql::is_one_of;
use sea_orm::{
    ConnectionTrait, DbBackend, DbErr, FromQueryResult,
    sea_query::{Alias, Expr, ExprTrait, Func, Order, Query, SelectStatement, WindowStatement},
};

use super::{
    SqlStore,
    entity::{authors_cache as author, book_authors as link},
    rows,
};
use crate::domain::{AuthorEntry, Book, BookView};

/// A row of the joined links and authors of some books.
#[derive(FromQueryResult)]
struct AuthorRow {
    book_id: i64,
    id: i64,
    name: String,
    nationality: Option<String>,
    role: String,
    position: i32,
    credited_as: Option<String>,
}

impl SqlStore {
    /// Adds each book's visible authors: one statement for all of them. As long as that brings no
    /// more rows than are shown of a single book, nothing has to be cut off, and counting them is
    /// enough; only beyond that the database has to number them.
    pub(super) async fn with_authors(&self, books: Vec<Book>) -> Result<Vec<BookView>, DbErr> {
        if books.is_empty() {
            return Ok(Vec::new());
        }
        let ids = || books.iter().map(|book| book.state.book_id.get());
        let reader = self.database.reader();
        let few = in_order(visible(self.backend(), ids()));
        let mut found = reader.query_all(&few).await?;
        let are_many = found.len() as u64 > BookView::MOST_AUTHORS;
        if are_many {
            let numbered = numbered(visible(self.backend(), ids()));
            found = reader.query_all(&numbered).await?;
        }
        let mut authors: BTreeMap<i64, (u64, Vec<AuthorEntry>)> = BTreeMap::new();
        for row in found {
            let counted: Option<i64> = match are_many {
                true => Some(row.try_get("", "total")?),
                false => None,
            };
            let row = AuthorRow::from_query_result(&row, "")?;
            let (total, entries) = authors.entry(row.book_id).or_default();
            entries.push(AuthorEntry {
                id: rows::author_id(row.id)?,
                name: row.name,
                nationality: row.nationality,
                role: row.role,
                position: row.position,
                credited_as: row.credited_as,
            });
            *total = counted.map_or(entries.len() as u64, i64::unsigned_abs);
        }
        let view = |book: Book| {
            let (authors_total, authors) = authors
                .remove(&book.state.book_id.get())
                .unwrap_or_default();
            BookView {
                book,
                authors,
                authors_total,
            }
        };
        Ok(books.into_iter().map(view).collect())
    }
}

/// The present links of some books to live authors.
fn visible(backend: DbBackend, book_ids: impl Iterator<Item = i64>) -> SelectStatement {
    Query::select()
        .column((link::Entity, link::Column::BookId))
        .columns([
            (author::Entity, author::Column::Id),
            (author::Entity, author::Column::Name),
            (author::Entity, author::Column::Nationality),
        ])
        .columns([
            (link::Entity, link::Column::Role),
            (link::Entity, link::Column::Position),
            (link::Entity, link::Column::CreditedAs),
        ])
        .from(link::Entity)
        .inner_join(
            author::Entity,
            Expr::col((author::Entity, author::Column::Id))
                .equals((link::Entity, link::Column::AuthorId)),
        )
        .and_where(is_one_of(backend, link::Column::BookId, book_ids))
        .and_where(Expr::col((link::Entity, link::Column::Present)).eq(true))
        .and_where(Expr::col((author::Entity, author::Column::Deleted)).eq(false))
        .to_owned()
}

/// Those rows by book, position and author, and no more than it takes to see that they are too many.
fn in_order(mut rows: SelectStatement) -> SelectStatement {
    rows.order_by((link::Entity, link::Column::BookId), Order::Asc)
        .order_by((link::Entity, link::Column::Position), Order::Asc)
        .order_by((link::Entity, link::Column::AuthorId), Order::Asc)
        .limit(BookView::MOST_AUTHORS + 1)
        .to_owned()
}

/// Those rows by book, position and author, counted within each book, and of each book the first ones.
fn numbered(mut rows: SelectStatement) -> SelectStatement {
    let by_book = || {
        let mut window = WindowStatement::partition_by((link::Entity, link::Column::BookId));
        window.take()
    };
    let mut in_its_order = by_book();
    in_its_order
        .order_by((link::Entity, link::Column::Position), Order::Asc)
        .order_by((link::Entity, link::Column::AuthorId), Order::Asc);
    rows.expr_window_as(
        Func::count(Expr::col((link::Entity, link::Column::AuthorId))),
        by_book(),
        Alias::new("total"),
    )
    .expr_window_as(
        Func::cust(Alias::new("ROW_NUMBER")),
        in_its_order,
        Alias::new("place"),
    );
    Query::select()
        .expr(Expr::cust("*"))
        .from_subquery(rows, Alias::new("visible"))
        .and_where(Expr::col(Alias::new("place")).lte(BookView::MOST_AUTHORS))
        .order_by(Alias::new("book_id"), Order::Asc)
        .order_by(Alias::new("place"), Order::Asc)
        .to_owned()
}
