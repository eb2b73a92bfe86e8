//! The cache of authors in SQL.

use async_trait::async_trait;
use replication::{
    StoreError,
    inbox::Ledger,
    sql::{store_error, write_ledger},
    sync::CachedRecords,
};
use sea_orm::{
    ColumnTrait, Condition, DatabaseTransaction, DbErr, EntityTrait, Iterable, PaginatorTrait,
    QueryFilter,
    sea_query::{Alias, Expr, ExprTrait, OnConflict},
};

use super::{
    SqlStore,
    entity::authors_cache::{Column, Entity},
    links,
    rows::cached_author_row,
};
use crate::domain::{AuthorsCache, CacheChanges, CachedAuthor};

/// At most so many rows a statement: an author has 16 parameters, SQLite takes 32,766.
const CHUNK: usize = 1_000;

#[async_trait]
impl AuthorsCache for SqlStore {
    async fn apply(&self, changes: &CacheChanges, ledger: &Ledger) -> Result<(), StoreError> {
        let write = async {
            let transaction = self.database.begin().await?;
            upsert(&transaction, &changes.authors).await?;
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
                .count(self.database.reader())
                .await
                .map_err(store_error)
        };
        Ok(CachedRecords {
            rows: count(false).await?,
            tombstones: count(true).await?,
        })
    }
}

/// Takes each author whose `(epoch, version)` is greater than the one held.
async fn upsert(transaction: &DatabaseTransaction, authors: &[CachedAuthor]) -> Result<(), DbErr> {
    let offered = |column| Expr::col((Alias::new("excluded"), column));
    let held = |column| Expr::col((Entity, column));
    for chunk in authors.chunks(CHUNK) {
        let newer = Condition::any()
            .add(offered(Column::Epoch).gt(held(Column::Epoch)))
            .add(
                offered(Column::Epoch)
                    .eq(held(Column::Epoch))
                    .and(offered(Column::Version).gt(held(Column::Version))),
            );
        Entity::insert_many(chunk.iter().map(cached_author_row))
            .on_conflict(
                OnConflict::column(Column::Id)
                    .update_columns(Column::iter().filter(|c| !matches!(c, Column::Id)))
                    .action_cond_where(newer)
                    .to_owned(),
            )
            .exec_without_returning(transaction)
            .await?;
    }
    Ok(())
}
