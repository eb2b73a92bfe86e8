//! The event log: outbox, history and source of every replay, all in one table.

use std::collections::BTreeMap;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde_json::value::RawValue;
use shared_events::{Envelope, Key, Receipt, SCHEMA_VERSION};
use uuid::Uuid;

use crate::{StoreError, Wakeup};

/// An event about to be appended, in the transaction of the change that it tells of. Epoch and
/// sequence are taken from the log's head as that transaction's very last act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEntry {
    /// Identifies the event for ever; see [`event_id`].
    pub event_id: Uuid,
    /// Type, such as `author.updated`; also the routing key.
    pub event_type: &'static str,
    /// What it is about. `(key, version)` is unique in an epoch.
    pub key: String,
    /// Version of the record.
    pub version: i64,
    /// The request that led to it.
    pub correlation_id: String,
    /// Who did it, if known.
    pub actor: Option<String>,
    /// When it was decided.
    pub timestamp: DateTime<Utc>,
    /// JSON text of an object with `data` and, if there is one, `previous`.
    pub payload: String,
    /// W3C trace context of the request, if it came with one.
    pub traceparent: Option<String>,
}

/// An event as it stands in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEntry {
    /// Epoch in which it was appended.
    pub epoch: i64,
    /// Its place: gapless, in commit order.
    pub sequence: i64,
    /// Identifies the event for ever.
    pub event_id: Uuid,
    /// Type and routing key.
    pub event_type: String,
    /// What it is about.
    pub key: String,
    /// Version of the record.
    pub version: i64,
    /// The request that led to it.
    pub correlation_id: String,
    /// Who did it, if known.
    pub actor: Option<String>,
    /// When it was decided.
    pub timestamp: DateTime<Utc>,
    /// JSON text of an object with `data` and perhaps `previous`.
    pub payload: String,
    /// W3C trace context, if any.
    pub traceparent: Option<String>,
}

#[derive(serde::Deserialize)]
struct Payload<'a> {
    #[serde(borrow)]
    data: &'a RawValue,
    #[serde(borrow, default)]
    previous: Option<&'a RawValue>,
}

impl LogEntry {
    /// The JSON text of the state that the event tells of.
    ///
    /// # Errors
    /// If the stored payload is not the JSON that was once appended.
    pub fn data(&self) -> Result<&str, serde_json::Error> {
        let payload: Payload<'_> = serde_json::from_str(&self.payload)?;
        Ok(payload.data.get())
    }

    /// The bytes that travel: the envelope around the stored payload, the same each time.
    ///
    /// # Errors
    /// If the stored payload is not the JSON that was once appended.
    pub fn envelope(&self, producer: &str) -> Result<Vec<u8>, serde_json::Error> {
        let payload: Payload<'_> = serde_json::from_str(&self.payload)?;
        Envelope {
            event_type: self.event_type.clone(),
            event_id: self.event_id,
            timestamp: self.timestamp,
            correlation_id: self.correlation_id.clone(),
            schema_version: SCHEMA_VERSION,
            producer: producer.to_owned(),
            epoch: self.epoch,
            sequence: self.sequence,
            version: self.version,
            actor: self.actor.clone(),
            data: payload.data,
            previous: payload.previous,
        }
        .encode()
    }
}

/// The payload of an event: `data`, and of `previous` what differs from it, without the fields
/// named in `bookkeeping`, which differ each time.
///
/// # Errors
/// If either can't be written as a JSON object.
pub fn payload<T: serde::Serialize>(
    data: &T,
    previous: Option<&T>,
    bookkeeping: &[&str],
) -> Result<String, serde_json::Error> {
    #[derive(serde::Serialize)]
    struct Written<'a, T> {
        data: &'a T,
        #[serde(skip_serializing_if = "serde_json::Map::is_empty")]
        previous: serde_json::Map<String, serde_json::Value>,
    }
    let mut changed = serde_json::Map::new();
    if let Some(previous) = previous {
        let now = serde_json::to_value(data)?;
        changed = serde_json::from_value(serde_json::to_value(previous)?)?;
        changed.retain(|name, value| {
            !bookkeeping.contains(&name.as_str()) && now.get(name.as_str()) != Some(value)
        });
    }
    serde_json::to_string(&Written {
        data,
        previous: changed,
    })
}

/// A new event's id: a UUIDv7 (RFC 9562) of the time at which it was decided.
pub fn event_id(now: DateTime<Utc>) -> Uuid {
    let seconds = now.timestamp().max(0).unsigned_abs();
    let time = uuid::Timestamp::from_unix(uuid::NoContext, seconds, now.timestamp_subsec_nanos());
    Uuid::new_v7(time)
}

