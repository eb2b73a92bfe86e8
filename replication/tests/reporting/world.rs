//! A consumer that keeps nothing but how far it is, and a queue on which its reports are heard.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use event_bus::{EventBus, EventConsumer, InProcessBus, Queue, QueueKind, Topology};
use replication::{
    StoreError, Wakeup,
    checkpoint::Checkpoint,
    inbox::{Checkpoints, Ledger, Position},
    memory::Journal,
    parked::{Chosen, Listed, ParkedCounts, ParkedMessage, ParkedMessages, message_id},
    receipts::Consumers,
    records::{Healed, Records, Repair as Mend, StoredRow, Table},
    repair::{Repair, RepairOptions, RepairParts, RepairStatus, Source, control_queue},
};
use shared_events::{
    Producer,
    control::{CONTROL_EXCHANGE, CheckpointReport, ControlMessage, Unapplied},
};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

pub(crate) const HEARTBEAT: Duration = Duration::from_secs(5);
const OWNER: Producer = Producer::Authors;
const HEARD: &str = "heard";
const CONTROL: &str = "follower.control";

#[derive(Clone, Default)]
struct Follower {
    journal: Arc<Mutex<Journal>>,
    redriven: Wakeup,
}

pub(crate) struct World {
    follower: Follower,
    settled: Wakeup,
    repair: JoinHandle<()>,
    reports: Box<dyn EventConsumer>,
}

impl Drop for World {
    fn drop(&mut self) {
        self.repair.abort();
    }
}

pub(crate) fn now() -> DateTime<Utc> {
    "2026-11-20T09:30:00.123456Z".parse().unwrap()
}

impl World {
    pub(crate) async fn start() -> Self {
        let (bus, follower) = (InProcessBus::new(), Follower::default());
        let settled = Wakeup::default();
        let heard = Queue::new(HEARD, QueueKind::Passing { max_length: 100 })
            .hearing(CONTROL_EXCHANGE, format!("checkpoint.{}", OWNER.name()));
        let topology = Topology {
            exchanges: vec![CONTROL_EXCHANGE.to_owned()],
            queues: vec![heard, control_queue(CONTROL, OWNER.name(), None)],
        };
        bus.declare(&topology).await.unwrap();
        let reports = bus.consumer(HEARD);
        let repair = Repair::new(RepairParts {
            service: "follower",
            source: Source {
                producer: OWNER,
                queue: "follower.events",
            },
            control_queue: CONTROL,
            topology,
            bus: Arc::new(bus),
            records: Arc::new(follower.clone()),
            checkpoints: Arc::new(follower.clone()),
            parked: Arc::new(follower.clone()),
            copy_changed: settled.clone(),
            log: None,
            consumers: Consumers::new(HEARTBEAT),
            now: Arc::new(now),
            options: RepairOptions {
                heartbeat_interval: HEARTBEAT,
                ..RepairOptions::default()
            },
            status: RepairStatus::default(),
        });
        Self {
            repair: tokio::spawn(repair.run(CancellationToken::new())),
            follower,
            settled,
            reports,
        }
    }

    /// Settles these events of the owner in one batch.
    pub(crate) fn settle(&self, epoch: i64, sequences: impl IntoIterator<Item = i64>) {
        let settled = sequences.into_iter().map(|at| position(epoch, at));
        self.write(Ledger {
            settled: settled.collect(),
            ..Ledger::default()
        });
    }

    /// Settles an event by giving it up.
    pub(crate) fn give_up(&self, sequence: i64) {
        let body = sequence.to_string();
        let dead = ParkedMessage {
            id: message_id(body.as_bytes()),
            position: Some(position(1, sequence)),
            event_id: None,
            event_type: None,
            body: body.into(),
            reason: "it breaks a rule".to_owned(),
            attempts: 4,
            first_failed_at: now(),
            last_failed_at: now(),
            next_attempt_at: None,
        };
        self.write(Ledger {
            settled: dead.position.clone().into_iter().collect(),
            park: vec![dead],
            ..Ledger::default()
        });
    }

    fn write(&self, ledger: Ledger) {
        self.follower.journal.lock().unwrap().write(&ledger);
        self.settled.ring();
    }

    /// The next report.
    pub(crate) async fn report(&mut self) -> CheckpointReport {
        let mut batch = self.reports.next_batch(1).await.unwrap();
        let delivery = batch.pop().unwrap();
        self.reports.ack(delivery.tag).await.unwrap();
        match ControlMessage::parse(&delivery.body).unwrap() {
            ControlMessage::Checkpoint(report) => report,
            other => panic!("{other:?}"),
        }
    }
}

fn position(epoch: i64, sequence: i64) -> Position {
    Position {
        producer: OWNER.name().to_owned(),
        epoch,
        sequence,
    }
}

#[async_trait]
impl Checkpoints for Follower {
    async fn checkpoints(&self) -> Result<BTreeMap<(String, i64), Checkpoint>, StoreError> {
        Ok(self.journal.lock().unwrap().checkpoints())
    }
}

#[async_trait]
impl Records for Follower {
    async fn rows(
        &self,
        _table: Table,
        _range: &replication::records::Range,
    ) -> Result<Vec<StoredRow>, StoreError> {
        Ok(Vec::new())
    }

    async fn take(&self, _rows: &[StoredRow]) -> Result<(), StoreError> {
        Ok(())
    }

    async fn complete_snapshot(&self, _as_of: &Position) -> Result<u64, StoreError> {
        Ok(0)
    }

    async fn heal(&self, _repairs: &[Mend], _now: DateTime<Utc>) -> Result<Healed, StoreError> {
        Ok(Healed::default())
    }

    async fn quarantined(&self) -> Result<u64, StoreError> {
        Ok(0)
    }
}

#[async_trait]
impl ParkedMessages for Follower {
    async fn due(&self, now: DateTime<Utc>, limit: u32) -> Result<Vec<ParkedMessage>, StoreError> {
        Ok(self.journal.lock().unwrap().due(now, limit))
    }

    async fn next_due(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        Ok(self.journal.lock().unwrap().next_due())
    }

    async fn counts(&self) -> Result<ParkedCounts, StoreError> {
        Ok(self.journal.lock().unwrap().parked_counts())
    }

    async fn list(
        &self,
        listed: Listed,
        after: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<ParkedMessage>, StoreError> {
        Ok(self.journal.lock().unwrap().list(listed, after, limit))
    }

    async fn get(&self, id: Uuid) -> Result<Option<ParkedMessage>, StoreError> {
        Ok(self.journal.lock().unwrap().parked(id))
    }

    async fn unapplied(
        &self,
        producer: &str,
        epoch: i64,
        limit: u32,
    ) -> Result<Vec<Unapplied>, StoreError> {
        let journal = self.journal.lock().unwrap();
        Ok(journal.unapplied(producer, epoch, limit))
    }

    async fn redrive(&self, chosen: Chosen, now: DateTime<Utc>) -> Result<u64, StoreError> {
        Ok(self.journal.lock().unwrap().redrive(chosen, now))
    }

    async fn purge(&self, chosen: Chosen) -> Result<u64, StoreError> {
        Ok(self.journal.lock().unwrap().purge(chosen))
    }

    fn redriven(&self) -> &Wakeup {
        &self.redriven
    }
}
