//! The answers that are kept in memory.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use replication::{
    StoreError,
    answers::{KeptAnswer, KeptAnswers},
};

use super::MemoryStore;

#[async_trait]
impl KeptAnswers for MemoryStore {
    async fn find(&self, key: &str, now: DateTime<Utc>) -> Result<Option<KeptAnswer>, StoreError> {
        Ok(self.state().answers.find(key, now))
    }

    async fn forget(&self, now: DateTime<Utc>, most: u64) -> Result<u64, StoreError> {
        Ok(self.state().answers.forget(now, most))
    }
}
