//! What a copy held and its owner does not know, kept for people to look at.

use chrono::{DateTime, Utc};
use sea_orm::{
    DatabaseTransaction, DbErr, EntityTrait, PaginatorTrait, Set, sea_query::OnConflict,
};

use super::{Database, entity};
use crate::records::StoredRow;
use entity::quarantine::{ActiveModel, Column, Entity};

/// At most so many rows a statement: each has 6 parameters, SQLite takes 32,766.
const CHUNK: usize = 1_000;

/// Puts `rows` into quarantine, as found at `found_at`. What is there already stays as it is.
///
/// # Errors
/// If the database refuses.
pub async fn quarantine(
    transaction: &DatabaseTransaction,
    rows: &[StoredRow],
    found_at: DateTime<Utc>,
) -> Result<(), DbErr> {
    let row = |row: &StoredRow| ActiveModel {
        key: Set(row.key.to_string()),
        epoch: Set(row.version.epoch),
        version: Set(row.version.version),
        deleted: Set(row.deleted),
        data: Set(row.data.clone()),
        found_at: Set(found_at),
    };
    for chunk in rows.chunks(CHUNK) {
        Entity::insert_many(chunk.iter().map(row))
            .on_conflict(
                OnConflict::columns([Column::Key, Column::Epoch, Column::Version])
                    .do_nothing()
                    .to_owned(),
            )
            .exec_without_returning(transaction)
            .await?;
    }
    Ok(())
}

/// How many rows are in quarantine.
///
/// # Errors
/// If the database can't be used.
pub async fn count_quarantined(database: &Database) -> Result<u64, DbErr> {
    Entity::find().count(database.reader()).await
}
