//! What a command changes. Each change is one event: the event is derived from the change, so the
//! two can't disagree.

use shared_events::LinkRegister;

use super::{Book, Link};

/// One changed record, with what it was before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A book was created (`before` is `None`), revised or deleted.
    Book {
        /// What was read; the save is conditional on it.
        before: Option<Box<Book>>,
        /// What it is to be.
        after: Box<Book>,
    },
    /// A link was made, removed, or its credit edited.
    Link {
        /// The register that was read; the save is conditional on its revisions.
        before: Option<LinkRegister>,
        /// What it is to be.
        after: Link,
    },
}
