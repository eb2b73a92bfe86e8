//! The books that are shown with authors.

use std::collections::BTreeMap;

use replication::sql::{is_one_of, json_list};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbBackend, DbErr, FromJsonQueryResult, FromQueryResult,
    QuerySelect, Select,
    sea_query::{Alias, Expr, ExprTrait, Func, Order, Query, SelectStatement},
};
use serde::{Deserialize, Serialize};

use super::{
    SqlStore,
    entity::{author_books as link, authors as author, books_cache as book},
    rows,
};
use crate::domain::{AuthorView, BookEntry};

/// An author, and its visible books as one value.
#[derive(FromQueryResult)]
struct ViewRow {
    #[sea_orm(nested)]
    author: author::Model,
    books: Option<BookRows>,
}

/// Null stands for none.
#[derive(Serialize, Deserialize, FromJsonQueryResult)]
struct BookRows(Vec<BookRow>);

/// Read from an array of [`VALUES`], in their order. (What is read as JSON must be writable, too.)
#[derive(Serialize, Deserialize)]
struct BookRow {
    id: i64,
    title: String,
    isbn: Option<String>,
    publication_year: Option<i32>,
    role: String,
    position: i32,
    credited_as: Option<String>,
}

/// The names of its values.
const VALUES: [&str; 7] = [
    "id",
    "title",
    "isbn",
    "publication_year",
    "role",
    "position",
    "credited_as",
];

impl SqlStore {
    /// What `query` selects over `connection`, each with its visible books: one statement, and a row for
    /// each. Only of those that have more books than are shown, another statement counts them.
    pub(super) async fn with_books(
        &self,
        connection: &DatabaseConnection,
        query: Select<author::Entity>,
    ) -> Result<Vec<AuthorView>, DbErr> {
        let books = json_list(self.backend(), first_books(), &VALUES);
        let rows = query
            .expr_as(books, "books")
            .into_model::<ViewRow>()
            .all(connection)
            .await?;
        let views = rows.into_iter().map(view);
        let mut views = views.collect::<Result<Vec<_>, _>>()?;
        self.cut_off(connection, &mut views).await?;
        Ok(views)
    }

    /// Cuts off what is too many to be shown, and counts all of it.
    async fn cut_off(
        &self,
        connection: &DatabaseConnection,
        views: &mut [AuthorView],
    ) -> Result<(), DbErr> {
        let most = AuthorView::MOST_BOOKS;
        let are_many = |view: &&mut AuthorView| view.books.len() as u64 > most;
        let views = views.iter_mut().filter(are_many);
        let mut views: BTreeMap<_, _> = views
            .map(|view| (view.author.state.author_id.get(), view))
            .collect();
        if views.is_empty() {
            return Ok(());
        }
        for view in views.values_mut() {
            view.books.truncate(most as usize);
        }
        let totals = totals(self.backend(), views.keys().copied());
        for row in connection.query_all(&totals).await? {
            let (id, total): (i64, i64) = (row.try_get("", "id")?, row.try_get("", "total")?);
            if let Some(view) = views.get_mut(&id) {
                // Some may have gone since.
                view.books_total = std::cmp::max(total.unsigned_abs(), most);
            }
        }
        Ok(())
    }
}

fn view(row: ViewRow) -> Result<AuthorView, DbErr> {
    let entry = |book: BookRow| {
        Ok(BookEntry {
            id: rows::book_id(book.id)?,
            title: book.title,
            isbn: book.isbn,
            publication_year: book.publication_year,
            role: book.role,
            position: book.position,
            credited_as: book.credited_as,
        })
    };
    let found = row.books.map_or_else(Vec::new, |BookRows(found)| found);
    let books: Vec<_> = found.into_iter().map(entry).collect::<Result<_, DbErr>>()?;
    Ok(AuthorView {
        author: rows::author(row.author)?,
        books_total: books.len() as u64,
        books,
    })
}

/// The visible books of the author that is selected, in their order: as many as are shown, and one
/// more if there are more.
fn first_books() -> SelectStatement {
    let of_link = |column| (link::Entity, column);
    let of_book = |column| (book::Entity, column);
    let author = (author::Entity, author::Column::Id);
    visible()
        .columns(
            [
                book::Column::Id,
                book::Column::Title,
                book::Column::Isbn,
                book::Column::PublicationYear,
            ]
            .map(of_book),
        )
        .columns(
            [
                link::Column::Role,
                link::Column::Position,
                link::Column::CreditedAs,
            ]
            .map(of_link),
        )
        .and_where(Expr::col(of_link(link::Column::AuthorId)).equals(author))
        .order_by(of_link(link::Column::BookId), Order::Asc)
        .limit(AuthorView::MOST_BOOKS + 1)
        .to_owned()
}

/// How many visible books each of these authors has.
fn totals(backend: DbBackend, ids: impl Iterator<Item = i64>) -> SelectStatement {
    let author_id = (link::Entity, link::Column::AuthorId);
    let book_id = (link::Entity, link::Column::BookId);
    visible()
        .expr_as(Expr::col(author_id), Alias::new("id"))
        .expr_as(Func::count(Expr::col(book_id)), Alias::new("total"))
        .and_where(is_one_of(backend, link::Column::AuthorId, ids))
        .group_by_col(author_id)
        .to_owned()
}

/// Present links to live books.
fn visible() -> SelectStatement {
    Query::select()
        .from(link::Entity)
        .inner_join(
            book::Entity,
            Expr::col((book::Entity, book::Column::Id))
                .equals((link::Entity, link::Column::BookId)),
        )
        .and_where(Expr::col((link::Entity, link::Column::Present)).eq(true))
        .and_where(Expr::col((book::Entity, book::Column::Deleted)).eq(false))
        .to_owned()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_in_the_order_in_which_they_are_selected() {
        let row = BookRow {
            id: 1,
            title: String::new(),
            isbn: None,
            publication_year: None,
            role: String::new(),
            position: 1,
            credited_as: None,
        };
        let written = serde_json::to_string(&row).unwrap();
        let places = VALUES.map(|name| written.find(&format!("\"{name}\":")).unwrap());
        assert!(places.is_sorted(), "{written}");
        assert_eq!(written.matches("\":").count(), VALUES.len());
    }
}
