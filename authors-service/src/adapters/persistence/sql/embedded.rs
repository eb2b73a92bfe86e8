//! The books that are shown with authors.

use std::collections::BTreeMap;

use replication::sql::is_one_of;
use sea_orm::{
    ConnectionTrait, DbBackend, DbErr, FromQueryResult,
    sea_query::{Alias, Expr, ExprTrait, Func, Order, Query, SelectStatement, WindowStatement},
};

use super::{
    SqlStore,
    entity::{author_books as link, books_cache as book},
    rows,
};
use crate::domain::{Author, AuthorView, BookEntry};

/// A row of the joined links and books of some authors.
#[derive(FromQueryResult)]
struct BookRow {
    author_id: i64,
    id: i64,
    title: String,
    isbn: Option<String>,
    publication_year: Option<i32>,
    role: String,
    position: i32,
    credited_as: Option<String>,
}

impl SqlStore {
    /// Adds each author's visible books: one statement for all of them. As long as that brings no
    /// more rows than are shown of a single author, nothing has to be cut off, and counting them is
    /// enough; only beyond that the database has to number them.
    pub(super) async fn with_books(&self, authors: Vec<Author>) -> Result<Vec<AuthorView>, DbErr> {
        if authors.is_empty() {
            return Ok(Vec::new());
        }
        let ids = || authors.iter().map(|author| author.state.author_id.get());
        let reader = self.database.reader();
        let few = in_order(visible(self.backend(), ids()));
        let mut found = reader.query_all(&few).await?;
        let are_many = found.len() as u64 > AuthorView::MOST_BOOKS;
        if are_many {
            let numbered = numbered(visible(self.backend(), ids()));
            found = reader.query_all(&numbered).await?;
        }
        let mut books: BTreeMap<i64, (u64, Vec<BookEntry>)> = BTreeMap::new();
        for row in found {
            let counted: Option<i64> = match are_many {
                true => Some(row.try_get("", "total")?),
                false => None,
            };
            let row = BookRow::from_query_result(&row, "")?;
            let (total, entries) = books.entry(row.author_id).or_default();
            entries.push(BookEntry {
                id: rows::book_id(row.id)?,
                title: row.title,
                isbn: row.isbn,
                publication_year: row.publication_year,
                role: row.role,
                position: row.position,
                credited_as: row.credited_as,
            });
            *total = counted.map_or(entries.len() as u64, i64::unsigned_abs);
        }
        let view = |author: Author| {
            let (books_total, books) = books
                .remove(&author.state.author_id.get())
                .unwrap_or_default();
            AuthorView {
                author,
                books,
                books_total,
            }
        };
        Ok(authors.into_iter().map(view).collect())
    }
}

/// The present links of some authors to live books.
fn visible(backend: DbBackend, author_ids: impl Iterator<Item = i64>) -> SelectStatement {
    Query::select()
        .column((link::Entity, link::Column::AuthorId))
        .columns([
            (book::Entity, book::Column::Id),
            (book::Entity, book::Column::Title),
            (book::Entity, book::Column::Isbn),
            (book::Entity, book::Column::PublicationYear),
        ])
        .columns([
            (link::Entity, link::Column::Role),
            (link::Entity, link::Column::Position),
            (link::Entity, link::Column::CreditedAs),
        ])
        .from(link::Entity)
        .inner_join(
            book::Entity,
            Expr::col((book::Entity, book::Column::Id))
                .equals((link::Entity, link::Column::BookId)),
        )
        .and_where(is_one_of(backend, link::Column::AuthorId, author_ids))
        .and_where(Expr::col((link::Entity, link::Column::Present)).eq(true))
        .and_where(Expr::col((book::Entity, book::Column::Deleted)).eq(false))
        .to_owned()
}

/// Those rows by author and book, and no more than it takes to see that they are too many.
fn in_order(mut rows: SelectStatement) -> SelectStatement {
    rows.order_by((link::Entity, link::Column::AuthorId), Order::Asc)
        .order_by((link::Entity, link::Column::BookId), Order::Asc)
        .limit(AuthorView::MOST_BOOKS + 1)
        .to_owned()
}

/// Those rows by author and book, counted within each author, and of each author the first ones.
fn numbered(mut rows: SelectStatement) -> SelectStatement {
    let by_author = || {
        let mut window = WindowStatement::partition_by((link::Entity, link::Column::AuthorId));
        window.take()
    };
    let mut in_its_order = by_author();
    in_its_order.order_by((link::Entity, link::Column::BookId), Order::Asc);
    rows.expr_window_as(
        Func::count(Expr::col((link::Entity, link::Column::BookId))),
        by_author(),
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
        .and_where(Expr::col(Alias::new("place")).lte(AuthorView::MOST_BOOKS))
        .order_by(Alias::new("author_id"), Order::Asc)
        .order_by(Alias::new("place"), Order::Asc)
        .to_owned()
}
