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
use crate::domain::{Author, Change, Context, Link, LinkKey};

mod incoming;
mod outgoing;

fn now() -> DateTime<Utc> {
    "2026-11-20T09:30:00.123456Z".parse().unwrap()
}

fn author(version: i64, name: &str) -> Author {
    Author {
        version,
        deleted: false,
        state: AuthorState {
            author_id: AuthorId::try_from(1).unwrap(),
            name: name.to_owned(),
            birth_date: Some("1927-03-06".to_owned()),
            death_date: None,
            nationality: None,
            biography: Some("\"\\\n\t𝔊 ".to_owned()),
            aliases: vec!["Gabo".to_owned()],
            identifiers: BTreeMap::from([("viaf".to_owned(), "95218067".to_owned())]),
            created_at: DateTime::UNIX_EPOCH,
            updated_at: now(),
        },
    }
}

fn key() -> LinkKey {
    LinkKey {
        author_id: AuthorId::try_from(1).unwrap(),
        book_id: BookId::try_from(2).unwrap(),
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
