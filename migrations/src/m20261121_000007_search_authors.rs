//! Search for authors.

use sea_orm_migration::prelude::*;

use crate::search::{create_listing, create_phrases, create_search};

pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m20261121_000007_search"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_search(manager).await?;
        create_phrases(manager, "author_names", true).await?;
        let columns = [
            ("name", "text"),
            ("nationality", "text"),
            ("updated_at", "bigint"),
        ];
        create_listing(manager, "listed_authors", &columns).await
    }
}
