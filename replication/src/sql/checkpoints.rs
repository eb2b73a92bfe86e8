//! Checkpoints in SQL.

use std::{collections::BTreeMap, ops::RangeInclusive};

use async_trait::async_trait;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, EntityTrait, QueryFilter,
    QuerySelect, Set, sea_query::OnConflict,
};

use super::{Database, entity, store_error};
use crate::{
    StoreError,
    checkpoint::Checkpoint,
    inbox::{Checkpoints, Position},
};
use entity::checkpoints::{ActiveModel, Column, Entity, Model};

/// How [`store`] writes that nothing is settled above a gap.
pub(super) const NOTHING_ABOVE: &str = "[]";

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
        let rows = Entity::find()
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
        sequences.dedup();
        if extend(transaction, producer, epoch, &sequences).await? {
            continue;
        }
        let mut held = hold(transaction, producer, epoch).await?;
        for sequence in sequences {
            held.settle(sequence);
        }
        store(transaction, producer, epoch, &held).await?;
    }
    Ok(())
}

/// Notes `sequences`, which ascend, by one statement if they follow on what is settled and there is
/// no gap anywhere, as it is while nothing fails and no batch overtakes another. Returns whether it
/// did. The statement waits for the row's lock and goes by what the row holds then.
async fn extend(
    transaction: &DatabaseTransaction,
    producer: &str,
    epoch: i64,
    sequences: &[i64],
) -> Result<bool, DbErr> {
    let (Some(&first), Some(&last)) = (sequences.first(), sequences.last()) else {
        return Ok(true);
    };
    let follow = |pair: &[i64]| pair[0].checked_add(1) == Some(pair[1]);
    if !sequences.windows(2).all(follow) {
        return Ok(false);
    }
    let extended = Entity::update_many()
        .col_expr(Column::SettledThrough, last.into())
        .filter(Column::Producer.eq(producer))
        .filter(Column::Epoch.eq(epoch))
        .filter(Column::SettledThrough.between(first.saturating_sub(1), last))
        .filter(Column::SettledAbove.eq(NOTHING_ABOVE))
        .exec(transaction)
        .await?;
    Ok(extended.rows_affected == 1)
}

/// Notes that everything up to `as_of` is settled, as a snapshot has it; never goes back. To be
/// called after the snapshot's rows: rows of records are locked before the checkpoint's.
///
/// # Errors
/// If the database refuses.
pub async fn advance_checkpoint(
    transaction: &DatabaseTransaction,
    as_of: &Position,
) -> Result<(), DbErr> {
    let Position {
        producer,
        epoch,
        sequence,
    } = as_of;
    let mut held = hold(transaction, producer, *epoch).await?;
    held.advance(*sequence);
    store(transaction, producer, *epoch, &held).await
}

/// The checkpoint, behind the lock of its row, which is made if it is not there.
async fn hold(
    transaction: &DatabaseTransaction,
    producer: &str,
    epoch: i64,
) -> Result<Checkpoint, DbErr> {
    if let Some(held) = locked(transaction, producer, epoch).await? {
        return Ok(held);
    }
    // A row that is not there can't be locked: who comes first makes it, and who comes at the same
    // time waits for that and then sees what was settled.
    create(transaction, producer, epoch).await?;
    let made = locked(transaction, producer, epoch).await?;
    Ok(made.unwrap_or_default())
}

/// The checkpoint, behind the lock of its row; `None` if there is no row yet.
async fn locked(
    transaction: &DatabaseTransaction,
    producer: &str,
    epoch: i64,
) -> Result<Option<Checkpoint>, DbErr> {
    let mut query = Entity::find_by_id((producer.to_owned(), epoch));
    if transaction.get_database_backend() == DbBackend::Postgres {
        query = query.lock_exclusive();
    }
    query.one(transaction).await?.map(checkpoint).transpose()
}

/// Makes the row of a checkpoint, unless another transaction has made it.
async fn create(
    transaction: &DatabaseTransaction,
    producer: &str,
    epoch: i64,
) -> Result<(), DbErr> {
    Entity::insert(row(producer, epoch, &Checkpoint::default())?)
        .on_conflict(
            OnConflict::columns([Column::Producer, Column::Epoch])
                .do_nothing()
                .to_owned(),
        )
        .exec_without_returning(transaction)
        .await
        .map(|_| ())
}

async fn store(
    transaction: &DatabaseTransaction,
    producer: &str,
    epoch: i64,
    checkpoint: &Checkpoint,
) -> Result<(), DbErr> {
    Entity::update(row(producer, epoch, checkpoint)?)
        .exec(transaction)
        .await
        .map(|_| ())
}

fn row(producer: &str, epoch: i64, checkpoint: &Checkpoint) -> Result<ActiveModel, DbErr> {
    let above: Vec<_> = checkpoint
        .above()
        .iter()
        .map(|range| [*range.start(), *range.end()])
        .collect();
    Ok(ActiveModel {
        producer: Set(producer.to_owned()),
        epoch: Set(epoch),
        settled_through: Set(checkpoint.through()),
        settled_above: Set(serde_json::to_string(&above).map_err(not_json)?),
    })
}

fn checkpoint(row: Model) -> Result<Checkpoint, DbErr> {
    let above: Vec<[i64; 2]> = serde_json::from_str(&row.settled_above).map_err(not_json)?;
    let ranges = above
        .into_iter()
        .map(|[first, last]| RangeInclusive::new(first, last));
    Ok(Checkpoint::restore(row.settled_through, ranges))
}

/// Not `DbErr::Json`, which would count against a message: none is to blame for what is stored.
fn not_json(error: serde_json::Error) -> DbErr {
    DbErr::Custom(format!("a checkpoint's ranges are not JSON: {error}"))
}
