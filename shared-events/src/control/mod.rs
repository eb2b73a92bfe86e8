//! What services tell and ask each other beside the events, so that copies stay equal: heartbeats,
//! digests, checkpoints, and requests for what is missing.
//!
//! Control messages are no events: they have no sequence and stand in no log. They travel over the
//! exchange [`CONTROL_EXCHANGE`] (answers: straight to the queue that the request names), and each
//! of them may be lost: a request is repeated until its effect shows.

mod bucket;
mod checkpoint;
mod hash;
mod message;
mod requests;
mod snapshot;

pub use bucket::{BucketRequested, BucketRows, HeldRow};
pub use checkpoint::{CheckpointReport, ConsumerKind, Unapplied, UnappliedState};
pub use hash::{BUCKETS, BucketDigests, RowHash};
pub use message::{CONTROL_EXCHANGE, ControlError, ControlMessage};
pub use requests::{Digest, Heartbeat, Part, ReplayRequested};
pub use snapshot::{Row, SnapshotCompleted, SnapshotRequested, SnapshotRows};

/// The fields that a digest covers. It grows when a release adds a field to any record's data: two
/// sides whose numbers differ don't compare, since all their rows would seem to differ.
pub const CONTENT_VERSION: u32 = 1;
