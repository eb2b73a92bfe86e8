//! Heartbeats, digests, and requests for a replay.

use serde::{Deserialize, Serialize};

use super::BucketDigests;

/// How far a producer's log is published. It follows the events that it tells of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heartbeat {
    /// Name of the service whose log it is.
    pub producer: String,
    /// Epoch of the log.
    pub epoch: i64,
    /// The first sequence that the log still holds; `last + 1` if it holds none.
    pub first: i64,
    /// The last sequence that is published; 0 if none is.
    pub last: i64,
}

/// A request to publish a part of a log again, with the same ids and sequences.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplayRequested {
    /// Name of the service that is asked.
    pub producer: String,
    /// Epoch of the log as the asker knows it.
    pub epoch: i64,
    /// The first sequence that is missing.
    pub from: i64,
    /// The last sequence that is missing.
    pub to: i64,
    /// The queue to publish them to: the one from which the asker takes the producer's events.
    pub reply_to: String,
}

/// Which of a producer's rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// The records that it owns.
    Records,
    /// The registers of links.
    Links,
}

/// What a producer's rows are, bucket by bucket, tombstones and absent links included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digest {
    /// Name of the service whose rows they are.
    pub producer: String,
    /// Epoch of its records.
    pub epoch: i64,
    /// [`CONTENT_VERSION`](super::CONTENT_VERSION) of the producer's release.
    pub content_version: u32,
    /// Of the records that it owns.
    pub records: BucketDigests,
    /// Of the registers of links.
    pub links: BucketDigests,
}
