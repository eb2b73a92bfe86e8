//! Checkpoints in SQL.

use std::{collections::BTreeMap, ops::RangeInclusive};

use async_trait::async_trait;
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, EntityTrait, QuerySelect, Set,
    sea_query::OnConflict,
};

use super::{Database, entity, store_error};
use crate::{
    StoreError,
    checkpoint::Checkpoint,
    inbox::{Checkpoints, Position},
};

/// The checkpoints of one database.
#[derive(Debug, Clone)]
pub struct SqlCheckpoints(Database);

impl SqlCheckpoints {
    /// The checkpoints in `database`.
    pub fn new(database: Database) -> Self {
        Self(database)
    }
}

#[async_trait]
impl Checkpoints for SqlCheckpoints {
    async fn checkpoints(&self) -> Result<BTreeMap<(String, i64), Checkpoint>, StoreError> {
        let rows = entity::checkpoints::Entity::find()
            .all(self.0.reader())
            .await
            .map_err(store_error)?;
        rows.into_iter()
            .map(|row| {
                let key = (row.producer.clone(), row.epoch);
                checkpoint(row).map(|checkpoint| (key, checkpoint))
            })
            .collect::<Result<_, _>>()
            .map_err(store_error)
    }
}

/// Notes that `settled` are settled, under the lock of each checkpoint's row.
pub(super) async fn settle(
    transaction: &DatabaseTransaction,
    settled: &[Position],
) -> Result<(), DbErr> {
    let mut by_log: BTreeMap<(&str, i64), Vec<i64>> = BTreeMap::new();
    for position in settled {
        by_log
            .entry((&position.producer, position.epoch))
            .or_default()
            .push(position.sequence);
    }
    for ((producer, epoch), mut sequences) in by_log {
        sequences.sort_unstable();
        let mut query = entity::checkpoints::Entity::find_by_id((producer.to_owned(), epoch));
        if transaction.get_database_backend() == DbBackend::Postgres {
            query = query.lock_exclusive();
        }
        let mut held = match query.one(transaction).await? {
            Some(row) => checkpoint(row)?,
            None => Checkpoint::default(),
        };
        for sequence in sequences {
            held.settle(sequence);
        }
        store(transaction, producer, epoch, &held).await?;
    }
    Ok(())
}

async fn store(
    transaction: &DatabaseTransaction,
    producer: &str,
    epoch: i64,
    checkpoint: &Checkpoint,
) -> Result<(), DbErr> {
    use entity::checkpoints::{ActiveModel, Column, Entity};
    let above: Vec<_> = checkpoint
        .above()
        .iter()
        .map(|range| [*range.start(), *range.end()])
        .collect();
    let row = ActiveModel {
        producer: Set(producer.to_owned()),
        epoch: Set(epoch),
        settled_through: Set(checkpoint.through()),
        settled_above: Set(serde_json::to_string(&above).map_err(|e| DbErr::Json(e.to_string()))?),
    };
    Entity::insert(row)
        .on_conflict(
            OnConflict::columns([Column::Producer, Column::Epoch])
                .update_columns([Column::SettledThrough, Column::SettledAbove])
                .to_owned(),
        )
        .exec_without_returning(transaction)
        .await
        .map(|_| ())
}

fn checkpoint(row: entity::checkpoints::Model) -> Result<Checkpoint, DbErr> {
    let above: Vec<[i64; 2]> =
        serde_json::from_str(&row.settled_above).map_err(|e| DbErr::Json(e.to_string()))?;
    let ranges = above
        .into_iter()
        .map(|[first, last]| RangeInclusive::new(first, last));
    Ok(Checkpoint::restore(row.settled_through, ranges))
}
