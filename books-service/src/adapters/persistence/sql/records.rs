//! The rows of the database, for those who compare and repair copies.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use replication::{
    StoreError,
    inbox::{Ledger, Position},
    records::{Healed, Range, Records, Repair, StoredRow, Table},
    sql::{count_quarantined, read_epoch, rows_by_id, rows_by_pair, store_error},
};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, QueryResult, QueryTrait};
use shared_events::{Key, RecordVersion};

use super::{SqlStore, entity, repair, rows};
use crate::{
    adapters::messaging::{author_row, book_row, link_row, read_repairs, read_rows},
    domain::AuthorsCache,
};

#[async_trait]
impl Records for SqlStore {
    async fn rows(&self, table: Table, range: &Range) -> Result<Vec<StoredRow>, StoreError> {
        match table {
            Table::Owned => self.owned_rows(range).await,
            Table::Cached => self.cached_rows(range).await,
            Table::Links => self.link_rows(range).await,
        }
    }

    async fn take(&self, rows: &[StoredRow]) -> Result<(), StoreError> {
        self.apply(&read_rows(rows)?, &Ledger::default()).await
    }

    async fn complete_snapshot(&self, as_of: &Position) -> Result<u64, StoreError> {
        repair::complete_snapshot(&self.database, as_of).await
    }

    async fn heal(&self, repairs: &[Repair], now: DateTime<Utc>) -> Result<Healed, StoreError> {
        let repairs = read_repairs(repairs)?;
        repair::heal(&self.database, &self.dictionary, repairs, now).await
    }

    async fn quarantined(&self) -> Result<u64, StoreError> {
        count_quarantined(&self.database).await.map_err(store_error)
    }
}

impl SqlStore {
    async fn owned_rows(&self, range: &Range) -> Result<Vec<StoredRow>, StoreError> {
        use entity::books::{Column, Entity};
        let reader = self.database.reader();
        let epoch = read_epoch(reader).await.map_err(store_error)?;
        let found = rows_by_id::<Entity>(range, Column::Id).all(reader).await;
        let row = |row| book_row(&rows::book(row).map_err(store_error)?, epoch);
        found.map_err(store_error)?.into_iter().map(row).collect()
    }

    async fn cached_rows(&self, range: &Range) -> Result<Vec<StoredRow>, StoreError> {
        use entity::authors_cache::{Column, Entity};
        let query = rows_by_id::<Entity>(range, Column::Id).into_query();
        let found = self.database.reader().query_all(&query).await;
        found.map_err(store_error)?.iter().map(cached_row).collect()
    }

    async fn link_rows(&self, range: &Range) -> Result<Vec<StoredRow>, StoreError> {
        use entity::book_authors::{Column, Entity};
        let found = rows_by_pair::<Entity>(range, [Column::AuthorId, Column::BookId])
            .all(self.database.reader())
            .await;
        let row = |row| link_row(&rows::link(row).map_err(store_error)?);
        found.map_err(store_error)?.into_iter().map(row).collect()
    }
}

/// A row of the cache. One that can't be read, since somebody changed it by hand, has the reason
/// for its data: no owner's row is like that, so it is found and replaced.
pub(super) fn cached_row(row: &QueryResult) -> Result<StoredRow, StoreError> {
    let model = entity::authors_cache::Model::from_query_result(row, "");
    match model.and_then(rows::cached_author) {
        Ok(author) => author_row(&author),
        Err(error) => unreadable_row(row, &error).map_err(store_error),
    }
}

fn unreadable_row(row: &QueryResult, error: &DbErr) -> Result<StoredRow, DbErr> {
    Ok(StoredRow {
        key: Key::Author(rows::author_id(row.try_get("", "id")?)?),
        version: RecordVersion {
            epoch: row.try_get("", "epoch")?,
            version: row.try_get("", "version")?,
        },
        deleted: row.try_get("", "deleted")?,
        data: format!("can't be read: {error}"),
    })
}
