//! Which epoch a producer's records are in: no copy takes a record of an earlier one, or a late
//! event would bring back what the owner's restore has lost.

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, EntityTrait,
    QueryFilter, QuerySelect, Statement,
};

use super::{checkpoints::NOTHING_ABOVE, entity};

/// Key of the advisory lock on the epochs of what is copied; advisory keys are per database.
const EPOCH_LOCK: i64 = 0x636f_6c6f_6570_6f63;

/// The greatest epoch of `producer` that has begun here ([`Checkpoint::has_begun`]), which can't grow
/// by a snapshot until the transaction ends; 0 if none has. To be called before any row is locked.
///
/// [`Checkpoint::has_begun`]: crate::checkpoint::Checkpoint::has_begun
///
/// # Errors
/// If the database can't be used.
pub async fn hold_epoch(transaction: &DatabaseTransaction, producer: &str) -> Result<i64, DbErr> {
    use entity::checkpoints::{Column, Entity};
    lock(transaction, "SELECT pg_advisory_xact_lock_shared($1)").await?;
    // A statement of its own, so that it sees what was committed while the lock was waited for.
    let greatest: Option<Option<i64>> = Entity::find()
        .select_only()
        .column_as(Column::Epoch.max(), "epoch")
        .filter(Column::Producer.eq(producer))
        .filter(
            Condition::any()
                .add(Column::SettledThrough.gt(0))
                .add(Column::SettledAbove.eq(NOTHING_ABOVE)),
        )
        .into_tuple()
        .one(transaction)
        .await?;
    Ok(greatest.flatten().unwrap_or(0))
}

/// Waits for everybody who holds an epoch, and lets nobody hold one until the transaction ends. To
/// be called before any row is locked.
///
/// # Errors
/// If the database can't be used.
pub async fn begin_epoch(transaction: &DatabaseTransaction) -> Result<(), DbErr> {
    lock(transaction, "SELECT pg_advisory_xact_lock($1)").await
}

/// On SQLite the transaction holds the lock on all writing already.
async fn lock(transaction: &DatabaseTransaction, statement: &str) -> Result<(), DbErr> {
    if transaction.get_database_backend() == DbBackend::Postgres {
        transaction
            .execute_raw(Statement::from_sql_and_values(
                DbBackend::Postgres,
                statement,
                [EPOCH_LOCK.into()],
            ))
            .await?;
    }
    Ok(())
}
