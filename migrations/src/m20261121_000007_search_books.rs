//! Search for books, by what they say of themselves and by the names of their authors.

use sea_orm_migration::prelude::*;

use crate::search::{create_listing, create_phrases, create_search, run};

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
        create_phrases(manager, "book_titles", true).await?;
        create_phrases(manager, "book_texts", false).await?;
        create_phrases(manager, "cached_author_names", true).await?;
        let columns = [
            ("title", "text"),
            ("publisher", "text"),
            ("language", "text"),
            ("year", "bigint"),
            ("isbn", "text"),
            ("updated_at", "bigint"),
        ];
        create_listing(manager, "listed_books", &columns).await?;
        let statements = [
            "CREATE TABLE book_subjects (subject text NOT NULL, id bigint NOT NULL, PRIMARY KEY (subject, id))",
            "CREATE INDEX book_subjects_id ON book_subjects (id)",
        ];
        run(manager.get_connection(), &statements.map(str::to_owned)).await
    }
}
