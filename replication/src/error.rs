//! Why a store could not do what was asked.

/// What stands in the way, and so whether trying again can help.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The store can't be used now: not reachable, busy, out of connections, deadlock, disk full.
    /// The same call may work later. It counts against no message.
    #[error("the database can't be used now: {0}")]
    Unavailable(String),
    /// The store refuses this data (SQLSTATE class 22 or 23, or the like): it always will.
    #[error("the database refuses the data: {0}")]
    Data(String),
}
