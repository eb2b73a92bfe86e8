//! What one consumer has told.

use std::collections::VecDeque;

use chrono::{DateTime, Utc};
use shared_events::control::{CheckpointReport, Unapplied, UnappliedState};
use tokio::time::Instant;

use crate::log::Place;

/// So many moves of a checkpoint are remembered, to tell when an event was applied; and so many
/// events that were applied late.
pub(super) const MOST_REMEMBERED: usize = 1_000;

/// How a consumer stands to an event, were it heard of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Applied; since when, if that is still known.
    Applied(Option<DateTime<Utc>>),
    /// Not settled.
    Waiting,
    /// Settled and not applied.
    Unapplied(UnappliedState),
}

/// A consumer that was heard of.
#[derive(Debug)]
pub(super) struct Consumer {
    /// What it told last.
    pub(super) latest: CheckpointReport,
    pub(super) heard_at: Instant,
    /// How its checkpoint moved, oldest first; the last one is as in `latest`.
    moves: VecDeque<Move>,
    /// Events that were told to be unapplied and were applied later, oldest first.
    late: VecDeque<(i64, DateTime<Utc>)>,
}

#[derive(Debug, Clone, Copy)]
struct Move {
    to: (i64, i64),
    at: DateTime<Utc>,
}

impl Consumer {
    pub(super) fn new(report: CheckpointReport, now: Instant) -> Self {
        Self {
            moves: VecDeque::from([Move::of(&report)]),
            latest: report,
            heard_at: now,
            late: VecDeque::new(),
        }
    }

    /// Notes a report. One that was overtaken by a newer says nothing but that it is alive. One that
    /// is further was not overtaken: the consumer's clock was set back.
    pub(super) fn hear(&mut self, report: CheckpointReport, now: Instant) {
        self.heard_at = now;
        let (before, moved) = (Move::of(&self.latest), Move::of(&report));
        if report.at < self.latest.at && moved.to <= before.to {
            return;
        }
        if moved.to < before.to {
            // It begins anew: what it had applied is gone.
            self.moves.clear();
        }
        if report.epoch == self.latest.epoch && moved.to >= before.to {
            let applied = |listed: &&Unapplied| unapplied(&report, listed.sequence).is_none();
            let applied = self.latest.unapplied.iter().filter(applied);
            self.late
                .extend(applied.map(|listed| (listed.sequence, report.at)));
        } else {
            self.late.clear();
        }
        if moved.to != before.to {
            self.moves.push_back(moved);
        }
        self.latest = report;
        while self.moves.len() > MOST_REMEMBERED {
            self.moves.pop_front();
        }
        while self.late.len() > MOST_REMEMBERED {
            self.late.pop_front();
        }
    }

    /// How it stands to the event at `place`.
    pub(super) fn standing(&self, place: &Place) -> Standing {
        if !Move::of(&self.latest).covers(place) {
            return Standing::Waiting;
        }
        // An event of an earlier epoch came with the snapshot that began this one.
        if self.latest.epoch == place.epoch
            && let Some(state) = unapplied(&self.latest, place.sequence)
        {
            return Standing::Unapplied(state);
        }
        Standing::Applied(self.applied_at(place))
    }

    fn applied_at(&self, place: &Place) -> Option<DateTime<Utc>> {
        let late = self.late.iter().rev();
        let mut late = late.filter(|(sequence, _)| *sequence == place.sequence);
        if let (Some((_, at)), true) = (late.next(), self.latest.epoch == place.epoch) {
            return Some(*at);
        }
        let first = self.moves.iter().position(|moved| moved.covers(place))?;
        // Of the oldest one that is known nobody can tell whether it was the first.
        (first > 0).then(|| self.moves[first].at)
    }
}

impl Move {
    fn of(report: &CheckpointReport) -> Self {
        Self {
            to: (report.epoch, report.settled_through),
            at: report.at,
        }
    }

    /// Whether the event at `place` is settled by then. Sequences go on across epochs.
    fn covers(&self, place: &Place) -> bool {
        let (epoch, through) = self.to;
        epoch >= place.epoch && through >= place.sequence
    }
}

/// Why the settled event at `sequence` is not applied. What lies before a list that was cut short
/// counts as parked: nobody can tell.
fn unapplied(report: &CheckpointReport, sequence: i64) -> Option<UnappliedState> {
    let mut listed = report.unapplied.iter();
    let found = listed.find(|listed| listed.sequence == sequence);
    let first = report.unapplied.first();
    let unknown = report.unapplied_more && first.is_none_or(|first| sequence < first.sequence);
    found
        .map(|listed| listed.state)
        .or(unknown.then_some(UnappliedState::Parked))
}
