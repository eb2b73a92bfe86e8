//! Phrases of records that have others now.

use sea_orm::{ConnectionTrait, DbErr};

use super::statement::Sql;

/// Removes the phrases of the records `ids` from a table, if there are any.
///
/// # Errors
/// If the database refuses.
pub async fn forget_phrases(
    transaction: &impl ConnectionTrait,
    table: &'static str,
    ids: &[i64],
) -> Result<(), DbErr> {
    if ids.is_empty() {
        return Ok(());
    }
    Sql::new(format!("DELETE FROM {table} WHERE "))
        .is_one_of(transaction.get_database_backend(), "id", ids)
        .run(transaction)
        .await
}
