//! The third party's copy, in memory, with how far it is and what it has put aside.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use replication::{
    StoreError, Wakeup,
    checkpoint::Checkpoint,
    inbox::{Checkpoints, Incoming, Ledger, Poison, Position, Settle},
    memory::Journal,
    parked::{Chosen, Listed, ParkedCounts, ParkedMessage, ParkedMessages},
};
use shared_events::{Envelope, Event, Key, Producer, RecordVersion, control::Unapplied};
use uuid::Uuid;

use crate::catalog_copy::CatalogCopy;

/// A character that no database of the services can keep, as JSON writes it.
const NUL: &[u8] = b"\\u0000";

#[derive(Clone, Default)]
pub(super) struct Store {
    state: Arc<Mutex<State>>,
    /// Never rung: nobody redrives here.
    redriven: Wakeup,
    /// Rung after each batch.
    pub(super) settled: Wakeup,
}

#[derive(Default)]
pub(super) struct State {
    pub(super) copy: CatalogCopy,
    pub(super) journal: Journal,
    pub(super) quarantined: u64,
}

impl Store {
    pub(super) fn copy(&self) -> CatalogCopy {
        self.state().copy.clone()
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Whether a record of this epoch may still be taken.
    pub(super) fn is_current(&self, key: Key, version: RecordVersion) -> bool {
        let owner = match key {
            Key::Author(_) => Producer::Authors,
            Key::Book(_) => Producer::Books,
            Key::Link { .. } => return true,
        };
        version.epoch >= self.journal.epoch_of(owner.name())
    }
}

/// Reads a message of either owner.
pub(super) fn decode(body: &[u8]) -> Result<Incoming<Event>, Box<Poison>> {
    let poison = |reason: String| Poison {
        position: None,
        event_id: None,
        event_type: None,
        reason,
    };
    if body.windows(NUL.len()).any(|bytes| bytes == NUL) {
        return Err(Box::new(poison("a NUL".to_owned())));
    }
    let envelope = Envelope::parse(body).map_err(|error| poison(error.to_string()))?;
    let position = Position {
        producer: envelope.producer.clone(),
        epoch: envelope.epoch,
        sequence: envelope.sequence,
    };
    let event = envelope.event().map_err(|error| Poison {
        position: Some(position.clone()),
        ..poison(error.to_string())
    })?;
    Ok(Incoming {
        position,
        event_id: envelope.event_id,
        event_type: envelope.event_type.clone(),
        correlation_id: envelope.correlation_id.clone(),
        version: RecordVersion {
            epoch: envelope.epoch,
            version: envelope.version,
        },
        event: Some(event),
    })
}

#[async_trait]
impl Settle<Event> for Store {
    async fn settle(&self, events: &[&Incoming<Event>], ledger: &Ledger) -> Result<(), StoreError> {
        let mut state = self.state();
        for incoming in events {
            if let Some(event) = &incoming.event
                && state.is_current(event.key(), incoming.version)
            {
                state.copy.apply(incoming.version, event.clone());
            }
        }
        state.journal.write(ledger);
        drop(state);
        self.settled.ring();
        Ok(())
    }
}

#[async_trait]
impl Checkpoints for Store {
    async fn checkpoints(&self) -> Result<BTreeMap<(String, i64), Checkpoint>, StoreError> {
        Ok(self.state().journal.checkpoints())
    }
}

#[async_trait]
impl ParkedMessages for Store {
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
        Ok(self.state().journal.redrive(chosen, now))
    }

    async fn purge(&self, chosen: Chosen) -> Result<u64, StoreError> {
        Ok(self.state().journal.purge(chosen))
    }

    fn redriven(&self) -> &Wakeup {
        &self.redriven
    }
}
