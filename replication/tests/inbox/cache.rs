//! A cache in memory that writes down what it is asked for and fails when told to.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard},
};

use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use replication::{
    StoreError, Wakeup,
    inbox::{Incoming, Ledger, Position, Settle},
    memory::Journal,
    parked::{Chosen, Listed, ParkedCounts, ParkedMessage, ParkedMessages, message_id},
};
use shared_events::control::Unapplied;
use tokio::time::Instant;
use uuid::Uuid;

use crate::{
    messages::{Thing, decode},
    world::{Record, Step},
};

#[derive(Clone)]
pub(crate) struct Cache {
    state: Arc<Mutex<State>>,
    record: Record,
    redriven: Wakeup,
}

#[derive(Default)]
pub(crate) struct State {
    pub(crate) journal: Journal,
    /// How often each sequence was applied.
    pub(crate) applied: BTreeMap<i64, u32>,
    /// Sequences that were bad and are no longer.
    pub(crate) healed: BTreeSet<i64>,
    /// So many calls find no database.
    pub(crate) unavailable: u32,
    /// There is no database for what brings these sequences.
    pub(crate) away_for: BTreeSet<i64>,
    /// So many attempts to park are refused.
    pub(crate) refuse_parking: u32,
    /// So many attempts to read what is parked fail.
    pub(crate) refuse_reading: u32,
    /// What is parked is not read, once: the call does not come back.
    pub(crate) reading_hangs: bool,
    /// When what is parked was read.
    pub(crate) looked: Vec<Instant>,
    /// So many messages were to leave the parked ones, had they been there.
    pub(crate) unparked: usize,
    /// A call does not come back.
    pub(crate) hangs: bool,
    /// A call panics.
    pub(crate) panics: bool,
    /// When each bad event was tried.
    pub(crate) tried: BTreeMap<i64, Vec<Instant>>,
}

impl Cache {
    pub(crate) fn new(record: Record) -> Self {
        Self {
            state: Arc::default(),
            record,
            redriven: Wakeup::default(),
        }
    }

    /// Whether this message is applied, passed over or parked.
    pub(crate) fn has_settled(&self, body: &Bytes) -> bool {
        let journal = &self.state().journal;
        if journal.parked(message_id(body)).is_some() {
            return true;
        }
        let position = match decode(body) {
            Ok(incoming) => Some(incoming.position),
            Err(poison) => poison.position,
        };
        position.is_some_and(
            |Position {
                 producer,
                 epoch,
                 sequence,
             }| {
                let checkpoints = journal.checkpoints();
                checkpoints.get(&(producer, epoch)).is_some_and(|held| {
                    let above = held.above().iter().any(|range| range.contains(&sequence));
                    sequence <= held.through() || above
                })
            },
        )
    }

    /// How many have it, the test included.
    pub(crate) fn holders(&self) -> usize {
        Arc::strong_count(&self.state)
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }
}

impl State {
    fn settle(&mut self, events: &[&Incoming<Thing>], ledger: &Ledger) -> Result<(), StoreError> {
        if self.unavailable > 0 {
            self.unavailable -= 1;
            return Err(StoreError::Unavailable("busy".to_owned()));
        }
        let is_away = |event: &&Incoming<Thing>| self.away_for.contains(&event.position.sequence);
        if events.iter().any(is_away) {
            return Err(StoreError::Unavailable("locked".to_owned()));
        }
        for event in events {
            let sequence = event.position.sequence;
            if event.event.as_deref() == Some("bad") {
                self.tried.entry(sequence).or_default().push(Instant::now());
                if !self.healed.contains(&sequence) {
                    let text = format!("thing {sequence} breaks a rule: \0");
                    return Err(StoreError::Data(text));
                }
            }
        }
        if !ledger.park.is_empty() && self.refuse_parking > 0 {
            self.refuse_parking -= 1;
            return Err(StoreError::Data("no such column".to_owned()));
        }
        for event in events.iter().filter(|event| event.event.is_some()) {
            *self.applied.entry(event.position.sequence).or_default() += 1;
        }
        self.unparked += ledger.unpark.len();
        self.journal.write(ledger);
        Ok(())
    }
}

#[async_trait]
impl Settle<Thing> for Cache {
    async fn settle(&self, events: &[&Incoming<Thing>], ledger: &Ledger) -> Result<(), StoreError> {
        self.record.note(Step::Asked);
        let (hangs, panics) = {
            let state = self.state();
            (state.hangs, state.panics)
        };
        assert!(!panics, "told to");
        if hangs {
            std::future::pending::<()>().await;
        }
        // Whoever acknowledges without waiting for the answer does so now.
        tokio::task::yield_now().await;
        let outcome = self.state().settle(events, ledger);
        self.record.note(match &outcome {
            Ok(()) => Step::Committed(ledger.settled.iter().map(|at| at.sequence).collect()),
            Err(StoreError::Data(_)) => Step::Refused(events.len()),
            Err(StoreError::Unavailable(_)) => Step::Away,
        });
        outcome
    }
}

#[async_trait]
impl ParkedMessages for Cache {
    async fn due(&self, now: DateTime<Utc>, limit: u32) -> Result<Vec<ParkedMessage>, StoreError> {
        let hangs = std::mem::take(&mut self.state().reading_hangs);
        if hangs {
            std::future::pending::<()>().await;
        }
        let mut state = self.state();
        state.looked.push(Instant::now());
        if state.refuse_reading > 0 {
            state.refuse_reading -= 1;
            return Err(StoreError::Unavailable("busy".to_owned()));
        }
        Ok(state.journal.due(now, limit))
    }

    async fn next_due(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        let mut state = self.state();
        if state.refuse_reading > 0 {
            state.refuse_reading -= 1;
            return Err(StoreError::Unavailable("busy".to_owned()));
        }
        Ok(state.journal.next_due())
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
        self.redriven.ring();
        Ok(redriven)
    }

    async fn purge(&self, chosen: Chosen) -> Result<u64, StoreError> {
        Ok(self.state().journal.purge(chosen))
    }

    fn redriven(&self) -> &Wakeup {
        &self.redriven
    }
}
