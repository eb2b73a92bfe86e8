//! An author as it was, read from the log.

use replication::{StoreError, log::LogEntry};
use serde::Deserialize;
use shared_events::AuthorState;

#[derive(Deserialize)]
struct Payload {
    data: AuthorState,
}

/// The author as the event `entry` told of it.
///
/// # Errors
/// [`StoreError::Data`] if it is no event of an author.
pub fn past_author(entry: &LogEntry) -> Result<AuthorState, StoreError> {
    let payload: Payload = serde_json::from_str(&entry.payload)
        .map_err(|error| StoreError::Data(error.to_string()))?;
    Ok(payload.data)
}
