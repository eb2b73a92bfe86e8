//! Messages that could not be applied: parked with their reason, tried again a few times, then a
//! dead letter. They block nothing and are never dropped.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use shared_events::control::Unapplied;
use uuid::Uuid;

use crate::{StoreError, Wakeup, inbox::Position};

/// Names the ids that are derived from a message's bytes (UUIDv5, RFC 9562).
const MESSAGES: Uuid = Uuid::from_u128(0x6f1d_9a52_0c2e_5b7e_9d41_3f0a_77c1_e004);

/// How often a parked message is tried again before it is a dead letter.
pub const RETRIES: u32 = 3;

/// A message that could not be applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParkedMessage {
    /// Derived from the bytes, so that the same message parked twice is one.
    pub id: Uuid,
    /// Where it stands in its producer's log, if that can be read.
    pub position: Option<Position>,
    /// The event's id, if it can be read.
    pub event_id: Option<Uuid>,
    /// The event's type, if it can be read.
    pub event_type: Option<String>,
    /// The message, byte for byte.
    pub body: Bytes,
    /// Why it could not be applied the last time.
    pub reason: String,
    /// How often it was tried, the first time included.
    pub attempts: u32,
    /// When it was first tried.
    pub first_failed_at: DateTime<Utc>,
    /// When it was last tried.
    pub last_failed_at: DateTime<Utc>,
    /// When it is to be tried again; `None` for a dead letter.
    pub next_attempt_at: Option<DateTime<Utc>>,
}

/// The id of the message with these bytes.
pub fn message_id(body: &[u8]) -> Uuid {
    Uuid::new_v5(&MESSAGES, body)
}

/// When to try parked messages again.
#[derive(Debug, Clone, Copy)]
pub struct RetrySchedule {
    /// The wait before the first retry; each further one is five times as long.
    pub first: Duration,
}

impl Default for RetrySchedule {
    /// After 1, 5 and 25 seconds.
    fn default() -> Self {
        Self {
            first: Duration::from_secs(1),
        }
    }
}

impl RetrySchedule {
    /// When a message that has failed `attempts` times, the last time `now`, is to be tried
    /// again; `None` once it is a dead letter.
    pub fn next_attempt(&self, attempts: u32, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let retries_done = attempts.saturating_sub(1);
        (retries_done < RETRIES).then(|| now + self.first * 5_u32.pow(retries_done))
    }
}

/// How many messages are parked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ParkedCounts {
    /// To be tried again.
    pub parked: u64,
    /// Given up: dead letters.
    pub dead: u64,
}

/// Which messages to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listed {
    /// Whatever is parked, dead letters included.
    All,
    /// Dead letters only.
    Dead,
}

/// Which messages an operator means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chosen {
    /// The one with this id, be it a dead letter or not yet.
    One(Uuid),
    /// Every dead letter.
    AllDead,
}

/// Where parked messages are kept. They get there by [`crate::inbox::Ledger`], in the
/// transaction that settles their batch.
#[async_trait]
pub trait ParkedMessages: Send + Sync {
    /// The first `limit` messages that are due at `now`, longest due first.
    async fn due(&self, now: DateTime<Utc>, limit: u32) -> Result<Vec<ParkedMessage>, StoreError>;

    /// When the next parked message is due; `None` if none is parked.
    async fn next_due(&self) -> Result<Option<DateTime<Utc>>, StoreError>;

    /// How many there are.
    async fn counts(&self) -> Result<ParkedCounts, StoreError>;

    /// The first `limit` of the `listed` messages whose id is greater than `after`, by id.
    async fn list(
        &self,
        listed: Listed,
        after: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<ParkedMessage>, StoreError>;

    /// The message with this id, if it is parked.
    async fn get(&self, id: Uuid) -> Result<Option<ParkedMessage>, StoreError>;

    /// The last `limit` parked messages of this epoch of a producer's log, by sequence, dead letters
    /// included.
    async fn unapplied(
        &self,
        producer: &str,
        epoch: i64,
        limit: u32,
    ) -> Result<Vec<Unapplied>, StoreError>;

    /// Makes the chosen messages due at `now`, unless they are due already, and rings
    /// [`ParkedMessages::redriven`] if any was not. Returns how many were not. A dead letter gets
    /// one try: if that fails too, it is a dead letter again.
    async fn redrive(&self, chosen: Chosen, now: DateTime<Utc>) -> Result<u64, StoreError>;

    /// Forgets the chosen messages for good. Returns how many there were.
    async fn purge(&self, chosen: Chosen) -> Result<u64, StoreError>;

    /// Rung by this process after each redrive.
    fn redriven(&self) -> &Wakeup;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_tried_three_more_times_and_then_is_a_dead_letter() {
        let now = DateTime::UNIX_EPOCH;
        let schedule = RetrySchedule::default();
        let delays: Vec<_> = (1..=4)
            .map(|attempts| {
                schedule
                    .next_attempt(attempts, now)
                    .map(|at| (at - now).num_seconds())
            })
            .collect();
        assert_eq!(delays, [Some(1), Some(5), Some(25), None]);
    }

    #[test]
    fn the_same_bytes_are_the_same_message() {
        assert_eq!(message_id(b"a"), message_id(b"a"));
        assert_ne!(message_id(b"a"), message_id(b"b"));
    }
}
