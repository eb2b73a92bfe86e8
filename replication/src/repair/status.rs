//! What repair has heard, found and done, for `GET /sync`.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use serde::Serialize;
use shared_events::control::Heartbeat;
use utoipa::ToSchema;

/// What repair has heard, found and done since the service started.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RepairReport {
    /// The last heartbeat of each producer that was heard.
    pub heartbeats: Vec<HeardHeartbeat>,
    /// What an operator has to look at, in words; empty when all is well.
    pub alarms: Vec<String>,
    /// How the copy compares with its owner.
    pub drift: DriftStatus,
    /// Snapshots of others.
    pub snapshots: SnapshotStatus,
    /// How often a replay of missing events was asked for.
    pub replays_asked: u64,
}

/// A heartbeat and when it came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct HeardHeartbeat {
    /// Name of the service whose log it is.
    pub producer: String,
    /// Epoch of that log.
    pub epoch: i64,
    /// The first sequence that the log still holds.
    pub first: i64,
    /// The last sequence that is published.
    pub last: i64,
    /// When it was heard.
    pub heard_at: DateTime<Utc>,
}

/// How the copy compares with its owner.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct DriftStatus {
    /// When it was last compared.
    pub last_check: Option<DateTime<Utc>>,
    /// Rows that differed though every event was settled.
    pub found: u64,
    /// Rows that were put right.
    pub healed: u64,
    /// Rows that their owner does not know, kept apart; of all time.
    pub quarantined: u64,
}

/// Snapshots of others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct SnapshotStatus {
    /// Asked for.
    pub asked: u64,
    /// Taken to the end.
    pub completed: u64,
}

/// Shared by the tasks and by who reports.
#[derive(Debug, Clone, Default)]
pub struct RepairStatus(Arc<Mutex<RepairReport>>);

impl RepairStatus {
    /// As things stand.
    pub fn report(&self) -> RepairReport {
        self.lock().clone()
    }

    pub(super) fn heard(&self, heartbeat: &Heartbeat, heard_at: DateTime<Utc>) {
        let heard = HeardHeartbeat {
            producer: heartbeat.producer.clone(),
            epoch: heartbeat.epoch,
            first: heartbeat.first,
            last: heartbeat.last,
            heard_at,
        };
        let mut report = self.lock();
        report
            .heartbeats
            .retain(|held| held.producer != heard.producer);
        report.heartbeats.push(heard);
    }

    pub(super) fn alarm(&self, alarm: Option<String>) {
        self.lock().alarms = alarm.into_iter().collect();
    }

    pub(super) fn asked_for_replay(&self) {
        self.lock().replays_asked += 1;
    }

    pub(super) fn asked_for_snapshot(&self) {
        self.lock().snapshots.asked += 1;
    }

    pub(super) fn completed_snapshot(&self) {
        self.lock().snapshots.completed += 1;
    }

    pub(super) fn compared(&self, at: DateTime<Utc>) {
        self.lock().drift.last_check = Some(at);
    }

    pub(super) fn repaired(&self, found: u64, healed: u64) {
        let drift = &mut self.lock().drift;
        drift.found += found;
        drift.healed += healed;
    }

    fn lock(&self) -> MutexGuard<'_, RepairReport> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
