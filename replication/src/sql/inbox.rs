//! What is written beside the events of a batch.

use sea_orm::{DatabaseTransaction, DbErr};

use super::{checkpoints, parked};
use crate::inbox::Ledger;

/// Writes `ledger` in the transaction that applies its batch, after the batch's rows: rows of
/// records are locked before the checkpoint's.
///
/// # Errors
/// If the database refuses.
pub async fn write_ledger(transaction: &DatabaseTransaction, ledger: &Ledger) -> Result<(), DbErr> {
    checkpoints::settle(transaction, &ledger.settled).await?;
    parked::park(transaction, &ledger.park).await?;
    parked::unpark(transaction, &ledger.unpark).await
}
