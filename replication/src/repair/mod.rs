//! Keeps copies equal when something goes wrong: what was lost is asked for again, a copy that is
//! too old is taken anew, and one that has drifted is found and put right.
//!
//! * `watch`: hears the producer's heartbeats; asks for a replay of what is missing, or for a
//!   snapshot; declares queues and bindings again when nothing is heard; raises alarms.
//! * `snapshot`: takes a snapshot.
//! * `telling`: tells digests of the own rows.
//! * `drift`: compares what others tell with the copy, and repairs what differs twice.
//! * `reporting`: tells the producer how far its log is settled here.
//! * `answer`: what others ask for: replays, snapshots, buckets.
//! * `listen`: the control queue.
//!
//! Every message between them may be lost: what matters is asked for until its effect shows.

mod answer;
mod channel;
mod control_queue;
mod digests;
mod drift;
mod listen;
mod missing;
mod reporting;
mod snapshot;
mod status;
mod telling;
mod watch;

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use event_bus::{EventBus, Topology};
use shared_events::Producer;
use tokio::{sync::mpsc, task::JoinSet};
use tokio_util::sync::CancellationToken;

use crate::{
    Wakeup, inbox::Checkpoints, log::EventLog, parked::ParkedMessages, receipts::Consumers,
    records::Records,
};
use answer::Answers;
use channel::Channel;
pub(crate) use channel::new_id;
pub use control_queue::control_queue;
pub use digests::digests;
use drift::Comparing;
use listen::Listening;
use reporting::Reporting;
pub use status::{DriftStatus, HeardHeartbeat, RepairReport, RepairStatus, SnapshotStatus};
use telling::Telling;
use watch::Watch;

/// At most so many control messages wait for one of the tasks; what comes on top is dropped, as
/// any of them may be.
const WAITING: usize = 64;

/// How often things are done.
#[derive(Debug, Clone, Copy)]
pub struct RepairOptions {
    /// Between two heartbeats.
    pub heartbeat_interval: Duration,
    /// Between two comparisons.
    pub drift_interval: Duration,
    /// How long something has to be missing before it is asked for.
    pub gap_patience: Duration,
}

impl Default for RepairOptions {
    /// Heartbeats every 5 s, comparisons every 5 min; what is missing for 5 s is asked for.
    fn default() -> Self {
        Self {
            heartbeat_interval: Duration::from_secs(5),
            drift_interval: Duration::from_secs(300),
            gap_patience: Duration::from_secs(5),
        }
    }
}

/// Where a copy comes from.
#[derive(Debug, Clone, Copy)]
pub struct Source {
    /// Who owns what is copied.
    pub producer: Producer,
    /// The queue from which its events are taken.
    pub queue: &'static str,
}

/// What repairing needs.
#[derive(Clone)]
pub struct RepairParts {
    /// Name of this service.
    pub service: &'static str,
    /// Where its copy comes from.
    pub source: Source,
    /// The queue on which it is told and asked.
    pub control_queue: &'static str,
    /// Everything that must exist for it to hear events and control messages.
    pub topology: Topology,
    /// The bus.
    pub bus: Arc<dyn EventBus>,
    /// Its rows: the copy, and what it owns.
    pub records: Arc<dyn Records>,
    /// How far it has settled what it consumes.
    pub checkpoints: Arc<dyn Checkpoints>,
    /// What it could not apply.
    pub parked: Arc<dyn ParkedMessages>,
    /// Rung after each repair of the copy. Whoever settles its events is to ring it after each commit
    /// too: how far they are settled is told at once then, and otherwise with the next heartbeat.
    pub copy_changed: Wakeup,
    /// Its own log; `None` for a service that owns nothing, which then answers nobody.
    pub log: Option<Arc<dyn EventLog>>,
    /// Those that consume its log, as far as they have told.
    pub consumers: Consumers,
    /// The time.
    pub now: Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>,
    /// How often things are done.
    pub options: RepairOptions,
    /// What is to be told of it.
    pub status: RepairStatus,
}

/// The tasks of a service that look after its copy, and after those that others keep of it.
pub struct Repair(RepairParts);

impl Repair {
    /// Looks after the copy in `parts`.
    pub fn new(parts: RepairParts) -> Self {
        Self(parts)
    }

    /// Repairs until `stop`. Nothing here needs finishing: what is under way is asked for again.
    pub async fn run(self, stop: CancellationToken) {
        let parts = self.0;
        let channel = Channel::new(&parts);
        let (to_watch, heartbeats) = mpsc::channel(WAITING);
        let (to_compare, digests) = mpsc::channel(WAITING);
        let (to_repair, buckets) = mpsc::channel(WAITING);
        let (to_answer, requests) = mpsc::channel(WAITING);
        let mut tasks = JoinSet::new();
        let listening = Listening {
            parts: parts.clone(),
            heartbeats: to_watch,
            digests: to_compare,
            buckets: to_repair,
            requests: to_answer,
        };
        tasks.spawn(listening.run());
        tasks.spawn(Watch::new(parts.clone(), channel.clone()).run(heartbeats));
        tasks.spawn(Comparing::new(parts.clone(), channel.clone()).run(digests, buckets));
        tasks.spawn(Reporting::new(parts.clone(), channel.clone()).run());
        if let Some(log) = parts.log.clone() {
            tasks.spawn(Answers::new(&parts, Arc::clone(&log), channel.clone()).run(requests));
            tasks.spawn(Telling::new(parts, log, channel).run());
        }
        stop.cancelled().await;
        tasks.shutdown().await;
    }
}
