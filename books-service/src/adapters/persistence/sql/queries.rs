//! Books with their authors, for readers.

use std::collections::BTreeMap;

use replication::sql::{is_one_of, is_selected};
use sea_orm::{
    ColumnTrait, DbBackend, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    Select,
    sea_query::{Expr, ExprTrait, Query, SimpleExpr},
};
use shared_events::BookId;

use super::{SqlStore, entity};
use crate::domain::{BookFilter, BookView, Page};
use ::values::Scheme;

impl SqlStore {
    /// A page of the live books that pass `filter`, by id.
    pub(super) async fn page(
        &self,
        filter: &BookFilter,
        page: Page,
    ) -> Result<Vec<BookView>, DbErr> {
        let query = on_page(self.backend(), filter, page);
        self.with_authors(self.database.searcher(), query).await
    }

    /// Those of the books that exist, tombstones too.
    pub(super) async fn load_views(
        &self,
        ids: &[BookId],
    ) -> Result<BTreeMap<BookId, BookView>, DbErr> {
        use entity::books::{Column, Entity};
        let numbers = ids.iter().map(|id| id.get());
        let query = Entity::find().filter(is_one_of(self.backend(), Column::Id, numbers));
        let views = self.with_authors(self.database.reader(), query).await?;
        Ok(views
            .into_iter()
            .map(|view| (view.book.state.book_id, view))
            .collect())
    }
}

/// The books of a page. Which they are is found out first: a book that is only passed over is read no
/// further.
fn on_page(backend: DbBackend, filter: &BookFilter, page: Page) -> Select<entity::books::Entity> {
    use entity::books::{Column, Entity};
    let mut places = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(is_live())
        .filter(Column::Id.gt(page.after))
        .order_by_asc(Column::Id)
        .offset(page.skip)
        .limit(page.limit);
    if let Some(isbn) = &filter.isbn {
        places = places.filter(Column::Isbn.eq(isbn.as_str()));
    }
    if let Some((scheme, value)) = &filter.identifier {
        use entity::book_identifiers as identifiers;
        let ids = Query::select()
            .column(identifiers::Column::BookId)
            .from(identifiers::Entity)
            .and_where(identifiers::Column::Scheme.eq(scheme.as_str()))
            .and_where(identifiers::Column::Value.eq(value.as_str()))
            .to_owned();
        places = places.filter(Column::Id.in_subquery(ids));
    }
    Entity::find()
        .filter(is_selected(backend, Column::Id, places.into_query()))
        .order_by_asc(Column::Id)
}

/// As the index on ISBNs says it: with `deleted = …` neither database would take that index.
pub(super) fn is_live() -> SimpleExpr {
    use entity::books::{Column, Entity};
    Expr::col((Entity, Column::Deleted)).not()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A bound `false` is none that a planner could compare with the index's condition.
    #[test]
    fn what_is_live_is_said_as_the_index_on_isbns_says_it() {
        for backend in [DbBackend::Sqlite, DbBackend::Postgres] {
            let query = entity::books::Entity::find().filter(is_live());
            let statement = query.build(backend);
            let text = statement.sql;
            assert!(text.ends_with(r#"WHERE NOT "books"."deleted""#), "{text}");
        }
    }
}
