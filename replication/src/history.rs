//! What became of one key: its events, read back from the log.

use async_trait::async_trait;
use shared_events::Key;

use crate::{StoreError, log::LogEntry};

/// Events of one key, and what there is besides them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryPage {
    /// The greatest version first.
    pub entries: Vec<LogEntry>,
    /// Whether there are earlier ones.
    pub more: bool,
    /// The least version that the log still holds; `None` if it holds none.
    pub oldest: Option<i64>,
}

/// The log by key. It holds what this service itself wrote, as far as retention has left it.
#[async_trait]
pub trait History: Send + Sync {
    /// The events of `key`, the greatest version first: at most `limit` of those below the version
    /// `before`, or of all. MUST find them without reading the events of other keys.
    async fn events_of(
        &self,
        key: Key,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<LogEntry>, StoreError>;

    /// The event by which `key` came to `version`; `None` if the log does not hold it. Of a version
    /// that stands in several epochs, the last one.
    async fn version_of(&self, key: Key, version: i64) -> Result<Option<LogEntry>, StoreError>;

    /// The least version of `key` that the log still holds; `None` if it holds none.
    async fn oldest_of(&self, key: Key) -> Result<Option<i64>, StoreError>;

    /// A page of what [`History::events_of`] returns.
    ///
    /// # Errors
    /// If the store can't be used.
    async fn page_of(
        &self,
        key: Key,
        before: Option<i64>,
        limit: u32,
    ) -> Result<HistoryPage, StoreError> {
        // One more than asked for tells whether there is more.
        let mut entries = self.events_of(key, before, limit.saturating_add(1)).await?;
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = entries.len() > limit;
        entries.truncate(limit);
        Ok(HistoryPage {
            entries,
            more,
            oldest: self.oldest_of(key).await?,
        })
    }
}
