//! The log by key, in memory.

use async_trait::async_trait;
use replication::{StoreError, history::History, log::LogEntry};
use shared_events::Key;

use super::MemoryStore;

#[async_trait]
impl History for MemoryStore {
    async fn events_of(
        &self,
        key: Key,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<LogEntry>, StoreError> {
        Ok(self.state().journal.events_of(key, before, limit))
    }

    async fn version_of(&self, key: Key, version: i64) -> Result<Option<LogEntry>, StoreError> {
        Ok(self.state().journal.version_of(key, version))
    }

    async fn oldest_of(&self, key: Key) -> Result<Option<i64>, StoreError> {
        Ok(self.state().journal.oldest_of(key))
    }
}
