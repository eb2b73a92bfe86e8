//! Books, their links, and the cache of authors.

use sea_orm_migration::prelude::*;

use crate::schema::{
    author_columns, book_columns, cache_table, create_links, identifier_table, owned_table,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut books = owned_table("books");
        book_columns(&mut books);
        manager.create_table(books).await?;
        // Unique among live books only: a deleted book gives its ISBN free.
        manager
            .get_connection()
            .execute_unprepared("CREATE UNIQUE INDEX books_isbn ON books (isbn) WHERE NOT deleted")
            .await?;

        let identifiers = identifier_table("book_identifiers", "book_id");
        manager.create_table(identifiers).await?;
        let unique = Index::create()
            .name("book_identifiers_value")
            .table(Alias::new("book_identifiers"))
            .col(Alias::new("scheme"))
            .col(Alias::new("value"))
            .unique()
            .to_owned();
        manager.create_index(unique).await?;

        create_links(manager, "book_authors", ["book_id", "author_id"]).await?;

        let mut cache = cache_table("authors_cache");
        author_columns(&mut cache);
        manager.create_table(cache).await
    }
}
