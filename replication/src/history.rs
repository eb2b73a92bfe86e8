//! What became of one key: its events, read back from the log.

use async_trait::async_trait;
use shared_events::Key;

use crate::{StoreError, log::LogEntry};

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
}
