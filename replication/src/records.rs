//! The rows that a service holds, as those who compare and repair copies see them: its own
//! records, its copy of others', and the registers of links.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use shared_events::{Key, RecordVersion, Side, control::RowHash};

use crate::{StoreError, inbox::Position};

/// Which rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Table {
    /// Records that this service owns.
    Owned,
    /// Its copy of the records that another service owns.
    Cached,
    /// The registers of links, which both sides hold.
    Links,
}

/// Which part of a table, in the order of [`Key::place`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// Only keys whose place is greater; `(0, 0)` for all.
    pub after: (i64, i64),
    /// Only keys up to this place; `None` for all.
    pub through: Option<(i64, i64)>,
    /// Only keys of this bucket.
    pub bucket: Option<u8>,
    /// At most so many rows.
    pub limit: u32,
}

/// A row as it is compared and sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRow {
    /// What it is about.
    pub key: Key,
    /// How new it is. Of an owned record, the epoch is the log's; of a link it is 0, and the
    /// version the greater of its revisions.
    pub version: RecordVersion,
    /// Whether it is a tombstone; an absent link is none.
    pub deleted: bool,
    /// The state as JSON text, exactly as an event's `data` would have it.
    pub data: String,
}

impl StoredRow {
    /// Its digest.
    pub fn hash(&self) -> RowHash {
        RowHash::of(&self.key, self.version, self.deleted, &self.data)
    }
}

/// What is to be put right in a copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Repair {
    /// The owner's row, which the copy holds otherwise or not at all.
    Record {
        /// What the owner holds.
        row: StoredRow,
        /// What the copy held when it asked.
        named: Option<RecordVersion>,
    },
    /// The other side's register of a link.
    Link {
        /// What the other side holds.
        row: StoredRow,
        /// Which side that is.
        side: Side,
    },
    /// A row that the copy holds and its owner does not know.
    Unknown {
        /// What it is about.
        key: Key,
        /// What the copy held when it asked.
        named: RecordVersion,
    },
}

impl Repair {
    /// What it is about.
    pub fn key(&self) -> Key {
        match self {
            Self::Record { row, .. } | Self::Link { row, .. } => row.key,
            Self::Unknown { key, .. } => *key,
        }
    }
}

/// What a repair has changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Healed {
    /// Rows that now are as their owner, or the side that wrote them, has them.
    pub rows: u64,
    /// Rows that their owner does not know, put into quarantine.
    pub quarantined: u64,
}

/// A service's rows.
#[async_trait]
pub trait Records: Send + Sync {
    /// The rows of `table` in `range`, tombstones and absent links included, in the order of their
    /// places.
    async fn rows(&self, table: Table, range: &Range) -> Result<Vec<StoredRow>, StoreError>;

    /// In ONE transaction: takes each record whose version is greater than the one held, and
    /// merges each link into the register held. MUST be idempotent.
    ///
    /// # Errors
    /// [`StoreError::Data`] if a row can never be taken; nothing is written then.
    async fn take(&self, rows: &[StoredRow]) -> Result<(), StoreError>;

    /// The end of a snapshot of `as_of.producer`, in ONE transaction: removes every copied record
    /// of an epoch before `as_of.epoch` (the snapshot did not name it), and moves that epoch's
    /// checkpoint to `as_of.sequence`, never back. From then on records of earlier epochs are not
    /// taken any more. Returns how many rows it removed.
    async fn complete_snapshot(&self, as_of: &Position) -> Result<u64, StoreError>;

    /// In ONE transaction, for each repair:
    /// * a record is taken if its version is greater than the one held, or if the copy still holds
    ///   exactly the version that it named;
    /// * a link becomes what [`LinkRegister::repair`](shared_events::LinkRegister::repair) says;
    /// * what its owner does not know is moved into quarantine with the time `now`, if the copy
    ///   still holds exactly the version that it named.
    async fn heal(&self, repairs: &[Repair], now: DateTime<Utc>) -> Result<Healed, StoreError>;

    /// How many rows are in quarantine.
    async fn quarantined(&self) -> Result<u64, StoreError>;
}
