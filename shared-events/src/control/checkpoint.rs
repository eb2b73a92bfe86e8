//! How far a consumer has come with a producer's log.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// How far a consumer has settled a producer's log, and what of it is not applied all the same. It is
/// told when it changes, and again with each heartbeat interval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckpointReport {
    /// Name of the service whose log it is.
    pub producer: String,
    /// Name of the service that consumes it.
    pub consumer: String,
    /// What that service is.
    pub kind: ConsumerKind,
    /// The newest epoch of the log that has begun there; 0 if none has.
    pub epoch: i64,
    /// Everything up to this sequence is settled there: applied, superseded or parked.
    pub settled_through: i64,
    /// What is settled and not applied, by sequence: the last
    /// [`CheckpointReport::MOST_UNAPPLIED`] of it.
    pub unapplied: Vec<Unapplied>,
    /// Whether there is more of it, before the first one in `unapplied`.
    pub unapplied_more: bool,
    /// When that was so, by the consumer's clock.
    #[serde(with = "crate::timestamp")]
    pub at: DateTime<Utc>,
}

impl CheckpointReport {
    /// At most so many are named in `unapplied`.
    pub const MOST_UNAPPLIED: usize = 100;
}

/// What a consumer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsumerKind {
    /// It owns records itself.
    Owner,
    /// It only follows others.
    Downstream,
}

/// An event that is settled and not applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unapplied {
    /// Its place in the log.
    pub sequence: i64,
    /// Why it is not.
    pub state: UnappliedState,
}

/// Why an event is not applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnappliedState {
    /// It could not be, and is to be tried again.
    Parked,
    /// It could not be, and was given up.
    Dead,
}
