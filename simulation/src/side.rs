//! A service as the simulation sees it, whichever side it is.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use event_bus::{EventBus, faults::FaultyBus};
use replication::{
    Wakeup,
    inbox::{Checkpoints, Inbox, Settle},
    log::{EventLog, LogEntry},
    parked::{ParkedMessages, RetrySchedule},
    receipts::Consumers,
    records::Records,
    relay::Relay,
    repair::{Repair, RepairOptions, RepairParts, RepairStatus},
};
use service_host::Identity;
use service_kit::{caller::Caller, clock::Clock};
use shared_events::{Credit, Event, Key, Presence, Producer};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// What an editor may do to a service. Each answers what was changed and acknowledged, or nothing if
/// nothing was changed.
#[async_trait]
pub(crate) trait Commanded: Send + Sync {
    /// Creates a record.
    async fn create(&self, name: &str) -> Option<Acknowledged>;
    /// Gives a record another name.
    async fn revise(&self, id: i64, name: &str) -> Option<Acknowledged>;
    /// Deletes a record.
    async fn delete(&self, id: i64) -> Option<Acknowledged>;
    /// Brings a deleted record back.
    async fn restore(&self, id: i64) -> Option<Acknowledged>;
    /// Gives a record the name again that it had at first.
    async fn revert(&self, id: i64) -> Option<Acknowledged>;
    /// Links a record to one of the other side.
    async fn link(&self, id: i64, other: i64) -> Option<Acknowledged>;
    /// Removes such a link.
    async fn unlink(&self, id: i64, other: i64) -> Option<Acknowledged>;
    /// Edits the credit of such a link.
    async fn credit(&self, id: i64, other: i64, role: &str) -> Option<Acknowledged>;
}

/// What a service said is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Acknowledged {
    /// A record is in this version.
    Record {
        key: Key,
        version: i64,
        deleted: bool,
    },
    /// A link is there, or is not.
    Presence { key: Key, presence: Presence },
    /// A link has this credit.
    Credit { key: Key, credit: Credit },
}

/// A service: what survives a crash, and how it is run.
pub(crate) struct Service {
    pub(crate) producer: Producer,
    pub(crate) bus: FaultyBus,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) commands: Box<dyn Commanded>,
    pub(crate) settle: Arc<dyn Settle<Event>>,
    pub(crate) decode: replication::inbox::Decode<Event>,
    pub(crate) log: Arc<dyn EventLog>,
    pub(crate) checkpoints: Arc<dyn Checkpoints>,
    pub(crate) parked: Arc<dyn ParkedMessages>,
    pub(crate) records: Arc<dyn Records>,
    pub(crate) repair: RepairStatus,
    running: Option<JoinSet<()>>,
}

/// The parts that differ from side to side.
pub(crate) struct SideParts {
    pub(crate) commands: Box<dyn Commanded>,
    pub(crate) settle: Arc<dyn Settle<Event>>,
    pub(crate) decode: replication::inbox::Decode<Event>,
    pub(crate) log: Arc<dyn EventLog>,
    pub(crate) checkpoints: Arc<dyn Checkpoints>,
    pub(crate) parked: Arc<dyn ParkedMessages>,
    pub(crate) records: Arc<dyn Records>,
}

impl Service {
    pub(crate) fn new(
        producer: Producer,
        bus: &FaultyBus,
        clock: Arc<dyn Clock>,
        parts: SideParts,
    ) -> Self {
        Self {
            producer,
            bus: bus.client(producer.name()),
            clock,
            commands: parts.commands,
            settle: parts.settle,
            decode: parts.decode,
            log: parts.log,
            checkpoints: parts.checkpoints,
            parked: parts.parked,
            records: parts.records,
            repair: RepairStatus::default(),
            running: None,
        }
    }

    pub(crate) fn is_running(&self) -> bool {
        self.running.is_some()
    }

    /// Starts relay, inbox and repair.
    pub(crate) fn start(&mut self) {
        if self.is_running() {
            return;
        }
        let bus: Arc<dyn EventBus> = Arc::new(self.bus.clone());
        let clock = Arc::clone(&self.clock);
        let now = Arc::new(move || clock.now());
        let options = RepairOptions::default();
        let identity = Identity::of(self.producer);
        let relay = Relay::new(
            identity.name,
            identity.exchange,
            identity.topology.clone(),
            Arc::clone(&self.log),
            Arc::clone(&bus),
            options.heartbeat_interval,
        );
        let inbox = Inbox::new(
            identity.source.queue,
            identity.topology.clone(),
            Arc::clone(&bus),
            self.decode,
            Arc::clone(&self.settle),
            Arc::clone(&self.parked),
            now.clone(),
            RetrySchedule::default(),
        );
        let repair = Repair::new(RepairParts {
            service: identity.name,
            source: identity.source,
            control_queue: identity.control_queue,
            topology: identity.topology,
            bus,
            records: Arc::clone(&self.records),
            checkpoints: Arc::clone(&self.checkpoints),
            parked: Arc::clone(&self.parked),
            copy_changed: Wakeup::default(),
            log: Some(Arc::clone(&self.log)),
            consumers: Consumers::new(options.heartbeat_interval),
            now,
            options,
            status: self.repair.clone(),
        });
        let never = CancellationToken::new();
        let mut tasks = JoinSet::new();
        let (soft, hard) = (never.clone(), never.clone());
        tasks.spawn(async move { assert_eq!(relay.run(soft, hard).await, Ok(())) });
        let (soft, hard) = (never.clone(), never.clone());
        tasks.spawn(async move { assert_eq!(inbox.run(soft, hard).await, Ok(())) });
        tasks.spawn(async move { repair.run(never).await });
        self.running = Some(tasks);
    }

    /// Ends it as a power cut would: what is committed stays, everything else is gone.
    pub(crate) async fn crash(&mut self) {
        if let Some(mut tasks) = self.running.take() {
            tasks.shutdown().await;
        }
    }

    /// Its whole log.
    pub(crate) async fn whole_log(&self) -> Vec<LogEntry> {
        self.log.read_after(0, u32::MAX).await.unwrap_or_default()
    }

    /// How far it has settled the other side's log, by epoch.
    pub(crate) async fn settled(&self) -> BTreeMap<(String, i64), i64> {
        let all = self.checkpoints.checkpoints().await.unwrap_or_default();
        all.into_iter()
            .map(|(log, checkpoint)| (log, checkpoint.through()))
            .collect()
    }
}

/// Who every editor here is.
pub(crate) fn caller() -> Caller {
    Caller {
        correlation_id: "simulation".to_owned(),
        traceparent: None,
        actor: None,
    }
}
