//! The log by key, in SQL.

use async_trait::async_trait;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use shared_events::Key;

use super::{
    Database,
    entity::events::{Column, Entity},
    log::entry,
    store_error,
};
use crate::{StoreError, history::History, log::LogEntry};

/// The history in one database. Each question is a range of the index on key, version and epoch.
#[derive(Debug, Clone)]
pub struct SqlHistory {
    database: Database,
}

impl SqlHistory {
    /// The history in `database`.
    pub fn new(database: Database) -> Self {
        Self { database }
    }
}

#[async_trait]
impl History for SqlHistory {
    async fn events_of(
        &self,
        key: Key,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<LogEntry>, StoreError> {
        let found = newest_first(key, before, limit)
            .all(self.database.reader())
            .await
            .map_err(store_error)?;
        Ok(found.into_iter().map(entry).collect())
    }

    async fn version_of(&self, key: Key, version: i64) -> Result<Option<LogEntry>, StoreError> {
        let found = of(key)
            .filter(Column::Version.eq(version))
            .order_by_desc(Column::Epoch)
            .one(self.database.reader())
            .await
            .map_err(store_error)?;
        Ok(found.map(entry))
    }

    async fn oldest_of(&self, key: Key) -> Result<Option<i64>, StoreError> {
        of(key)
            .select_only()
            .column(Column::Version)
            .order_by_asc(Column::Version)
            .into_tuple()
            .one(self.database.reader())
            .await
            .map_err(store_error)
    }
}

fn of(key: Key) -> Select<Entity> {
    Entity::find().filter(Column::Key.eq(key.to_string()))
}

fn newest_first(key: Key, before: Option<i64>, limit: u32) -> Select<Entity> {
    let mut query = of(key);
    if let Some(before) = before {
        query = query.filter(Column::Version.lt(before));
    }
    query
        .order_by_desc(Column::Version)
        .order_by_desc(Column::Epoch)
        .limit(u64::from(limit))
}
