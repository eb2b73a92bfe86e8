//! Parked messages in SQL.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, Condition, DatabaseTransaction, DbErr, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, Set,
    sea_query::{Expr, ExprTrait, OnConflict, SimpleExpr},
};
use shared_events::control::Unapplied;
use uuid::Uuid;

use super::{Database, entity, receipts, store_error};
use crate::{
    StoreError, Wakeup,
    inbox::Position,
    parked::{Chosen, Listed, ParkedCounts, ParkedMessage, ParkedMessages},
};
use entity::parked::{ActiveModel, Column, Entity, Model};

/// The parked messages of one database.
#[derive(Debug, Clone)]
pub struct SqlParkedMessages {
    database: Database,
    redriven: Wakeup,
}

impl SqlParkedMessages {
    /// The parked messages in `database`.
    pub fn new(database: Database) -> Self {
        Self {
            database,
            redriven: Wakeup::default(),
        }
    }
}

#[async_trait]
impl ParkedMessages for SqlParkedMessages {
    async fn due(&self, now: DateTime<Utc>, limit: u32) -> Result<Vec<ParkedMessage>, StoreError> {
        let rows = Entity::find()
            .filter(Column::NextAttemptAt.lte(now))
            .order_by_asc(Column::NextAttemptAt)
            .limit(u64::from(limit))
            .all(self.database.reader())
            .await
            .map_err(store_error)?;
        Ok(rows.into_iter().map(message).collect())
    }

    async fn next_due(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        Entity::find()
            .select_only()
            .column(Column::NextAttemptAt)
            .filter(Column::NextAttemptAt.is_not_null())
            .order_by_asc(Column::NextAttemptAt)
            .into_tuple()
            .one(self.database.reader())
            .await
            .map_err(store_error)
    }

    async fn counts(&self) -> Result<ParkedCounts, StoreError> {
        let count = |dead: bool| async move {
            let filter = if dead {
                Column::NextAttemptAt.is_null()
            } else {
                Column::NextAttemptAt.is_not_null()
            };
            Entity::find()
                .filter(filter)
                .count(self.database.reader())
                .await
        };
        Ok(ParkedCounts {
            parked: count(false).await.map_err(store_error)?,
            dead: count(true).await.map_err(store_error)?,
        })
    }

    async fn list(
        &self,
        listed: Listed,
        after: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<ParkedMessage>, StoreError> {
        let wanted = match listed {
            Listed::All => Condition::all(),
            Listed::Dead => Condition::all().add(Column::NextAttemptAt.is_null()),
        };
        let rows = Entity::find()
            .filter(wanted.add_option(after.map(|after| Column::Id.gt(after))))
            .order_by_asc(Column::Id)
            .limit(u64::from(limit))
            .all(self.database.reader())
            .await
            .map_err(store_error)?;
        Ok(rows.into_iter().map(message).collect())
    }

    async fn get(&self, id: Uuid) -> Result<Option<ParkedMessage>, StoreError> {
        let row = Entity::find_by_id(id).one(self.database.reader()).await;
        Ok(row.map_err(store_error)?.map(message))
    }

    async fn unapplied(
        &self,
        producer: &str,
        epoch: i64,
        limit: u32,
    ) -> Result<Vec<Unapplied>, StoreError> {
        let found = receipts::unapplied(&self.database, producer, epoch, limit).await;
        found.map_err(store_error)
    }

    async fn redrive(&self, chosen: Chosen, now: DateTime<Utc>) -> Result<u64, StoreError> {
        let not_due = Condition::any()
            .add(Column::NextAttemptAt.is_null())
            .add(Column::NextAttemptAt.gt(now));
        let due = ActiveModel {
            next_attempt_at: Set(Some(now)),
            ..ActiveModel::default()
        };
        let write = async {
            let transaction = self.database.begin().await?;
            let redriven = Entity::update_many()
                .set(due)
                .filter(is(chosen))
                .filter(not_due)
                .exec(&transaction)
                .await?;
            transaction.commit().await?;
            Ok(redriven.rows_affected)
        };
        let redriven = write.await.map_err(store_error)?;
        if redriven > 0 {
            self.redriven.ring();
        }
        Ok(redriven)
    }

    async fn purge(&self, chosen: Chosen) -> Result<u64, StoreError> {
        let write = async {
            let transaction = self.database.begin().await?;
            let purged = Entity::delete_many()
                .filter(is(chosen))
                .exec(&transaction)
                .await?;
            transaction.commit().await?;
            Ok(purged.rows_affected)
        };
        write.await.map_err(store_error)
    }

    fn redriven(&self) -> &Wakeup {
        &self.redriven
    }
}

fn is(chosen: Chosen) -> SimpleExpr {
    match chosen {
        Chosen::One(id) => Column::Id.eq(id),
        Chosen::AllDead => Column::NextAttemptAt.is_null(),
    }
}

/// Parks messages. One that is parked already keeps its first failure and takes the later
/// attempt; the same attempt again (a redelivery) changes nothing.
pub(super) async fn park(
    transaction: &DatabaseTransaction,
    messages: &[ParkedMessage],
) -> Result<(), DbErr> {
    // One by one: messages are parked once in a blue moon, and a batch may hold one twice.
    for message in messages {
        Entity::insert(row(message))
            .on_conflict(
                OnConflict::column(Column::Id)
                    .update_columns([
                        Column::Reason,
                        Column::Attempts,
                        Column::LastFailedAt,
                        Column::NextAttemptAt,
                    ])
                    .action_and_where(
                        Expr::col((Entity, Column::Attempts)).lt(i64::from(message.attempts)),
                    )
                    .to_owned(),
            )
            .exec_without_returning(transaction)
            .await?;
    }
    Ok(())
}

pub(super) async fn unpark(transaction: &DatabaseTransaction, ids: &[Uuid]) -> Result<(), DbErr> {
    if ids.is_empty() {
        return Ok(());
    }
    Entity::delete_many()
        .filter(Column::Id.is_in(ids.iter().copied()))
        .exec(transaction)
        .await
        .map(|_| ())
}

fn row(message: &ParkedMessage) -> ActiveModel {
    let position = message.position.as_ref();
    ActiveModel {
        id: Set(message.id),
        producer: Set(position.map(|p| p.producer.clone())),
        epoch: Set(position.map(|p| p.epoch)),
        sequence: Set(position.map(|p| p.sequence)),
        event_id: Set(message.event_id),
        event_type: Set(message.event_type.clone()),
        body: Set(message.body.to_vec()),
        reason: Set(message.reason.clone()),
        attempts: Set(i32::try_from(message.attempts).unwrap_or(i32::MAX)),
        first_failed_at: Set(message.first_failed_at),
        last_failed_at: Set(message.last_failed_at),
        next_attempt_at: Set(message.next_attempt_at),
    }
}

fn message(row: Model) -> ParkedMessage {
    let position = match (row.producer, row.epoch, row.sequence) {
        (Some(producer), Some(epoch), Some(sequence)) => Some(Position {
            producer,
            epoch,
            sequence,
        }),
        _ => None,
    };
    ParkedMessage {
        id: row.id,
        position,
        event_id: row.event_id,
        event_type: row.event_type,
        body: row.body.into(),
        reason: row.reason,
        attempts: row.attempts.unsigned_abs(),
        first_failed_at: row.first_failed_at,
        last_failed_at: row.last_failed_at,
        next_attempt_at: row.next_attempt_at,
    }
}
