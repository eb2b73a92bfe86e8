//! How far what was stored before has been folded: anew whenever folding changes.

use sea_orm::{ConnectionTrait, DbErr};
use values::FOLD_VERSION;

use super::statement::Sql;

/// How far a table's records are indexed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// All records of ids up to this one.
    Through(i64),
    /// All there are; those that are written index themselves.
    Complete,
}

/// How far the records of `table` are indexed by the present folding.
///
/// # Errors
/// If the database can't be used.
pub async fn progress(
    connection: &impl ConnectionTrait,
    table: &'static str,
) -> Result<Progress, DbErr> {
    let rows = Sql::new("SELECT through FROM search_progress WHERE records = ")
        .bind(table)
        .then(" AND folding = ")
        .bind(FOLD_VERSION)
        .all(connection)
        .await?;
    let through: Option<i64> = rows
        .first()
        .map(|row| row.try_get("", "through"))
        .transpose()?;
    Ok(match through {
        None => Progress::Through(0),
        Some(i64::MAX) => Progress::Complete,
        Some(id) => Progress::Through(id),
    })
}

/// Notes how far they are, in the transaction that indexed them.
///
/// # Errors
/// If the database refuses.
pub async fn set_progress(
    transaction: &impl ConnectionTrait,
    table: &'static str,
    progress: Progress,
) -> Result<(), DbErr> {
    let through = match progress {
        Progress::Through(id) => id,
        Progress::Complete => i64::MAX,
    };
    Sql::new("INSERT INTO search_progress (records, folding, through) VALUES (")
        .bind(table)
        .then(", ")
        .bind(FOLD_VERSION)
        .then(", ")
        .bind(through)
        .then(") ON CONFLICT (records) DO UPDATE SET folding = excluded.folding, through = excluded.through")
        .run(transaction)
        .await
}
