//! What an event did, whatever it did it to.

use crate::EventType;

/// What was done to a record or a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// The record is new.
    Created,
    /// The record was changed, or restored.
    Updated,
    /// The record was deleted.
    Deleted,
    /// The link was made, or its credit edited.
    Linked,
    /// The link was removed.
    Unlinked,
}

impl EventType {
    /// What it did.
    pub const fn action(self) -> Action {
        match self {
            Self::AuthorCreated | Self::BookCreated => Action::Created,
            Self::AuthorUpdated | Self::BookUpdated => Action::Updated,
            Self::AuthorDeleted | Self::BookDeleted => Action::Deleted,
            Self::AuthorBookLinked | Self::BookAuthorLinked => Action::Linked,
            Self::AuthorBookUnlinked | Self::BookAuthorUnlinked => Action::Unlinked,
        }
    }
}
