//! The envelope around every event.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::{Event, EventError, EventType};

/// The version of the contract that this crate writes and reads.
pub const SCHEMA_VERSION: u32 = 1;

/// One event as it travels. `data` and `previous` stay raw JSON until [`Envelope::event`] is
/// asked for, so that passing an envelope on costs nothing and changes no byte of them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Envelope<'a> {
    /// What happened, such as `author.updated`; see [`EventType`].
    pub event_type: String,
    /// Identifies the event across republishing: a UUIDv7 (RFC 9562).
    pub event_id: Uuid,
    /// When it was decided.
    #[serde(with = "crate::timestamp")]
    pub timestamp: DateTime<Utc>,
    /// The request that led to it.
    pub correlation_id: String,
    /// Version of this contract.
    pub schema_version: u32,
    /// Name of the service whose log it stands in.
    pub producer: String,
    /// Epoch of that log; from 1.
    pub epoch: i64,
    /// Place in that log: gapless, in commit order, from 1.
    pub sequence: i64,
    /// Version of the record; for a link, the greater of its revisions.
    pub version: i64,
    /// Who did it; absent while nobody is authenticated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
    /// The full state, by type.
    #[serde(borrow)]
    pub data: &'a RawValue,
    /// The former values of the fields that changed; absent on a created record.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<&'a RawValue>,
}

/// Why bytes are not an envelope.
#[derive(Debug, thiserror::Error)]
pub enum EnvelopeError {
    /// Not JSON, or a field is missing or has the wrong type.
    #[error("not an event envelope: {0}")]
    Json(#[from] serde_json::Error),
    /// A number that counts from 1 is below it.
    #[error("`{field}` must be at least 1, not {value}")]
    NotPositive {
        /// The field.
        field: &'static str,
        /// What it holds.
        value: i64,
    },
}

impl<'a> Envelope<'a> {
    /// Reads an envelope; unknown fields are ignored.
    ///
    /// # Errors
    /// [`EnvelopeError`] says what is wrong with it.
    pub fn parse(body: &'a [u8]) -> Result<Self, EnvelopeError> {
        let envelope: Self = serde_json::from_slice(body)?;
        for (field, value) in [
            ("epoch", envelope.epoch),
            ("sequence", envelope.sequence),
            ("version", envelope.version),
        ] {
            if value < 1 {
                return Err(EnvelopeError::NotPositive { field, value });
            }
        }
        Ok(envelope)
    }

    /// Decodes the event.
    ///
    /// # Errors
    /// [`EventError`] if this release does not know the schema version or the type, or the data
    /// is not what the type promises.
    pub fn event(&self) -> Result<Event, EventError> {
        if self.schema_version != SCHEMA_VERSION {
            return Err(EventError::UnknownSchemaVersion(self.schema_version));
        }
        let kind = EventType::parse(&self.event_type)
            .ok_or_else(|| EventError::UnknownType(self.event_type.clone()))?;
        Event::decode(kind, self.data.get())
    }

    /// The bytes that travel.
    ///
    /// # Errors
    /// None in practice: every field can be written as JSON.
    pub fn encode(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec(self)
    }
}
