//! Kept answers in SQL.

use std::collections::BTreeSet;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait,
    sea_query::{Expr, ExprTrait, OnConflict},
};

use super::{
    Database,
    entity::idempotency_keys::{Column, Entity, Model},
    insert_rows, is_one_of_texts, store_error,
};
use crate::{
    StoreError,
    answers::{Attempt, KEPT_FOR, KeptAnswer, KeptAnswers},
    deadline::in_time,
};

/// The keys of `new` under which another answer is kept already, as far as it is committed.
///
/// # Errors
/// If the database can't be used.
pub async fn answered(
    transaction: &DatabaseTransaction,
    new: &[&KeptAnswer],
) -> Result<BTreeSet<String>, DbErr> {
    let Some(old) = old(new) else {
        return Ok(BTreeSet::new());
    };
    let keys: Vec<_> = new.iter().map(|new| new.attempt.key.as_str()).collect();
    let backend = transaction.get_database_backend();
    let found: Vec<String> = Entity::find()
        .select_only()
        .column(Column::Key)
        .filter(is_one_of_texts(backend, Column::Key, &keys))
        .filter(Column::CreatedAt.gt(old))
        .into_tuple()
        .all(transaction)
        .await?;
    Ok(found.into_iter().collect())
}

/// Keeps `new` answers, whose keys differ. Returns `false` if another transaction keeps one under
/// one of the keys; then the caller must roll back.
///
/// # Errors
/// If the database refuses.
pub async fn keep_answers(
    transaction: &DatabaseTransaction,
    new: &[&KeptAnswer],
) -> Result<bool, DbErr> {
    let Some(old) = old(new) else {
        return Ok(true);
    };
    let mut rows: Vec<_> = new.iter().map(|answer| row(answer)).collect();
    // In one order, so that two transactions can't wait for each other.
    rows.sort_by(|one, other| one.key.cmp(&other.key));
    let mut unless_kept = OnConflict::column(Column::Key);
    unless_kept
        .update_columns([
            Column::Scope,
            Column::Fingerprint,
            Column::Answer,
            Column::CreatedAt,
        ])
        .action_and_where(Expr::col((Entity, Column::CreatedAt)).lte(old));
    let kept = insert_rows::<Entity>(transaction, rows, Some(&unless_kept)).await?;
    Ok(kept == new.len() as u64)
}

/// What was kept by then is old when these are.
fn old(new: &[&KeptAnswer]) -> Option<DateTime<Utc>> {
    let first = new.iter().map(|answer| answer.kept_at).min()?;
    Some(first - KEPT_FOR)
}

fn row(answer: &KeptAnswer) -> Model {
    let Attempt {
        key,
        scope,
        fingerprint,
    } = answer.attempt.clone();
    Model {
        key,
        scope,
        fingerprint,
        answer: answer.answer.clone(),
        created_at: answer.kept_at,
    }
}

/// The answers that are kept in a database.
#[derive(Debug, Clone)]
pub struct SqlKeptAnswers {
    database: Database,
}

impl SqlKeptAnswers {
    /// Those in `database`.
    pub fn new(database: Database) -> Self {
        Self { database }
    }

    async fn forget_old(&self, old: DateTime<Utc>, most: u64) -> Result<u64, DbErr> {
        let oldest = Entity::find()
            .select_only()
            .column(Column::Key)
            .filter(Column::CreatedAt.lte(old))
            .order_by_asc(Column::CreatedAt)
            .limit(most)
            .into_query();
        let transaction = self.database.begin().await?;
        let deleted = Entity::delete_many()
            .filter(Column::Key.in_subquery(oldest))
            // One that was replaced since it was found is not old any more.
            .filter(Column::CreatedAt.lte(old))
            .exec(&transaction)
            .await?;
        transaction.commit().await?;
        Ok(deleted.rows_affected)
    }
}

#[async_trait]
impl KeptAnswers for SqlKeptAnswers {
    async fn find(&self, key: &str, now: DateTime<Utc>) -> Result<Option<KeptAnswer>, StoreError> {
        let finding = async {
            let found = Entity::find_by_id(key.to_owned());
            let found = found.one(self.database.reader()).await;
            found.map_err(store_error)
        };
        let found = in_time(finding).await?;
        let answer = found.map(|row| KeptAnswer {
            attempt: Attempt {
                key: row.key,
                scope: row.scope,
                fingerprint: row.fingerprint,
            },
            answer: row.answer,
            kept_at: row.created_at,
        });
        Ok(answer.filter(|answer| answer.is_kept(now)))
    }

    async fn forget(&self, now: DateTime<Utc>, most: u64) -> Result<u64, StoreError> {
        self.forget_old(now - KEPT_FOR, most)
            .await
            .map_err(store_error)
    }
}
