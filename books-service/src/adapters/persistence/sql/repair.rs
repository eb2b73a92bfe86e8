//! Repairs of the copies: the end of a snapshot, and what was found to differ.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use replication::{
    StoreError,
    inbox::Position,
    records::{Healed, StoredRow},
    sql::{Database, advance_checkpoint, begin_epoch, is_named, quarantine, store_error},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait,
};
use search::sql::Dictionary;
use shared_events::{AuthorId, LinkRegister, RecordVersion, Side};

use super::{
    cache::{self, OWNER},
    entity::authors_cache::{Column, Entity},
    links,
    records::cached_row,
};
use crate::{
    adapters::messaging::Repairs,
    domain::{Link, LinkKey},
};

/// At most so many named versions a statement: each has 3 parameters, SQLite takes 32,766.
const CHUNK: usize = 1_000;

/// Removes the authors of the epochs that a snapshot has ended, and moves the checkpoint to where
/// it was taken.
pub(super) async fn complete_snapshot(
    database: &Database,
    as_of: &Position,
) -> Result<u64, StoreError> {
    if as_of.producer != OWNER.name() {
        let text = format!("nothing of `{}` is copied here", as_of.producer);
        return Err(StoreError::Data(text));
    }
    let write = async {
        let transaction = database.begin().await?;
        begin_epoch(&transaction).await?;
        let removed = Entity::delete_many()
            .filter(Column::Epoch.lt(as_of.epoch))
            .exec(&transaction)
            .await?;
        advance_checkpoint(&transaction, as_of).await?;
        transaction.commit().await?;
        Ok(removed.rows_affected)
    };
    write.await.map_err(store_error)
}

/// Puts right what was found to differ.
pub(super) async fn heal(
    database: &Database,
    dictionary: &Dictionary,
    repairs: Repairs,
    now: DateTime<Utc>,
) -> Result<Healed, StoreError> {
    let transaction = database.begin().await.map_err(store_error)?;
    let authors = repairs
        .authors
        .values()
        .map(|(author, named)| (author, *named));
    let taken = cache::take(&transaction, dictionary, &authors.collect::<Vec<_>>()).await;
    let mut rows = taken.map_err(store_error)?;
    let unknown: Vec<_> = repairs.unknown.into_iter().collect();
    let quarantined = isolate(&transaction, &unknown, now).await?;
    rows += heal_links(&transaction, repairs.links).await?;
    transaction.commit().await.map_err(store_error)?;
    Ok(Healed { rows, quarantined })
}

/// Moves each author that is still of the version named into quarantine.
async fn isolate(
    transaction: &DatabaseTransaction,
    unknown: &[(AuthorId, RecordVersion)],
    now: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let mut isolated = 0;
    for chunk in unknown.chunks(CHUNK) {
        let named: Vec<_> = chunk.iter().map(|(id, at)| (id.get(), *at)).collect();
        let query = Entity::find()
            .filter(is_named(
                [Column::Id, Column::Epoch, Column::Version],
                &named,
            ))
            .order_by_asc(Column::Id)
            .lock_exclusive()
            .into_query();
        let found = transaction.query_all(&query).await.map_err(store_error)?;
        let rows = found.iter().map(cached_row);
        let rows = rows.collect::<Result<Vec<StoredRow>, _>>()?;
        let ids = rows.iter().map(|row| row.key.place().0);
        let write = async {
            quarantine(transaction, &rows, now).await?;
            Entity::delete_many()
                .filter(Column::Id.is_in(ids))
                .exec(transaction)
                .await
        };
        isolated += write.await.map_err(store_error)?.rows_affected;
    }
    Ok(isolated)
}

async fn heal_links(
    transaction: &DatabaseTransaction,
    offered: BTreeMap<LinkKey, (LinkRegister, Side)>,
) -> Result<u64, StoreError> {
    let mut changed = 0;
    for side in [Side::Books, Side::Authors] {
        let links: Vec<_> = offered
            .iter()
            .filter(|(_, (_, holder))| *holder == side)
            .map(|(key, (register, _))| Link {
                key: *key,
                register: register.clone(),
            })
            .collect();
        let repaired = links::repair(transaction, &links, side).await;
        changed += repaired.map_err(store_error)?;
    }
    Ok(changed)
}
