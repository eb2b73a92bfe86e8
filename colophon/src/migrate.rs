//! `colophon migrate`: brings both schemas up to date.

use migrations::{AuthorsMigrator, BooksMigrator, prepare};
use replication::sql::Database;
use service_kit::config::{ConfigError, LogSettings, StartError};

use crate::settings::{DatabaseChoice, DatabaseSettings};

/// Settings of `colophon migrate`.
#[derive(Debug, Clone, clap::Args)]
pub struct MigrateSettings {
    #[command(flatten)]
    databases: DatabaseSettings,
    #[command(flatten)]
    log: LogSettings,
}

/// Migrates both databases; waits for one that can't be reached.
///
/// # Errors
/// If a setting is wrong, or a migration fails.
pub async fn run(settings: MigrateSettings) -> Result<(), StartError> {
    let _logging = settings.log.start()?;
    migrate::<AuthorsMigrator>(settings.databases.authors()?).await?;
    migrate::<BooksMigrator>(settings.databases.books()?).await
}

async fn migrate<M: migrations::MigratorTrait>(choice: DatabaseChoice) -> Result<(), StartError> {
    let wrong = |error: &dyn std::fmt::Display| ConfigError::new(choice.setting, error);
    let database = Database::open(choice.url.expose()).map_err(|error| wrong(&error))?;
    prepare::<M>(&database, |_| {})
        .await
        .map_err(|error| wrong(&error))?;
    database.close().await;
    Ok(())
}
