//! What commands need to see.

use std::collections::BTreeMap;

use replication::sql::{is_one_of, is_one_of_pairs};
use sea_orm::{
    ColumnTrait, DbBackend, DbErr, EntityTrait, QueryFilter, QuerySelect, QueryTrait,
    sea_query::{Expr, ExprTrait, SimpleExpr},
};
use shared_events::{AuthorId, BookId, LinkRegister};

use super::{SqlStore, entity, rows};
use crate::domain::{Author, LinkKey, Loaded, Wanted};

impl SqlStore {
    /// Each kind of record by one statement, however many are wanted.
    pub(super) async fn load_all(&self, wanted: &Wanted) -> Result<Loaded, DbErr> {
        Ok(Loaded {
            authors: self.load_authors(wanted).await?,
            books: self.load_books(wanted).await?,
            links: self.load_links(wanted).await?,
        })
    }

    async fn load_authors(&self, wanted: &Wanted) -> Result<BTreeMap<AuthorId, Author>, DbErr> {
        use entity::authors::{Column, Entity};
        if wanted.authors.is_empty() {
            return Ok(BTreeMap::new());
        }
        let ids = wanted.authors.iter().map(|id| id.get());
        let found = Entity::find()
            .filter(is_one_of(self.backend(), Column::Id, ids))
            .all(self.database.reader())
            .await?;
        let author = |row| rows::author(row).map(|author| (author.state.author_id, author));
        found.into_iter().map(author).collect()
    }

    async fn load_books(&self, wanted: &Wanted) -> Result<BTreeMap<BookId, i32>, DbErr> {
        if wanted.books.is_empty() {
            return Ok(BTreeMap::new());
        }
        use entity::books_cache::{Column, Entity};
        let ids = wanted.books.iter().map(|id| id.get());
        let found: Vec<(i64, Option<i32>)> = Entity::find()
            .select_only()
            .column(Column::Id)
            .expr_as(greatest_position(), "position")
            .filter(is_one_of(self.backend(), Column::Id, ids))
            .filter(Column::Deleted.eq(false))
            .into_tuple()
            .all(self.database.reader())
            .await?;
        let book =
            |(id, position): (i64, Option<i32>)| Ok((rows::book_id(id)?, position.unwrap_or(0)));
        found.into_iter().map(book).collect()
    }

    async fn load_links(&self, wanted: &Wanted) -> Result<BTreeMap<LinkKey, LinkRegister>, DbErr> {
        use entity::author_books::{Column, Entity};
        if wanted.links.is_empty() {
            return Ok(BTreeMap::new());
        }
        let pair = |key: &LinkKey| (key.author_id.get(), key.book_id.get());
        let pairs: Vec<_> = wanted.links.iter().map(pair).collect();
        let columns = [Column::AuthorId, Column::BookId];
        let found = Entity::find()
            .filter(is_one_of_pairs(self.backend(), columns, &pairs))
            .all(self.database.reader())
            .await?;
        let link = |row| rows::link(row).map(|link| (link.key, link.register));
        found.into_iter().map(link).collect()
    }

    pub(super) fn backend(&self) -> DbBackend {
        self.database.reader().get_database_backend()
    }
}

/// The greatest position among the present links of the book that is selected.
fn greatest_position() -> SimpleExpr {
    use entity::{
        author_books::{Column, Entity},
        books_cache,
    };
    let book = (books_cache::Entity, books_cache::Column::Id);
    let greatest = Entity::find()
        .select_only()
        .column_as(Column::Position.max(), "position")
        .filter(Expr::col((Entity, Column::BookId)).equals(book))
        .filter(Column::Present.eq(true))
        .into_query();
    SimpleExpr::SubQuery(None, Box::new(greatest.into()))
}
