//! New record ids, in blocks: gaps are fine, reuse is not.

use std::{ops::Range, sync::Arc};

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, Statement};
use tokio::sync::Mutex;

use super::Database;

/// So many ids are reserved at first; what is left of a block when the process ends is a gap.
const FIRST_BLOCK: u32 = 100;
/// Each block is twice the last one, up to so many: who creates many seldom has to reserve.
const LARGEST_BLOCK: u32 = 6_400;

/// Gives out new ids, each once, whatever other processes there are.
#[derive(Debug, Clone)]
pub struct NewIds {
    database: Database,
    reserved: Arc<Mutex<Reserved>>,
}

/// Ids that are reserved and not given out yet.
#[derive(Debug, Default)]
struct Reserved {
    left: Range<i64>,
    last_block: u32,
}

impl NewIds {
    /// Of the records in `database`.
    pub fn new(database: Database) -> Self {
        Self {
            database,
            reserved: Arc::default(),
        }
    }

    /// So many, ascending.
    ///
    /// # Errors
    /// If the database can't be used.
    pub async fn next(&self, count: u32) -> Result<Vec<i64>, DbErr> {
        let mut reserved = self.reserved.lock().await;
        let mut given = Vec::new();
        while given.len() < count as usize {
            if reserved.left.is_empty() {
                let block = (reserved.last_block * 2).clamp(FIRST_BLOCK, LARGEST_BLOCK);
                let size = block.max(count);
                let first = reserve_ids(&self.database, size).await?;
                reserved.left = first..first + i64::from(size);
                reserved.last_block = block;
            }
            let missing = count as usize - given.len();
            given.extend(reserved.left.by_ref().take(missing));
        }
        Ok(given)
    }
}

/// Reserves `count` ids for good and returns the first. It commits by itself, before any of
/// them is used, so that no rollback can give an id out twice.
///
/// # Errors
/// If the database can't be used.
pub async fn reserve_ids(database: &Database, count: u32) -> Result<i64, DbErr> {
    let transaction = database.begin().await?;
    let next = pass_over_ids(&transaction, count).await?;
    transaction.commit().await?;
    Ok(next - i64::from(count))
}

/// Lets the next ids begin `count` later, and returns the first of them.
pub(super) async fn pass_over_ids(
    transaction: &DatabaseTransaction,
    count: u32,
) -> Result<i64, DbErr> {
    let statement = Statement::from_sql_and_values(
        transaction.get_database_backend(),
        "UPDATE next_id SET next_id = next_id + $1 WHERE id = 1 RETURNING next_id",
        [i64::from(count).into()],
    );
    let row = transaction
        .query_one_raw(statement)
        .await?
        .ok_or_else(|| DbErr::RecordNotFound("the row of next_id".to_owned()))?;
    row.try_get("", "next_id")
}
