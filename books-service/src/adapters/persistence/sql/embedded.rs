//! The authors that are shown with books.

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
    entity::{authors_cache as author, book_authors as link, books as book},
    rows,
};
use crate::domain::{AuthorEntry, BookView};

/// A book, and its visible authors as one value.
#[derive(FromQueryResult)]
struct ViewRow {
    #[sea_orm(nested)]
    book: book::Model,
    authors: Option<AuthorRows>,
}

/// Null stands for none.
#[derive(Serialize, Deserialize, FromJsonQueryResult)]
struct AuthorRows(Vec<AuthorRow>);

/// Read from an array of [`VALUES`], in their order. (What is read as JSON must be writable, too.)
#[derive(Serialize, Deserialize)]
struct AuthorRow {
    id: i64,
    name: String,
    nationality: Option<String>,
    role: String,
    position: i32,
    credited_as: Option<String>,
}

/// The names of its values.
const VALUES: [&str; 6] = [
    "id",
    "name",
    "nationality",
    "role",
    "position",
    "credited_as",
];

impl SqlStore {
    /// What `query` selects over `connection`, each with its visible authors: one statement, and a row for
    /// each. Only of those that have more authors than are shown, another statement counts them.
    pub(super) async fn with_authors(
        &self,
        connection: &DatabaseConnection,
        query: Select<book::Entity>,
    ) -> Result<Vec<BookView>, DbErr> {
        let authors = json_list(self.backend(), first_authors(), &VALUES);
        let rows = query
            .expr_as(authors, "authors")
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
        views: &mut [BookView],
    ) -> Result<(), DbErr> {
        let most = BookView::MOST_AUTHORS;
        let are_many = |view: &&mut BookView| view.authors.len() as u64 > most;
        let views = views.iter_mut().filter(are_many);
        let mut views: BTreeMap<_, _> = views
            .map(|view| (view.book.state.book_id.get(), view))
            .collect();
        if views.is_empty() {
            return Ok(());
        }
        for view in views.values_mut() {
            view.authors.truncate(most as usize);
        }
        let totals = totals(self.backend(), views.keys().copied());
        for row in connection.query_all(&totals).await? {
            let (id, total): (i64, i64) = (row.try_get("", "id")?, row.try_get("", "total")?);
            if let Some(view) = views.get_mut(&id) {
                // Some may have gone since.
                view.authors_total = std::cmp::max(total.unsigned_abs(), most);
            }
        }
        Ok(())
    }
}

fn view(row: ViewRow) -> Result<BookView, DbErr> {
    let entry = |author: AuthorRow| {
        Ok(AuthorEntry {
            id: rows::author_id(author.id)?,
            name: author.name,
            nationality: author.nationality,
            role: author.role,
            position: author.position,
            credited_as: author.credited_as,
        })
    };
    let found = row.authors.map_or_else(Vec::new, |AuthorRows(found)| found);
    let authors: Vec<_> = found.into_iter().map(entry).collect::<Result<_, DbErr>>()?;
    Ok(BookView {
        book: rows::book(row.book)?,
        authors_total: authors.len() as u64,
        authors,
    })
}

/// The visible authors of the book that is selected, in their order: as many as are shown, and one
/// more if there are more.
fn first_authors() -> SelectStatement {
    let of_link = |column| (link::Entity, column);
    let of_author = |column| (author::Entity, column);
    let book = (book::Entity, book::Column::Id);
    visible()
        .columns(
            [
                author::Column::Id,
                author::Column::Name,
                author::Column::Nationality,
            ]
            .map(of_author),
        )
        .columns(
            [
                link::Column::Role,
                link::Column::Position,
                link::Column::CreditedAs,
            ]
            .map(of_link),
        )
        .and_where(Expr::col(of_link(link::Column::BookId)).equals(book))
        .order_by(of_link(link::Column::Position), Order::Asc)
        .order_by(of_link(link::Column::AuthorId), Order::Asc)
        .limit(BookView::MOST_AUTHORS + 1)
        .to_owned()
}

/// How many visible authors each of these books has.
fn totals(backend: DbBackend, ids: impl Iterator<Item = i64>) -> SelectStatement {
    let book_id = (link::Entity, link::Column::BookId);
    let author_id = (link::Entity, link::Column::AuthorId);
    visible()
        .expr_as(Expr::col(book_id), Alias::new("id"))
        .expr_as(Func::count(Expr::col(author_id)), Alias::new("total"))
        .and_where(is_one_of(backend, link::Column::BookId, ids))
        .group_by_col(book_id)
        .to_owned()
}

/// Present links to live authors.
fn visible() -> SelectStatement {
    Query::select()
        .from(link::Entity)
        .inner_join(
            author::Entity,
            Expr::col((author::Entity, author::Column::Id))
                .equals((link::Entity, link::Column::AuthorId)),
        )
        .and_where(Expr::col((link::Entity, link::Column::Present)).eq(true))
        .and_where(Expr::col((author::Entity, author::Column::Deleted)).eq(false))
        .to_owned()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_in_the_order_in_which_they_are_selected() {
        let row = AuthorRow {
            id: 1,
            name: String::new(),
            nationality: None,
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
