//! What operators get.

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use chrono::{DateTime, SecondsFormat, Utc};
use replication::parked::ParkedMessage;
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use utoipa::ToSchema;
use uuid::Uuid;

/// A message that could not be applied.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DeadLetter {
    /// Derived from the message's bytes.
    id: Uuid,
    /// `dead`, or `parked` while it is still to be tried again by itself.
    state: &'static str,
    /// Why it could not be applied the last time.
    reason: String,
    /// How often it was tried.
    attempts: u32,
    /// When it was first tried: UTC, RFC 3339, microseconds.
    #[schema(format = DateTime)]
    first_failed_at: String,
    /// When it was last tried.
    #[schema(format = DateTime)]
    last_failed_at: String,
    /// When it is to be tried again; null for a dead letter.
    #[schema(format = DateTime)]
    next_attempt_at: Option<String>,
    /// The service in whose log it stands, if that can be read; so with the next four.
    producer: Option<String>,
    /// The epoch of that log.
    epoch: Option<i64>,
    /// Its sequence there.
    sequence: Option<i64>,
    /// The event's id.
    event_id: Option<Uuid>,
    /// The event's type.
    event_type: Option<String>,
    /// How `payload` is to be read: `json`, `text`, or `base64` of what is neither. Not in a list.
    #[serde(skip_serializing_if = "Option::is_none")]
    payload_encoding: Option<&'static str>,
    /// The message: JSON as it is, anything else as a string. Not in a list.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = serde_json::Value, required = false)]
    payload: Option<Box<RawValue>>,
}

/// How many messages are tried again that were not about to be.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Redriven {
    /// So many.
    pub(super) redriven: u64,
}

impl DeadLetter {
    /// As it is listed, without its payload.
    pub(super) fn listed(message: ParkedMessage) -> Self {
        let (producer, epoch, sequence) = match message.position {
            Some(at) => (Some(at.producer), Some(at.epoch), Some(at.sequence)),
            None => (None, None, None),
        };
        Self {
            id: message.id,
            state: match message.next_attempt_at {
                Some(_) => "parked",
                None => "dead",
            },
            reason: message.reason,
            attempts: message.attempts,
            first_failed_at: timestamp(message.first_failed_at),
            last_failed_at: timestamp(message.last_failed_at),
            next_attempt_at: message.next_attempt_at.map(timestamp),
            producer,
            epoch,
            sequence,
            event_id: message.event_id,
            event_type: message.event_type,
            payload_encoding: None,
            payload: None,
        }
    }

    /// As it is shown by itself.
    pub(super) fn shown(message: ParkedMessage) -> Result<Self, serde_json::Error> {
        let (encoding, payload) = payload(&message.body)?;
        Ok(Self {
            payload_encoding: Some(encoding),
            payload: Some(payload),
            ..Self::listed(message)
        })
    }
}

fn payload(body: &[u8]) -> Result<(&'static str, Box<RawValue>), serde_json::Error> {
    let Ok(text) = std::str::from_utf8(body) else {
        return Ok(("base64", to_raw_value(&BASE64.encode(body))?));
    };
    // JSON that is nested too deeply to be read into a value would break whoever reads the answer.
    match serde_json::from_str::<serde_json::Value>(text) {
        Ok(_) => Ok(("json", serde_json::from_str(text)?)),
        Err(_) => Ok(("text", to_raw_value(text)?)),
    }
}

fn timestamp(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn shown(body: &[u8]) -> (&'static str, String) {
        let (encoding, payload) = payload(body).unwrap();
        (encoding, payload.get().to_owned())
    }

    #[test]
    fn json_is_shown_as_it_is_to_the_last_digit() {
        let body = r#"{"b":1.50,"a":12345678901234567890123,"b":2}"#;
        assert_eq!(shown(body.as_bytes()), ("json", body.to_owned()));
    }

    #[test]
    fn text_is_shown_as_text() {
        assert_eq!(shown(b"{broken"), ("text", r#""{broken""#.to_owned()));
        assert_eq!(shown(b""), ("text", r#""""#.to_owned()));
    }

    #[test]
    fn what_is_no_text_is_shown_to_the_last_byte() {
        assert_eq!(shown(b"\xff\0"), ("base64", r#""/wA=""#.to_owned()));
    }

    #[test]
    fn what_no_reader_could_take_for_json_is_shown_as_text() {
        let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
        assert_eq!(shown(deep.as_bytes()).0, "text");
    }
}
