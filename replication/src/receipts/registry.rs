//! All consumers that were heard of, bounded.

use std::{collections::BTreeMap, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use shared_events::control::{CheckpointReport, UnappliedState};
use tokio::time::Instant;
use tracing::debug;

use super::{
    consumer::{Consumer, Standing},
    report::{ConsumerReport, ConsumerState},
};
use crate::log::Place;

#[cfg(test)]
mod tests;

/// At most so many consumers are known.
const MOST_CONSUMERS: usize = 100;
/// The longest name, in bytes.
const LONGEST_NAME: usize = 100;

/// A report is at most so far ahead of the clock here. One that claims more would otherwise pass
/// for the latest until then.
const MOST_AHEAD: TimeDelta = TimeDelta::seconds(5);

/// What it means not to be heard of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Silence {
    pub(super) silent_after: Duration,
    pub(super) forgotten_after: Duration,
}

/// Consumers by name.
#[derive(Debug)]
pub(super) struct Registry {
    silence: Silence,
    consumers: BTreeMap<String, Consumer>,
}

impl Registry {
    pub(super) fn new(silence: Silence) -> Self {
        Self {
            silence,
            consumers: BTreeMap::new(),
        }
    }

    /// Notes a report that comes at `clock`. Anybody on the bus may send one, so it is taken only if
    /// it makes sense and there is room for it.
    pub(super) fn hear(
        &mut self,
        mut report: CheckpointReport,
        clock: DateTime<Utc>,
        now: Instant,
    ) {
        let named = (1..=LONGEST_NAME).contains(&report.consumer.len());
        if !named || report.epoch < 0 || report.settled_through < 0 {
            debug!(?report, "a report that makes no sense was passed over");
            return;
        }
        report.at = report.at.min(clock + MOST_AHEAD);
        report.unapplied.sort_by_key(|listed| listed.sequence);
        let listed = report.unapplied.len();
        if listed > CheckpointReport::MOST_UNAPPLIED {
            let surplus = listed - CheckpointReport::MOST_UNAPPLIED;
            report.unapplied.drain(..surplus);
            report.unapplied_more = true;
        }
        self.forget(now);
        if let Some(known) = self.consumers.get_mut(&report.consumer) {
            known.hear(report, now);
        } else if self.has_room(now) {
            let name = report.consumer.clone();
            self.consumers.insert(name, Consumer::new(report, now));
        } else {
            debug!(report.consumer, "there is no room for a further consumer");
        }
    }

    /// How each stands to the event at `place`, by name.
    pub(super) fn standing(&self, place: &Place, now: Instant) -> Vec<ConsumerReport> {
        let known = self
            .consumers
            .values()
            .filter(|consumer| !self.is_forgotten(consumer, now));
        known
            .map(|consumer| self.report(consumer, place, now))
            .collect()
    }

    /// Whether every one that is not silent has applied the event at `place`, and there is one.
    pub(super) fn have_applied(&self, place: &Place, now: Instant) -> bool {
        let mut any = false;
        let awake = self.consumers.values().filter(|c| !self.is_silent(c, now));
        for consumer in awake {
            match consumer.standing(place) {
                Standing::Applied(_) => any = true,
                Standing::Waiting | Standing::Unapplied(_) => return false,
            }
        }
        any
    }

    fn report(&self, consumer: &Consumer, place: &Place, now: Instant) -> ConsumerReport {
        let standing = consumer.standing(place);
        let (state, applied_at) = match standing {
            Standing::Applied(at) => (ConsumerState::Applied, at),
            _ if self.is_silent(consumer, now) => (ConsumerState::Silent, None),
            Standing::Waiting => (ConsumerState::Waiting, None),
            Standing::Unapplied(UnappliedState::Parked) => (ConsumerState::Parked, None),
            Standing::Unapplied(UnappliedState::Dead) => (ConsumerState::Dead, None),
        };
        let told = &consumer.latest;
        ConsumerReport {
            consumer: told.consumer.clone(),
            kind: told.kind,
            applied: state == ConsumerState::Applied,
            applied_at,
            state,
            settled_through: told.settled_through,
        }
    }

    /// Whether a further consumer finds room, in the place of the one that has been silent longest if
    /// need be.
    fn has_room(&mut self, now: Instant) -> bool {
        if self.consumers.len() < MOST_CONSUMERS {
            return true;
        }
        let consumers = self.consumers.iter();
        let longest = consumers.min_by_key(|(_, consumer)| consumer.heard_at);
        match longest {
            Some((name, consumer)) if self.is_silent(consumer, now) => {
                let name = name.clone();
                self.consumers.remove(&name).is_some()
            }
            _ => false,
        }
    }

    fn forget(&mut self, now: Instant) {
        let forgotten_after = self.silence.forgotten_after;
        self.consumers
            .retain(|_, consumer| now.duration_since(consumer.heard_at) < forgotten_after);
    }

    fn is_forgotten(&self, consumer: &Consumer, now: Instant) -> bool {
        now.duration_since(consumer.heard_at) >= self.silence.forgotten_after
    }

    fn is_silent(&self, consumer: &Consumer, now: Instant) -> bool {
        now.duration_since(consumer.heard_at) >= self.silence.silent_after
    }
}
