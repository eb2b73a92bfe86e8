//! This side's copy of a book.

use shared_events::{BookState, RecordVersion};

/// A book as its owner told of it last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CachedBook {
    /// How new the copy is.
    pub version: RecordVersion,
    /// Whether it is a tombstone.
    pub deleted: bool,
    /// The fields, as published.
    pub state: BookState,
}
