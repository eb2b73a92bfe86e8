//! Parked messages in memory.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use replication::{
    StoreError, Wakeup,
    parked::{Chosen, Listed, ParkedCounts, ParkedMessage, ParkedMessages},
};
use shared_events::control::Unapplied;
use uuid::Uuid;

use super::MemoryStore;

#[async_trait]
impl ParkedMessages for MemoryStore {
    async fn due(&self, now: DateTime<Utc>, limit: u32) -> Result<Vec<ParkedMessage>, StoreError> {
        Ok(self.state().journal.due(now, limit))
    }

    async fn next_due(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        Ok(self.state().journal.next_due())
    }

    async fn counts(&self) -> Result<ParkedCounts, StoreError> {
        Ok(self.state().journal.parked_counts())
    }

    async fn list(
        &self,
        listed: Listed,
        after: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<ParkedMessage>, StoreError> {
        Ok(self.state().journal.list(listed, after, limit))
    }

    async fn get(&self, id: Uuid) -> Result<Option<ParkedMessage>, StoreError> {
        Ok(self.state().journal.parked(id))
    }

    async fn unapplied(
        &self,
        producer: &str,
        epoch: i64,
        limit: u32,
    ) -> Result<Vec<Unapplied>, StoreError> {
        Ok(self.state().journal.unapplied(producer, epoch, limit))
    }

    async fn redrive(&self, chosen: Chosen, now: DateTime<Utc>) -> Result<u64, StoreError> {
        let redriven = self.state().journal.redrive(chosen, now);
        if redriven > 0 {
            self.redriven.ring();
        }
        Ok(redriven)
    }

    async fn purge(&self, chosen: Chosen) -> Result<u64, StoreError> {
        Ok(self.state().journal.purge(chosen))
    }

    fn redriven(&self) -> &Wakeup {
        &self.redriven
    }
}
