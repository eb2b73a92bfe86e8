//! The answer to `GET /sync/receipts/{receipt}`.

use chrono::{DateTime, Utc};
use serde::{Serialize, Serializer};
use shared_events::{control::ConsumerKind, timestamp};
use utoipa::ToSchema;

/// What has become of a write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ReceiptReport {
    /// The receipt that was asked for.
    pub receipt: String,
    /// Place of its event in this service's log.
    pub sequence: i64,
    /// When it was decided; UTC, RFC 3339, microseconds.
    #[serde(with = "timestamp")]
    #[schema(value_type = String, format = DateTime)]
    pub at: DateTime<Utc>,
    /// The consumers that are known, by name; at most 100. One that has not been heard of for an
    /// hour is forgotten.
    #[schema(max_items = 100)]
    pub consumers: Vec<ConsumerReport>,
}

/// How a consumer stands to a write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ConsumerReport {
    /// Its name.
    pub consumer: String,
    /// `owner` if it owns records itself, `downstream` if it only follows.
    #[schema(value_type = String)]
    pub kind: ConsumerKind,
    /// Whether it has applied the write, or something newer in its place.
    pub applied: bool,
    /// Since when that was told, by its own clock, but at most 5 s ahead of this service's; null if it
    /// has not, or that is no longer known.
    #[serde(serialize_with = "optional_timestamp")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub applied_at: Option<DateTime<Utc>>,
    /// How it stands.
    pub state: ConsumerState,
    /// Everything up to this sequence is settled there.
    pub settled_through: i64,
}

/// How a consumer stands to a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConsumerState {
    /// It has applied it.
    Applied,
    /// It is not there yet.
    Waiting,
    /// It could not apply it and is to try again.
    Parked,
    /// It could not apply it and gave up.
    Dead,
    /// It has not applied it, and was not heard of for ten heartbeats.
    Silent,
}

fn optional_timestamp<S: Serializer>(
    time: &Option<DateTime<Utc>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match time {
        Some(time) => timestamp::serialize(time, serializer),
        None => serializer.serialize_none(),
    }
}
