//! An entry of the log as what it once told.

use replication::{StoreError, log::LogEntry};
use shared_events::{Event, EventType};

use crate::domain::{Author, PastAuthor};

/// The author as `entry` tells of it.
///
/// # Errors
/// [`StoreError::Data`] if it tells of none, or can't be read.
pub fn past_author(entry: &LogEntry) -> Result<PastAuthor, StoreError> {
    let unreadable = |why: String| {
        let LogEntry { key, version, .. } = entry;
        StoreError::Data(format!("the event of {key} version {version}: {why}"))
    };
    let tells_of_none = || unreadable(format!("`{}` tells of no author", entry.event_type));
    let kind = EventType::parse(&entry.event_type).ok_or_else(tells_of_none)?;
    let data = entry
        .data()
        .map_err(|error| unreadable(error.to_string()))?;
    let event = Event::decode(kind, data).map_err(|error| unreadable(error.to_string()))?;
    let (state, deleted) = match event {
        Event::AuthorCreated(state) | Event::AuthorUpdated(state) => (state, false),
        Event::AuthorDeleted(state) => (state, true),
        Event::AuthorBookLinked(_)
        | Event::AuthorBookUnlinked(_)
        | Event::BookCreated(_)
        | Event::BookUpdated(_)
        | Event::BookDeleted(_)
        | Event::BookAuthorLinked(_)
        | Event::BookAuthorUnlinked(_) => return Err(tells_of_none()),
    };
    Ok(PastAuthor {
        author: Author {
            version: entry.version,
            deleted,
            state,
        },
        at: entry.timestamp,
        actor: entry.actor.clone(),
        correlation_id: entry.correlation_id.clone(),
    })
}
