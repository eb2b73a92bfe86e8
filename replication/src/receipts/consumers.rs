//! What consumers have told, shared by who hears it and who asks.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chrono::{DateTime, Utc};
use shared_events::control::CheckpointReport;
use tokio::time::Instant;

use super::{
    registry::{Registry, Silence},
    report::ConsumerReport,
};
use crate::{Wakeup, log::Place, wakeup::Listener};

/// A consumer that is not heard of for so many heartbeat intervals is silent.
const SILENT_INTERVALS: u32 = 10;
/// And it is forgotten after so long.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(3_600);

/// The consumers of this service's log, as far as they were heard of. A clone is another handle.
#[derive(Clone)]
pub struct Consumers {
    registry: Arc<Mutex<Registry>>,
    told: Wakeup,
}

impl Consumers {
    /// Nobody yet. They are to report at least every `heartbeat_interval`.
    pub fn new(heartbeat_interval: Duration) -> Self {
        let silent_after = heartbeat_interval.saturating_mul(SILENT_INTERVALS);
        let silence = Silence {
            silent_after,
            forgotten_after: FORGOTTEN_AFTER.max(silent_after),
        };
        Self {
            registry: Arc::new(Mutex::new(Registry::new(silence))),
            told: Wakeup::default(),
        }
    }

    /// Notes what a consumer tells, heard at `clock`, and wakes whoever waits for it.
    pub fn hear(&self, report: CheckpointReport, clock: DateTime<Utc>) {
        self.registry().hear(report, clock, Instant::now());
        self.told.ring();
    }

    /// Rung after each report.
    pub(super) fn listen(&self) -> Listener {
        self.told.listen()
    }

    /// How each of them stands to the event at `place`, by name.
    pub(super) fn standing(&self, place: &Place) -> Vec<ConsumerReport> {
        self.registry().standing(place, Instant::now())
    }

    /// Whether every one that is not silent has applied the event at `place`, and there is one.
    pub(super) fn have_applied(&self, place: &Place) -> bool {
        self.registry().have_applied(place, Instant::now())
    }

    fn registry(&self) -> MutexGuard<'_, Registry> {
        self.registry.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
