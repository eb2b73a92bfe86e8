//! How a service stands to its own log and to the logs that it consumes: the answer of `GET /sync`.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    checkpoint::Checkpoint,
    log::Head,
    parked::ParkedCounts,
    repair::{DriftStatus, HeardHeartbeat, RepairReport, SnapshotStatus},
};

/// At most so many gaps are listed for each producer; `lag` counts what lies behind all of them.
const MOST_GAPS: usize = 100;

/// How a service stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SyncReport {
    /// Name of the service.
    pub service: &'static str,
    /// The current epoch of its own log.
    pub epoch: i64,
    /// The sequence of the last event in its own log; 0 if there is none.
    pub last_sequence: i64,
    /// Everything up to this sequence is published.
    pub published_through: i64,
    /// How far each log that it consumes is settled, by producer and epoch.
    pub consumed: Vec<ConsumedLog>,
    /// What its cache holds.
    pub cached: CachedRecords,
    /// Messages that could not be applied and are to be tried again.
    pub parked: u64,
    /// Messages that could not be applied and were given up.
    pub dead: u64,
    /// The last heartbeat of each producer that was heard.
    pub heartbeats: Vec<HeardHeartbeat>,
    /// What an operator has to look at, in words; empty when all is well.
    pub alarms: Vec<String>,
    /// How the copy compares with its owner.
    pub drift: DriftStatus,
    /// Snapshots of others, since the service started.
    pub snapshots: SnapshotStatus,
    /// How often a replay of missing events was asked for, since the service started.
    pub replays_asked: u64,
}

/// How far one log is settled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ConsumedLog {
    /// Name of the service whose log it is.
    pub producer: String,
    /// Epoch of that log.
    pub epoch: i64,
    /// Everything up to this sequence is settled: applied, superseded or parked.
    pub checkpoint: i64,
    /// Sequences `[first, last]` that are missing below the greatest one seen; at most 100.
    #[schema(value_type = Vec<Vec<i64>>)]
    pub gaps: Vec<[i64; 2]>,
    /// How many sequences the greatest one seen is ahead of the checkpoint.
    pub lag: i64,
}

/// How many records a cache holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct CachedRecords {
    /// Live ones.
    pub rows: u64,
    /// Deleted ones.
    pub tombstones: u64,
}

impl SyncReport {
    /// Puts the report together.
    pub fn new(
        service: &'static str,
        head: Head,
        consumed: BTreeMap<(String, i64), Checkpoint>,
        cached: CachedRecords,
        parked: ParkedCounts,
        repair: RepairReport,
    ) -> Self {
        let consumed = consumed
            .into_iter()
            .map(|((producer, epoch), checkpoint)| ConsumedLog {
                producer,
                epoch,
                checkpoint: checkpoint.through(),
                gaps: checkpoint
                    .gaps()
                    .into_iter()
                    .take(MOST_GAPS)
                    .map(|gap| [*gap.start(), *gap.end()])
                    .collect(),
                lag: checkpoint.lag(),
            })
            .collect();
        Self {
            service,
            epoch: head.epoch,
            last_sequence: head.last_sequence,
            published_through: head.published_through,
            consumed,
            cached,
            parked: parked.parked,
            dead: parked.dead,
            heartbeats: repair.heartbeats,
            alarms: repair.alarms,
            drift: repair.drift,
            snapshots: repair.snapshots,
            replays_asked: repair.replays_asked,
        }
    }
}
