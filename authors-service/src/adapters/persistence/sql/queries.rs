//! Authors with their books, for readers.

use std::collections::BTreeMap;

use replication::sql::{is_one_of, is_selected};
use sea_orm::{
    ColumnTrait, DbBackend, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    Select, sea_query::Query,
};
use shared_events::AuthorId;

use super::{SqlStore, entity};
use crate::domain::{AuthorFilter, AuthorView, Page};
use ::values::Scheme;

impl SqlStore {
    /// A page of the live authors that pass `filter`, by id.
    pub(super) async fn page(
        &self,
        filter: &AuthorFilter,
        page: Page,
    ) -> Result<Vec<AuthorView>, DbErr> {
        let query = on_page(self.backend(), filter, page);
        self.with_books(self.database.searcher(), query).await
    }

    /// Those of the authors that exist, tombstones too.
    pub(super) async fn load_views(
        &self,
        ids: &[AuthorId],
    ) -> Result<BTreeMap<AuthorId, AuthorView>, DbErr> {
        use entity::authors::{Column, Entity};
        let numbers = ids.iter().map(|id| id.get());
        let query = Entity::find().filter(is_one_of(self.backend(), Column::Id, numbers));
        let views = self.with_books(self.database.reader(), query).await?;
        Ok(views
            .into_iter()
            .map(|view| (view.author.state.author_id, view))
            .collect())
    }
}

/// The authors of a page. Which they are is found out first: an author that is only passed over is
/// read no further.
fn on_page(
    backend: DbBackend,
    filter: &AuthorFilter,
    page: Page,
) -> Select<entity::authors::Entity> {
    use entity::authors::{Column, Entity};
    let mut places = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::Deleted.eq(false))
        .filter(Column::Id.gt(page.after))
        .order_by_asc(Column::Id)
        .offset(page.skip)
        .limit(page.limit);
    if let Some(name) = &filter.name {
        places = places.filter(Column::Name.eq(name.as_str()));
    }
    if let Some((scheme, value)) = &filter.identifier {
        use entity::author_identifiers as identifiers;
        let ids = Query::select()
            .column(identifiers::Column::AuthorId)
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
