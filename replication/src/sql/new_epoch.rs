//! A new epoch of the log, which an owner that was restored from a backup begins before it serves.

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DbErr, EntityTrait, RuntimeErr, sqlx};

use super::{Database, Engine, entity, ids::pass_over_ids, lease, log::read_epoch, store_error};
use crate::StoreError;

/// An epoch that has begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewEpoch {
    /// The epoch until now.
    pub before: i64,
    /// The epoch from now on.
    pub epoch: i64,
    /// New records get ids from here on.
    pub next_id: i64,
}

/// Why no epoch has begun. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NewEpochError {
    /// Another process uses the database.
    #[error("a service is at work on this database: stop it first")]
    AtWork,
    /// The database can't do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Begins a new epoch: the Unix seconds of `now`, or the next number if that is greater. New ids
/// begin `margin` later, past those that were given out after the backup was made. The checkpoints
/// go: what was copied is as old as the backup, so the service is to take it anew by snapshots.
///
/// # Errors
/// [`NewEpochError::AtWork`] while a process relays from the database (or, on SQLite, has its file
/// open); [`NewEpochError::Store`] if the database can't be used.
pub async fn new_epoch(
    database: &Database,
    now: DateTime<Utc>,
    margin: u32,
) -> Result<NewEpoch, NewEpochError> {
    match database.engine() {
        Engine::Postgres => {
            let lease = lease::try_lease(database).await?;
            let _until_committed = lease.ok_or(NewEpochError::AtWork)?;
            begin(database, now, margin).await.map_err(refusal)
        }
        Engine::Sqlite => {
            let begun = begin_in_own_file(database, now, margin).await;
            begun.map_err(refusal)
        }
    }
}

/// In exclusive mode a transaction begins only if no other process has the file open.
async fn begin_in_own_file(
    database: &Database,
    now: DateTime<Utc>,
    margin: u32,
) -> Result<NewEpoch, DbErr> {
    let writer = database.writer();
    writer
        .execute_unprepared("PRAGMA locking_mode = EXCLUSIVE")
        .await?;
    let begun = begin(database, now, margin).await;
    // The file is let go by whatever is done next with it.
    for statement in ["PRAGMA locking_mode = NORMAL", "SELECT id FROM log_head"] {
        writer.execute_unprepared(statement).await?;
    }
    begun
}

async fn begin(database: &Database, now: DateTime<Utc>, margin: u32) -> Result<NewEpoch, DbErr> {
    let transaction = database.begin().await?;
    entity::checkpoints::Entity::delete_many()
        .exec(&transaction)
        .await?;
    let next_id = pass_over_ids(&transaction, margin).await?;
    let before = read_epoch(&transaction).await?;
    let epoch = before.saturating_add(1).max(now.timestamp());
    entity::log_head::Entity::update_many()
        .col_expr(entity::log_head::Column::Epoch, epoch.into())
        .exec(&transaction)
        .await?;
    transaction.commit().await?;
    Ok(NewEpoch {
        before,
        epoch,
        next_id,
    })
}

fn refusal(error: DbErr) -> NewEpochError {
    if is_locked_file(&error) {
        NewEpochError::AtWork
    } else {
        NewEpochError::Store(store_error(error))
    }
}

/// SQLITE_BUSY, which no other engine knows: PostgreSQL's codes have five characters.
fn is_locked_file(error: &DbErr) -> bool {
    let (DbErr::Conn(RuntimeErr::SqlxError(error))
    | DbErr::Exec(RuntimeErr::SqlxError(error))
    | DbErr::Query(RuntimeErr::SqlxError(error))) = error
    else {
        return false;
    };
    match error.as_ref() {
        sqlx::Error::Database(database) => database.code().is_some_and(|code| code == "5"),
        _ => false,
    }
}
