//! The event log: outbox, history and source of every replay, all in one table.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde_json::value::RawValue;
use shared_events::{Envelope, SCHEMA_VERSION};
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
    /// The sequence of the last event; 0 if there is none.
    pub last_sequence: i64,
    /// The relay has published everything up to here.
    pub published_through: i64,
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

    /// Notes that everything up to `sequence` is published. MUST never go back.
    async fn set_published_through(&self, sequence: i64) -> Result<(), StoreError>;

    /// Takes the right to relay, or `None` while another process has it.
    async fn try_lease(&self) -> Result<Option<Box<dyn RelayLease>>, StoreError>;

    /// Rung by this process after each commit.
    fn wakeup(&self) -> &Wakeup;
}