/// Where the log stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The current epoch.
    pub epoch: i64,
    /// The first sequence that the log still holds; `last_sequence + 1` if it holds none.
    pub first_sequence: i64,
    /// The sequence of the last event; 0 if there is none.
    pub last_sequence: i64,
    /// The relay has published everything up to here.
    pub published_through: i64,
}

/// Where an event stands in its log, and when it was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Epoch in which it was appended.
    pub epoch: i64,
    /// Its sequence.
    pub sequence: i64,
    /// When it was decided.
    pub timestamp: DateTime<Utc>,
}

/// The right to relay, held by one process per database at a time. It spares duplicates only:
/// nothing breaks if two hold it.
#[async_trait]
pub trait RelayLease: Send {
    /// Whether it is still held.
    async fn is_held(&mut self) -> bool;
}

/// The log as its relay sees it.
#[async_trait]
pub trait EventLog: Send + Sync {
    /// Where the log stands.
    async fn head(&self) -> Result<Head, StoreError>;

    /// The first `limit` events after `sequence`, in order. An event that is committed later
    /// MUST have a greater sequence than any that was returned.
    async fn read_after(&self, sequence: i64, limit: u32) -> Result<Vec<LogEntry>, StoreError>;

    /// Where these versions of these keys stand in the log, as far as it holds them; of a version
    /// that stands in several epochs, the last place.
    async fn sequences(
        &self,
        versions: &[(Key, i64)],
    ) -> Result<BTreeMap<(Key, i64), i64>, StoreError>;

    /// Where the event stands that left what `receipt` names, if the log holds it. A record that was
    /// not changed since an earlier epoch stands there; a later epoch MUST NOT be looked at, since what
    /// the receipt was given for may have been lost with a restore. In an epoch that has not begun no
    /// receipt was given.
    async fn place(&self, receipt: &Receipt) -> Result<Option<Place>, StoreError>;

    /// Notes that everything up to `sequence` is published. MUST never go back.
    async fn set_published_through(&self, sequence: i64) -> Result<(), StoreError>;

    /// Takes the right to relay, or `None` while another process has it.
    async fn try_lease(&self) -> Result<Option<Box<dyn RelayLease>>, StoreError>;

    /// Rung by this process after each commit.
    fn wakeup(&self) -> &Wakeup;
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_payload_tells_only_what_changed_and_nothing_of_bookkeeping() {
        let before = BTreeMap::from([("name", "a"), ("born", "1927"), ("updated_at", "1")]);
        let after = BTreeMap::from([("name", "b"), ("born", "1927"), ("updated_at", "2")]);
        let text = payload(&after, Some(&before), &["updated_at"]).unwrap();
        let json: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(json["data"]["name"], "b");
        assert_eq!(json["previous"], serde_json::json!({ "name": "a" }));
        let created = payload(&after, None, &[]).unwrap();
        assert!(!created.contains("previous"));
    }

    #[test]
    fn an_event_id_bears_the_time_of_the_decision() {
        let now = DateTime::from_timestamp_millis(1_795_000_000_123).unwrap();
        let id = event_id(now);
        assert_eq!(id.get_version_num(), 7);
        let (seconds, nanos) = id.get_timestamp().unwrap().to_unix();
        assert_eq!((seconds, nanos / 1_000_000), (1_795_000_000, 123));
        assert_ne!(id, event_id(now));
    }

    #[test]
    fn an_envelope_is_the_same_bytes_each_time_it_is_published() {
        let entry = LogEntry {
            epoch: 1,
            sequence: 2,
            event_id: event_id(DateTime::UNIX_EPOCH),
            event_type: "thing.updated".to_owned(),
            key: "thing:1".to_owned(),
            version: 3,
            correlation_id: "c".to_owned(),
            actor: None,
            timestamp: DateTime::UNIX_EPOCH,
            payload: r#"{"data":{"b":1,"a":1.50},"previous":{"b":2}}"#.to_owned(),
            traceparent: None,
        };
        let bytes = entry.envelope("things-service").unwrap();
        assert_eq!(bytes, entry.envelope("things-service").unwrap());
        let text = String::from_utf8(bytes).unwrap();
        assert!(
            text.contains(r#""data":{"b":1,"a":1.50},"previous":{"b":2}"#),
            "{text}"
        );
    }
}
