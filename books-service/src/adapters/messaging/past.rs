//! A book as it was, read from the log.

use replication::{StoreError, log::LogEntry};
use serde::Deserialize;
use shared_events::BookState;

#[derive(Deserialize)]
struct Payload {
    data: BookState,
}

/// The book as the event `entry` told of it.
///
/// # Errors
/// [`StoreError::Data`] if it is no event of a book.
pub fn past_book(entry: &LogEntry) -> Result<BookState, StoreError> {
    let payload: Payload = serde_json::from_str(&entry.payload)
        .map_err(|error| StoreError::Data(error.to_string()))?;
    Ok(payload.data)
}
