//! Snapshots: all rows of an owner, for a copy that is empty or too old.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use uuid::Uuid;

use super::RowHash;
use crate::{Key, RecordVersion};

/// A request for everything that a service holds: its records and the registers of links,
/// tombstones and absent links included.
///
/// The asker binds its queue to the events first, so that nothing falls between the two.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotRequested {
    /// Name of the service that is asked.
    pub producer: String,
    /// Chosen by the asker, new for each request.
    pub snapshot_id: Uuid,
    /// The queue to send the rows to: the asker's own, for this snapshot alone.
    pub reply_to: String,
}

/// One row of an owner's tables.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Row {
    /// What it is about, such as `author:42` or `link:42:7`.
    pub key: Key,
    /// Version of the record; of a link, the greater of its revisions.
    pub version: i64,
    /// Whether it is a tombstone.
    pub deleted: bool,
    /// Where its version stands in the owner's log, if it still does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sequence: Option<i64>,
    /// The state, as in the `data` of an event.
    pub data: Box<RawValue>,
}

impl Row {
    /// Its digest in this epoch (of records; links have none).
    pub fn hash(&self, epoch: i64) -> RowHash {
        let version = RecordVersion {
            epoch: self.key.epoch(epoch),
            version: self.version,
        };
        RowHash::of(&self.key, version, self.deleted, self.data.get())
    }
}

/// Some rows of a snapshot.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SnapshotRows {
    /// Which snapshot.
    pub snapshot_id: Uuid,
    /// Name of the service whose rows they are.
    pub producer: String,
    /// Epoch of its records.
    pub epoch: i64,
    /// Counts the messages of a snapshot from 0, so that one that comes twice counts once.
    pub number: u64,
    /// The rows.
    pub rows: Vec<Row>,
}

/// The end of a snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotCompleted {
    /// Which snapshot.
    pub snapshot_id: Uuid,
    /// Name of the service whose rows they were.
    pub producer: String,
    /// Epoch of its records.
    pub epoch: i64,
    /// The last sequence of its log before the first row was read: once every row is applied, so
    /// is every event up to here.
    pub as_of_sequence: i64,
    /// How many rows were sent.
    pub count: u64,
    /// The sum of their digests.
    pub digest: RowHash,
}
