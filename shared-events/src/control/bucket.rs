//! Buckets: the rows of a part of a table that two sides hold differently.

use serde::{Deserialize, Serialize};

use super::{Part, Row, RowHash};
use crate::{Key, RecordVersion};

/// A row that the asker holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldRow {
    /// What it is about.
    pub key: Key,
    /// How new it is; a link's epoch is 0.
    #[serde(flatten)]
    pub version: RecordVersion,
    /// Its digest.
    pub hash: RowHash,
}

/// A request for the rows of a bucket that differ from what the asker holds.
///
/// A bucket may be too large for one message, so a request covers a range of it, in the order of
/// [`Key::place`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BucketRequested {
    /// Name of the service that is asked.
    pub producer: String,
    /// Which of its rows.
    pub part: Part,
    /// Which bucket of them.
    pub bucket: u8,
    /// Only keys whose place is greater than this one.
    pub after: (i64, i64),
    /// Only keys up to this place; absent in the last request for a bucket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub through: Option<(i64, i64)>,
    /// [`CONTENT_VERSION`](super::CONTENT_VERSION) of the asker's release.
    pub content_version: u32,
    /// What the asker holds of that range, all of it.
    pub held: Vec<HeldRow>,
    /// The queue to send the answer to.
    pub reply_to: String,
}

/// The answer to a [`BucketRequested`], read after that was received.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct BucketRows {
    /// Name of the service whose rows they are.
    pub producer: String,
    /// Epoch of its records.
    pub epoch: i64,
    /// Which of its rows, as asked.
    pub part: Part,
    /// Which bucket, as asked.
    pub bucket: u8,
    /// Where the range began, as asked.
    pub after: (i64, i64),
    /// Where the range ended. It may end before the end that was asked for: then it is to be asked
    /// on from here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub through: Option<(i64, i64)>,
    /// The rows that the asker holds otherwise or not at all.
    pub rows: Vec<Row>,
    /// What the asker holds and the producer does not.
    pub unknown: Vec<Key>,
}
