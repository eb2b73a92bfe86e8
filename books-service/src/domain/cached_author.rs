//! This side's copy of an author.

use shared_events::{AuthorState, RecordVersion};

/// An author as its owner told of it last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CachedAuthor {
    /// How new the copy is.
    pub version: RecordVersion,
    /// Whether it is a tombstone.
    pub deleted: bool,
    /// The fields, as published.
    pub state: AuthorState,
}
