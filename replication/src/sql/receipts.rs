//! What receipts ask of a database.

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use shared_events::{
    Receipt,
    control::{Unapplied, UnappliedState},
};

use super::{Database, entity, log::read_epoch};
use crate::log::Place;

/// Where the event stands that left what `receipt` names.
pub(super) async fn place(database: &Database, receipt: &Receipt) -> Result<Option<Place>, DbErr> {
    use entity::events::{Column, Entity};
    if receipt.epoch > read_epoch(database.reader()).await? {
        return Ok(None);
    }
    let found: Option<(i64, i64, DateTime<Utc>)> = Entity::find()
        .select_only()
        .columns([Column::Epoch, Column::Sequence, Column::Timestamp])
        .filter(Column::Key.eq(receipt.key.to_string()))
        .filter(Column::Version.eq(receipt.version))
        .filter(Column::Epoch.lte(receipt.epoch))
        .order_by_desc(Column::Epoch)
        .into_tuple()
        .one(database.reader())
        .await?;
    Ok(found.map(|(epoch, sequence, timestamp)| Place {
        epoch,
        sequence,
        timestamp,
    }))
}

/// The last `limit` parked messages of this epoch of a producer's log, by sequence.
pub(super) async fn unapplied(
    database: &Database,
    producer: &str,
    epoch: i64,
    limit: u32,
) -> Result<Vec<Unapplied>, DbErr> {
    use entity::parked::{Column, Entity};
    let found: Vec<(i64, Option<DateTime<Utc>>)> = Entity::find()
        .select_only()
        .columns([Column::Sequence, Column::NextAttemptAt])
        .filter(Column::Producer.eq(producer))
        .filter(Column::Epoch.eq(epoch))
        .filter(Column::Sequence.is_not_null())
        .order_by_desc(Column::Sequence)
        .limit(u64::from(limit))
        .into_tuple()
        .all(database.reader())
        .await?;
    let unapplied = found.into_iter().rev().map(|(sequence, next)| Unapplied {
        sequence,
        state: match next {
            Some(_) => UnappliedState::Parked,
            None => UnappliedState::Dead,
        },
    });
    Ok(unapplied.collect())
}
