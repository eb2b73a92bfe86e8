//! An entry of the log as what it once told.

use replication::{StoreError, log::LogEntry};
use shared_events::{Event, EventType};

use crate::domain::{Book, PastBook};

/// The book as `entry` tells of it.
///
/// # Errors
/// [`StoreError::Data`] if it tells of none, or can't be read.
pub fn past_book(entry: &LogEntry) -> Result<PastBook, StoreError> {
    let unreadable = |why: String| {
        let LogEntry { key, version, .. } = entry;
        StoreError::Data(format!("the event of {key} version {version}: {why}"))
    };
    let tells_of_none = || unreadable(format!("`{}` tells of no book", entry.event_type));
    let kind = EventType::parse(&entry.event_type).ok_or_else(tells_of_none)?;
    let data = entry
        .data()
        .map_err(|error| unreadable(error.to_string()))?;
    let event = Event::decode(kind, data).map_err(|error| unreadable(error.to_string()))?;
    let (state, deleted) = match event {
        Event::BookCreated(state) | Event::BookUpdated(state) => (state, false),
        Event::BookDeleted(state) => (state, true),
        Event::BookAuthorLinked(_)
        | Event::BookAuthorUnlinked(_)
        | Event::AuthorCreated(_)
        | Event::AuthorUpdated(_)
        | Event::AuthorDeleted(_)
        | Event::AuthorBookLinked(_)
        | Event::AuthorBookUnlinked(_) => return Err(tells_of_none()),
    };
    Ok(PastBook {
        book: Book {
            version: entry.version,
            deleted,
            state,
        },
        at: entry.timestamp,
        actor: entry.actor.clone(),
        correlation_id: entry.correlation_id.clone(),
    })
}
