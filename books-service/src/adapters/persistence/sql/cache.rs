//! The cache of authors in SQL.

use async_trait::async_trait;
use replication::{
    StoreError,
    inbox::Ledger,
    sql::{hold_epoch, insert_rows, is_named, store_error, write_ledger},
    sync::CachedRecords,
};
use sea_orm::{
    ColumnTrait, Condition, DatabaseTransaction, DbErr, EntityTrait, Iterable, PaginatorTrait,
    QueryFilter,
    sea_query::{Alias, Expr, ExprTrait, OnConflict, SimpleExpr},
};
use search::sql::Dictionary;
use shared_events::{Producer, RecordVersion};

use super::{
    DIFFERS, SqlStore, cached_names,
    entity::authors_cache::{Column, Entity},
    links,
    rows::cached_author_row,
};
use crate::domain::{AuthorsCache, CacheChanges, CachedAuthor};

/// Who owns what is cached.
pub(super) const OWNER: Producer = Producer::Authors;

/// At most so many rows at a time: each may name a version, which is 3 parameters more.
const CHUNK: usize = 512;

#[async_trait]
impl AuthorsCache for SqlStore {
    async fn apply(&self, changes: &CacheChanges, ledger: &Ledger) -> Result<(), StoreError> {
        let authors: Vec<_> = changes
            .authors
            .iter()
            .map(|author| (author, None))
            .collect();
        let write = async {
            let transaction = self.database.begin().await?;
            take(&transaction, &self.dictionary, &authors).await?;
            links::merge(&transaction, &changes.links).await?;
            write_ledger(&transaction, ledger).await?;
            transaction.commit().await
        };
        write.await.map_err(store_error)
    }

    async fn counts(&self) -> Result<CachedRecords, StoreError> {
        let count = |deleted: bool| async move {
            Entity::find()
                .filter(Column::Deleted.eq(deleted))
                .count(self.database.searcher())
                .await
                .map_err(store_error)
        };
        Ok(CachedRecords {
            rows: count(false).await?,
            tombstones: count(true).await?,
        })
    }
}

/// Takes each author whose `(epoch, version)` is greater than the one held, or that differs from
/// the one held if that is of exactly the version that is named beside it. An author of an epoch
/// that is over is not taken. Returns how many were.
pub(super) async fn take(
    transaction: &DatabaseTransaction,
    dictionary: &Dictionary,
    authors: &[(&CachedAuthor, Option<RecordVersion>)],
) -> Result<u64, DbErr> {
    if authors.is_empty() {
        return Ok(0);
    }
    let epoch = hold_epoch(transaction, OWNER.name()).await?;
    let mut authors = authors.to_vec();
    authors.retain(|(author, _)| author.version.epoch >= epoch);
    let mut texts = cached_names::texts_of(authors.iter().map(|(author, _)| *author));
    dictionary
        .learn(transaction, cached_names::phrases(&texts))
        .await?;
    let mut taken = 0;
    for chunk in authors.chunks(CHUNK) {
        let named: Vec<_> = chunk
            .iter()
            .filter_map(|(author, named)| Some((author.state.author_id.get(), (*named)?)))
            .collect();
        let mut replaced = OnConflict::column(Column::Id);
        replaced
            .update_columns(Column::iter().filter(|c| !matches!(c, Column::Id)))
            .action_cond_where(is_to_be_taken(&named));
        let rows = chunk.iter().map(|(author, _)| cached_author_row(author));
        let changed = insert_rows::<Entity>(transaction, rows.collect(), Some(&replaced)).await?;
        if changed > 0 {
            let ids = chunk.iter().map(|(author, _)| author.state.author_id.get());
            let texts = if changed == chunk.len() as u64 {
                ids.filter_map(|id| texts.remove_entry(&id)).collect()
            } else {
                // Some are not what was offered.
                cached_names::texts(transaction, &ids.collect::<Vec<_>>()).await?
            };
            cached_names::follow(transaction, texts).await?;
        }
        taken += changed;
    }
    Ok(taken)
}

fn is_to_be_taken(named: &[(i64, RecordVersion)]) -> Condition {
    let newer = Condition::any()
        .add(offered(Column::Epoch).gt(held(Column::Epoch)))
        .add(
            offered(Column::Epoch)
                .eq(held(Column::Epoch))
                .and(offered(Column::Version).gt(held(Column::Version))),
        );
    if named.is_empty() {
        return newer;
    }
    let differs = Column::iter().fold(Condition::any(), |any, column| {
        any.add(offered(column).binary(DIFFERS, held(column)))
    });
    let is_named = is_named([Column::Id, Column::Epoch, Column::Version], named);
    newer.add(Condition::all().add(is_named).add(differs))
}

fn offered(column: Column) -> SimpleExpr {
    Expr::col((Alias::new("excluded"), column))
}

fn held(column: Column) -> SimpleExpr {
    Expr::col((Entity, column))
}
