//! The schemas: one migrator for each service's database, on SQLite and PostgreSQL alike.

mod m20261121_000001_replication;
mod m20261121_000002_authors;
mod m20261121_000002_books;
mod m20261121_000003_repair;
mod m20261121_000004_receipts;
mod m20261121_000006_idempotency;
mod m20261121_000007_search_authors;
mod m20261121_000007_search_books;
mod m20261121_000008_cheaper_search;
mod m20261130_000009_clustered;
mod prepare;
mod schema;
mod search;

pub use prepare::{PrepareError, prepare};
pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::{
    async_trait::async_trait,
    prelude::{DbErr, MigrationTrait},
    sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend},
};

/// Key of the advisory lock that lets one process migrate at a time.
const MIGRATION_LOCK: &str = "SELECT pg_advisory_xact_lock(7164733184310081536)";

/// The database of authors-service.
pub struct AuthorsMigrator;

#[async_trait]
impl MigratorTrait for AuthorsMigrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261121_000001_replication::Migration),
            Box::new(m20261121_000002_authors::Migration),
            Box::new(m20261121_000003_repair::Migration),
            Box::new(m20261121_000004_receipts::Migration),
            Box::new(m20261121_000006_idempotency::Migration),
            Box::new(m20261121_000007_search_authors::Migration),
            Box::new(m20261121_000008_cheaper_search::Migration {
                tables: &["author_names"],
            }),
            Box::new(m20261130_000009_clustered::Migration {
                tables: &[
                    "author_books",
                    "author_identifiers",
                    "listed_authors",
                    "search_spellings",
                ],
            }),
        ]
    }
}

/// The database of books-service.
pub struct BooksMigrator;

#[async_trait]
impl MigratorTrait for BooksMigrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261121_000001_replication::Migration),
            Box::new(m20261121_000002_books::Migration),
            Box::new(m20261121_000003_repair::Migration),
            Box::new(m20261121_000004_receipts::Migration),
            Box::new(m20261121_000006_idempotency::Migration),
            Box::new(m20261121_000007_search_books::Migration),
            Box::new(m20261121_000008_cheaper_search::Migration {
                tables: &["book_titles", "book_texts", "cached_author_names"],
            }),
            Box::new(m20261130_000009_clustered::Migration {
                tables: &[
                    "book_authors",
                    "book_identifiers",
                    "book_subjects",
                    "listed_books",
                    "search_spellings",
                ],
            }),
        ]
    }
}

/// Brings the schema up to date, all of it or nothing. If two processes start at once, the second
/// waits for the first and then finds nothing to do: on PostgreSQL behind an advisory lock, on
/// SQLite behind the write lock that `transaction` holds.
///
/// # Errors
/// If the database can't be used, or has migrations of a newer release.
pub async fn migrate<M: MigratorTrait>(transaction: DatabaseTransaction) -> Result<(), DbErr> {
    if transaction.get_database_backend() == DbBackend::Postgres {
        // A big table may take longer to change than a request may take.
        for statement in ["SET LOCAL statement_timeout = 0", MIGRATION_LOCK] {
            transaction.execute_unprepared(statement).await?;
        }
    }
    M::up(&transaction, None).await?;
    transaction.commit().await
}
