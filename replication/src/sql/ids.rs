//! New record ids, in blocks: gaps are fine, reuse is not.

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, Statement};

use super::Database;

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
