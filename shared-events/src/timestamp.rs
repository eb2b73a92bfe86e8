//! Times on the wire: UTC, RFC 3339, microseconds (`2026-11-20T09:30:00.123000Z`).
//!
//! For `#[serde(with = "shared_events::timestamp")]` on a [`DateTime<Utc>`]. Reading takes any
//! RFC 3339 offset and precision, and truncates to microseconds.

use chrono::{DateTime, SecondsFormat, SubsecRound, Utc};
use serde::{Deserialize, Deserializer, Serializer, de::Error};

/// The text of a time on the wire.
pub fn format(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// Writes a time.
///
/// # Errors
/// Only the serializer's own.
pub fn serialize<S: Serializer>(time: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&format(*time))
}

/// Reads a time.
///
/// # Errors
/// If the text is not an RFC 3339 time.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DateTime<Utc>, D::Error> {
    let text = String::deserialize(deserializer)?;
    DateTime::parse_from_rfc3339(&text)
        .map(|time| time.with_timezone(&Utc).trunc_subsecs(6))
        .map_err(|error| D::Error::custom(format_args!("`{text}` is no RFC 3339 time: {error}")))
}
