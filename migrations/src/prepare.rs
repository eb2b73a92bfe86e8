//! Gets a database ready for a service: waits for it, then brings its schema up to date.

use replication::{
    backoff::Backoff,
    sql::{Database, Unreachable},
};
use sea_orm_migration::{
    MigratorTrait,
    sea_orm::{DbErr, RuntimeErr},
};
use tracing::{info, warn};

use crate::migrate;

/// Why a database can't be made ready, however long one waits.
#[derive(Debug, thiserror::Error)]
pub enum PrepareError {
    /// It refuses this user, password or name.
    #[error(transparent)]
    Refused(Unreachable),
    /// A migration fails.
    #[error("the database can't be migrated: {0}")]
    Migration(DbErr),
}

/// Waits until `database` can be reached, saying so in the log, then migrates it. `waits_for` is
/// told what it waits for. Cancel it by dropping it.
///
/// # Errors
/// [`PrepareError`] if waiting won't help.
pub async fn prepare<M: MigratorTrait>(
    database: &Database,
    waits_for: impl Fn(&str),
) -> Result<(), PrepareError> {
    let mut backoff = Backoff::default();
    loop {
        waits_for("the database");
        match database.ping().await {
            Ok(()) => {}
            Err(refused @ Unreachable::Refused(_)) => return Err(PrepareError::Refused(refused)),
            Err(Unreachable::Now(reason)) => {
                warn!(reason, "waiting for the database");
                tokio::time::sleep(backoff.next_delay()).await;
                continue;
            }
        }
        waits_for("the database's migrations");
        let done = match database.begin().await {
            Ok(transaction) => migrate::<M>(transaction).await,
            Err(error) => Err(error),
        };
        match done {
            Ok(()) => {
                info!("the database is ready");
                return Ok(());
            }
            Err(error) if is_passing(&error) => {
                warn!(%error, "waiting for the database");
                tokio::time::sleep(backoff.next_delay()).await;
            }
            Err(error) => return Err(PrepareError::Migration(error)),
        }
    }
}

/// Whether the connection was the trouble, or another process that migrates.
fn is_passing(error: &DbErr) -> bool {
    use sea_orm_migration::sea_orm::sqlx::Error;
    let (DbErr::Conn(RuntimeErr::SqlxError(error))
    | DbErr::Exec(RuntimeErr::SqlxError(error))
    | DbErr::Query(RuntimeErr::SqlxError(error))) = error
    else {
        return matches!(error, DbErr::ConnectionAcquire(_));
    };
    match error.as_ref() {
        Error::Io(_) | Error::PoolTimedOut | Error::PoolClosed => true,
        // PostgreSQL: connection, resources, operator intervention, lock not available;
        // SQLite: busy, locked.
        Error::Database(database) => database.code().is_some_and(|code| {
            ["08", "53", "57", "55P03", "40"]
                .iter()
                .any(|class| code.starts_with(class))
                || code
                    .parse::<u32>()
                    .is_ok_and(|code| matches!(code & 0xff, 5 | 6))
        }),
        _ => false,
    }
}
