//! Authors with their books, for readers.

use std::collections::BTreeMap;

use async_trait::async_trait;
use replication::{StoreError, sql::store_error};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect,
    sea_query::{Alias, Expr, ExprTrait, Func, Order, Query, WindowStatement},
};
use shared_events::AuthorId;

use super::{SqlStore, entity, rows};
use crate::domain::{Author, AuthorFilter, AuthorQueries, AuthorView, BookEntry, Page};
use ::values::Scheme;

#[async_trait]
impl AuthorQueries for SqlStore {
    async fn author(&self, id: AuthorId) -> Result<Option<AuthorView>, StoreError> {
        let find = async {
            let Some(row) = entity::authors::Entity::find_by_id(id.get())
                .one(self.database.reader())
                .await?
            else {
                return Ok(None);
            };
            let views = self.with_books(vec![rows::author(row)?]).await?;
            Ok(views.into_iter().next())
        };
        find.await.map_err(store_error)
    }

    async fn authors(
        &self,
        filter: &AuthorFilter,
        page: Page,
    ) -> Result<Vec<AuthorView>, StoreError> {
        let find = async {
            let found = self.page(filter, page).await?;
            let authors = found
                .into_iter()
                .map(rows::author)
                .collect::<Result<_, _>>()?;
            self.with_books(authors).await
        };
        find.await.map_err(store_error)
    }
}

/// A row of the joined links and books of some authors.
#[derive(FromQueryResult)]
struct BookRow {
    author_id: i64,
    total: i64,
    id: i64,
    title: String,
    isbn: Option<String>,
    publication_year: Option<i32>,
    role: String,
    position: i32,
    credited_as: Option<String>,
}

impl SqlStore {
    async fn page(
        &self,
        filter: &AuthorFilter,
        page: Page,
    ) -> Result<Vec<entity::authors::Model>, DbErr> {
        use entity::authors::{Column, Entity};
        let mut query = Entity::find()
            .filter(Column::Deleted.eq(false))
            .filter(Column::Id.gt(page.after))
            .order_by_asc(Column::Id)
            .offset(page.skip)
            .limit(page.limit);
        if let Some(name) = &filter.name {
            query = query.filter(Column::Name.eq(name.as_str()));
        }
        if let Some((scheme, value)) = &filter.identifier {
            use entity::author_identifiers as identifiers;
            let ids = Query::select()
                .column(identifiers::Column::AuthorId)
                .from(identifiers::Entity)
                .and_where(identifiers::Column::Scheme.eq(scheme.as_str()))
                .and_where(identifiers::Column::Value.eq(value.as_str()))
                .to_owned();
            query = query.filter(Column::Id.in_subquery(ids));
        }
        query.all(self.database.reader()).await
    }

    /// Adds each author's visible books: one statement for all of them.
    async fn with_books(&self, authors: Vec<Author>) -> Result<Vec<AuthorView>, DbErr> {
        if authors.is_empty() {
            return Ok(Vec::new());
        }
        let ids = authors.iter().map(|author| author.state.author_id.get());
        let statement = books_of(ids);
        let found = self.database.reader().query_all(&statement).await?;
        let mut books: BTreeMap<i64, (u64, Vec<BookEntry>)> = BTreeMap::new();
        for row in found {
            let row = BookRow::from_query_result(&row, "")?;
            let (total, entries) = books.entry(row.author_id).or_default();
            *total = row.total.unsigned_abs();
            entries.push(BookEntry {
                id: rows::book_id(row.id)?,
                title: row.title,
                isbn: row.isbn,
                publication_year: row.publication_year,
                role: row.role,
                position: row.position,
                credited_as: row.credited_as,
            });
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

/// The present links of some authors to live books, by author and book, numbered and counted
/// within each author.
fn books_of(author_ids: impl Iterator<Item = i64>) -> sea_orm::sea_query::SelectStatement {
    use entity::{author_books as link, books_cache as book};
    let by_author = || {
        let mut window = WindowStatement::partition_by((link::Entity, link::Column::AuthorId));
        window.take()
    };
    let mut numbered = by_author();
    numbered.order_by((link::Entity, link::Column::BookId), Order::Asc);
    let mut all = Query::select();
    all.column((link::Entity, link::Column::AuthorId))
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
        .expr_window_as(
            Func::count(Expr::col((link::Entity, link::Column::BookId))),
            by_author(),
            Alias::new("total"),
        )
        .expr_window_as(
            Func::cust(Alias::new("ROW_NUMBER")),
            numbered,
            Alias::new("place"),
        )
        .from(link::Entity)
        .inner_join(
            book::Entity,
            Expr::col((book::Entity, book::Column::Id))
                .equals((link::Entity, link::Column::BookId)),
        )
        .and_where(Expr::col((link::Entity, link::Column::AuthorId)).is_in(author_ids))
        .and_where(Expr::col((link::Entity, link::Column::Present)).eq(true))
        .and_where(Expr::col((book::Entity, book::Column::Deleted)).eq(false));
    Query::select()
        .expr(Expr::cust("*"))
        .from_subquery(all, Alias::new("visible"))
        .and_where(Expr::col(Alias::new("place")).lte(AuthorView::MOST_BOOKS))
        .order_by(Alias::new("author_id"), Order::Asc)
        .order_by(Alias::new("place"), Order::Asc)
        .to_owned()
}
