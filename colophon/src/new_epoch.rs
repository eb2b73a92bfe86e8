//! `colophon new-epoch`: what an owner needs before it serves again from a backup.

use std::io::{self, Write as _};

use authors_service::service::SERVICE as AUTHORS;
use books_service::service::SERVICE as BOOKS;
use clap::ValueEnum;
use migrations::{AuthorsMigrator, BooksMigrator, MigratorTrait, migrate};
use replication::sql::{Database, NewEpoch, new_epoch};
use service_kit::{
    clock::{Clock as _, SystemClock},
    config::{ConfigError, StartError},
};

use crate::settings::{DatabaseChoice, DatabaseSettings};

/// Settings of `colophon new-epoch`.
#[derive(Debug, Clone, clap::Args)]
pub struct NewEpochSettings {
    /// The service whose database was restored
    #[arg(long)]
    service: Owner,
    /// New ids begin so many later: at least as many as were given out since the backup was made
    #[arg(long, default_value_t = 1_000_000)]
    margin: u32,
    #[command(flatten)]
    databases: DatabaseSettings,
}

/// Whose database it is.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Owner {
    /// authors-service
    Authors,
    /// books-service
    Books,
}

/// Begins a new epoch in one service's database, which is migrated first, and says so in one line
/// on standard output.
///
/// # Errors
/// If a setting is wrong, the database can't be reached, or a service is at work on it.
pub async fn run(settings: NewEpochSettings) -> Result<(), StartError> {
    let databases = &settings.databases;
    let (name, begun) = match settings.service {
        Owner::Authors => {
            let begun = begin::<AuthorsMigrator>(&databases.authors()?, settings.margin).await?;
            (AUTHORS.name(), begun)
        }
        Owner::Books => {
            let begun = begin::<BooksMigrator>(&databases.books()?, settings.margin).await?;
            (BOOKS.name(), begun)
        }
    };
    let NewEpoch {
        before,
        epoch,
        next_id,
    } = begun;
    let mut stdout = io::stdout().lock();
    writeln!(
        stdout,
        "{name}: epoch {before} -> {epoch}, ids from {next_id}"
    )
    .map_err(StartError::failed)
}

async fn begin<M: MigratorTrait>(
    choice: &DatabaseChoice,
    margin: u32,
) -> Result<NewEpoch, StartError> {
    let wrong = |error: &dyn std::fmt::Display| ConfigError::new(choice.setting, error);
    let database = Database::open(choice.url.expose()).map_err(|error| wrong(&error))?;
    database.ping().await.map_err(|error| wrong(&error))?;
    let transaction = database.begin().await.map_err(|error| wrong(&error))?;
    migrate::<M>(transaction)
        .await
        .map_err(|error| wrong(&error))?;
    let begun = new_epoch(&database, SystemClock.now(), margin).await;
    database.close().await;
    begun.map_err(StartError::failed)
}
