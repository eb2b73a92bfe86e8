//! Authors, their links, and the cache of books.

use sea_orm_migration::prelude::*;

use crate::schema::{
    author_columns, book_columns, cache_table, create_index, create_links, identifier_table,
    owned_table,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut authors = owned_table("authors");
        author_columns(&mut authors);
        manager.create_table(authors).await?;
        create_index(manager, "authors", "name", &["name"]).await?;

        let identifiers = identifier_table("author_identifiers", "author_id");
        manager.create_table(identifiers).await?;
        let columns = ["scheme", "value", "author_id"];
        create_index(manager, "author_identifiers", "value", &columns).await?;

        create_links(manager, "author_books", ["author_id", "book_id"]).await?;

        let mut cache = cache_table("books_cache");
        book_columns(&mut cache);
        manager.create_table(cache).await
    }
}
