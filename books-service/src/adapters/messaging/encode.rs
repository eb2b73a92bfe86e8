//! A change as an entry of the log.

use replication::{
    StoreError,
    log::{NewEntry, event_id, payload},
};
use shared_events::{Event, LinkState};

use crate::domain::{Book, Change, Context, Link};

/// Fields that differ with each change, so that naming them tells nobody anything.
const BOOKKEEPING: [&str; 3] = ["updated_at", "presence_revision", "credit_revision"];

/// The event that tells of `change`.
///
/// # Errors
/// [`StoreError::Data`] if the state can't be written as JSON, which no state is known to do.
pub fn log_entry(change: &Change, context: &Context) -> Result<NewEntry, StoreError> {
    let (event, version) = event(change);
    let previous = previous(change);
    Ok(NewEntry {
        event_id: event_id(context.now),
        event_type: event.kind().as_str(),
        key: event.key().to_string(),
        version,
        correlation_id: context.correlation_id.clone(),
        actor: context.actor.clone(),
        timestamp: context.now,
        payload: payload(&event, previous.as_ref(), &BOOKKEEPING)
            .map_err(|error| StoreError::Data(error.to_string()))?,
        traceparent: context.traceparent.clone(),
    })
}

fn event(change: &Change) -> (Event, i64) {
    match change {
        Change::Book { before, after } => {
            let Book {
                version,
                deleted,
                state,
            } = after.as_ref().clone();
            let event = match (before, deleted) {
                (_, true) => Event::BookDeleted(state),
                (None, false) => Event::BookCreated(state),
                (Some(_), false) => Event::BookUpdated(state),
            };
            (event, version)
        }
        Change::Link {
            after: Link { key, register },
            ..
        } => {
            let state = LinkState::new(key.author_id, key.book_id, register);
            let event = if register.presence.present {
                Event::BookAuthorLinked(state)
            } else {
                Event::BookAuthorUnlinked(state)
            };
            (event, register.greatest_revision().get())
        }
    }
}

/// The event that told of what was there before.
fn previous(change: &Change) -> Option<Event> {
    match change {
        Change::Book { before, .. } => before
            .as_ref()
            .map(|before| Event::BookUpdated(before.state.clone())),
        Change::Link { before, after } => before.as_ref().map(|before| {
            Event::BookAuthorLinked(LinkState::new(
                after.key.author_id,
                after.key.book_id,
                before,
            ))
        }),
    }
}
