//! Books with their authors, for readers.

use std::collections::BTreeMap;

use async_trait::async_trait;
use replication::{StoreError, sql::store_error};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect,
    sea_query::{Alias, Expr, ExprTrait, Func, Order, Query, WindowStatement},
};
use shared_events::BookId;

use super::{SqlStore, entity, rows};
use crate::domain::{AuthorEntry, Book, BookFilter, BookQueries, BookView, Page};
use ::values::Scheme;

#[async_trait]
impl BookQueries for SqlStore {
    async fn book(&self, id: BookId) -> Result<Option<BookView>, StoreError> {
        let find = async {
            let Some(row) = entity::books::Entity::find_by_id(id.get())
                .one(self.database.reader())
                .await?
            else {
                return Ok(None);
            };
            let views = self.with_authors(vec![rows::book(row)?]).await?;
            Ok(views.into_iter().next())
        };
        find.await.map_err(store_error)
    }

    async fn books(&self, filter: &BookFilter, page: Page) -> Result<Vec<BookView>, StoreError> {
        let find = async {
            let found = self.page(filter, page).await?;
            let books = found
                .into_iter()
                .map(rows::book)
                .collect::<Result<_, _>>()?;
            self.with_authors(books).await
        };
        find.await.map_err(store_error)
    }
}

/// A row of the joined links and authors of some books.
#[derive(FromQueryResult)]
struct AuthorRow {
    book_id: i64,
    total: i64,
    id: i64,
    name: String,
    nationality: Option<String>,
    role: String,
    position: i32,
    credited_as: Option<String>,
}

impl SqlStore {
    async fn page(
        &self,
        filter: &BookFilter,
        page: Page,
    ) -> Result<Vec<entity::books::Model>, DbErr> {
        use entity::books::{Column, Entity};
        let mut query = Entity::find()
            .filter(Column::Deleted.eq(false))
            .filter(Column::Id.gt(page.after))
            .order_by_asc(Column::Id)
            .offset(page.skip)
            .limit(page.limit);
        if let Some(isbn) = &filter.isbn {
            query = query.filter(Column::Isbn.eq(isbn.as_str()));
        }
        if let Some((scheme, value)) = &filter.identifier {
            use entity::book_identifiers as identifiers;
            let ids = Query::select()
                .column(identifiers::Column::BookId)
                .from(identifiers::Entity)
                .and_where(identifiers::Column::Scheme.eq(scheme.as_str()))
                .and_where(identifiers::Column::Value.eq(value.as_str()))
                .to_owned();
            query = query.filter(Column::Id.in_subquery(ids));
        }
        query.all(self.database.reader()).await
    }

    /// Adds each book's visible authors: one statement for all of them.
    async fn with_authors(&self, books: Vec<Book>) -> Result<Vec<BookView>, DbErr> {
        if books.is_empty() {
            return Ok(Vec::new());
        }
        let ids = books.iter().map(|book| book.state.book_id.get());
        let statement = authors_of(ids);
        let found = self.database.reader().query_all(&statement).await?;
        let mut authors: BTreeMap<i64, (u64, Vec<AuthorEntry>)> = BTreeMap::new();
        for row in found {
            let row = AuthorRow::from_query_result(&row, "")?;
            let (total, entries) = authors.entry(row.book_id).or_default();
            *total = row.total.unsigned_abs();
            entries.push(AuthorEntry {
                id: rows::author_id(row.id)?,
                name: row.name,
                nationality: row.nationality,
                role: row.role,
                position: row.position,
                credited_as: row.credited_as,
            });
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

/// The present links of some books to live authors, by book, position and author, numbered and counted
/// within each book.
fn authors_of(book_ids: impl Iterator<Item = i64>) -> sea_orm::sea_query::SelectStatement {
    use entity::{authors_cache as author, book_authors as link};
    let by_book = || {
        let mut window = WindowStatement::partition_by((link::Entity, link::Column::BookId));
        window.take()
    };
    let mut numbered = by_book();
    numbered
        .order_by((link::Entity, link::Column::Position), Order::Asc)
        .order_by((link::Entity, link::Column::AuthorId), Order::Asc);
    let mut all = Query::select();
    all.column((link::Entity, link::Column::BookId))
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
        .expr_window_as(
            Func::count(Expr::col((link::Entity, link::Column::AuthorId))),
            by_book(),
            Alias::new("total"),
        )
        .expr_window_as(
            Func::cust(Alias::new("ROW_NUMBER")),
            numbered,
            Alias::new("place"),
        )
        .from(link::Entity)
        .inner_join(
            author::Entity,
            Expr::col((author::Entity, author::Column::Id))
                .equals((link::Entity, link::Column::AuthorId)),
        )
        .and_where(Expr::col((link::Entity, link::Column::BookId)).is_in(book_ids))
        .and_where(Expr::col((link::Entity, link::Column::Present)).eq(true))
        .and_where(Expr::col((author::Entity, author::Column::Deleted)).eq(false));
    Query::select()
        .expr(Expr::cust("*"))
        .from_subquery(all, Alias::new("visible"))
        .and_where(Expr::col(Alias::new("place")).lte(BookView::MOST_AUTHORS))
        .order_by(Alias::new("book_id"), Order::Asc)
        .order_by(Alias::new("place"), Order::Asc)
        .to_owned()
}
