//! What goes out reads back as what was changed; what comes in is read as far as it can be.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use replication::{
    inbox::{Poison, Position},
    log::{LogEntry, NewEntry, event_id, payload},
};
use serde_json::{Value, json};
use shared_events::{
    AuthorId, AuthorState, BookId, BookState, Envelope, Event, LinkRegister, LinkState, Producer,
    RecordVersion, Side,
};

use super::{decode, log_entry};
use crate::domain::{Book, Change, Context, Link, LinkKey};

mod incoming;
mod outgoing;

fn now() -> DateTime<Utc> {
    "2026-11-20T09:30:00.123456Z".parse().unwrap()
}

fn book(version: i64, title: &str) -> Book {
    Book {
        version,
        deleted: false,
        state: BookState {
            book_id: BookId::try_from(1).unwrap(),
            title: title.to_owned(),
            subtitle: None,
            isbn: Some("9780000000002".to_owned()),
            publication_year: Some(-700),
            language: Some("es".to_owned()),
            publisher: None,
            page_count: Some(471),
            description: Some("\"\\\n\t𝔊 ".to_owned()),
            subjects: vec!["Libraries".to_owned()],
            identifiers: BTreeMap::from([("oclc".to_owned(), "44954".to_owned())]),
            created_at: DateTime::UNIX_EPOCH,
            updated_at: now(),
        },
    }
}

fn key() -> LinkKey {
    LinkKey {
        book_id: BookId::try_from(1).unwrap(),
        author_id: AuthorId::try_from(2).unwrap(),
    }
}

/// As the log gives it to the relay.
fn logged(new: NewEntry, sequence: i64) -> LogEntry {
    LogEntry {
        epoch: 3,
        sequence,
        event_id: new.event_id,
        event_type: new.event_type.to_owned(),
        key: new.key,
        version: new.version,
        correlation_id: new.correlation_id,
        actor: new.actor,
        timestamp: new.timestamp,
        payload: new.payload,
        traceparent: new.traceparent,
    }
}
