//! Every control message, and how it travels.

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{
    BucketRequested, BucketRows, CheckpointReport, Digest, Heartbeat, ReplayRequested,
    SnapshotCompleted, SnapshotRequested, SnapshotRows,
};
use crate::SCHEMA_VERSION;

/// The topic exchange of control messages.
pub const CONTROL_EXCHANGE: &str = "colophon.control";

/// What services tell and ask each other beside the events.
#[derive(Debug, Clone)]
pub enum ControlMessage {
    /// `heartbeat`
    Heartbeat(Heartbeat),
    /// `digest`
    Digest(Digest),
    /// `checkpoint`
    Checkpoint(CheckpointReport),
    /// `replay.requested`
    ReplayRequested(ReplayRequested),
    /// `snapshot.requested`
    SnapshotRequested(SnapshotRequested),
    /// `snapshot.rows`
    SnapshotRows(SnapshotRows),
    /// `snapshot.completed`
    SnapshotCompleted(SnapshotCompleted),
    /// `bucket.requested`
    BucketRequested(BucketRequested),
    /// `bucket.rows`
    BucketRows(BucketRows),
}

/// Why bytes are not a control message that this release knows.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    /// Not JSON, or a field is missing or has the wrong type.
    #[error("not a control message: {0}")]
    Json(#[from] serde_json::Error),
    /// A newer release of the contract.
    #[error("schema version {0} is not known here (known: {SCHEMA_VERSION})")]
    UnknownSchemaVersion(u32),
    /// A type that this release does not know.
    #[error("control message `{0}` is not known here")]
    UnknownType(String),
}

#[derive(Deserialize)]
struct Head {
    #[serde(rename = "type")]
    kind: String,
    schema_version: u32,
}

#[derive(Serialize)]
struct Tagged<'a, T> {
    #[serde(rename = "type")]
    kind: &'a str,
    schema_version: u32,
    #[serde(flatten)]
    message: &'a T,
}

impl ControlMessage {
    /// Its type as it is written on the wire.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Heartbeat(_) => "heartbeat",
            Self::Digest(_) => "digest",
            Self::Checkpoint(_) => "checkpoint",
            Self::ReplayRequested(_) => "replay.requested",
            Self::SnapshotRequested(_) => "snapshot.requested",
            Self::SnapshotRows(_) => "snapshot.rows",
            Self::SnapshotCompleted(_) => "snapshot.completed",
            Self::BucketRequested(_) => "bucket.requested",
            Self::BucketRows(_) => "bucket.rows",
        }
    }

    /// The service that it tells of, or that it asks.
    pub fn producer(&self) -> &str {
        match self {
            Self::Heartbeat(message) => &message.producer,
            Self::Digest(message) => &message.producer,
            Self::Checkpoint(message) => &message.producer,
            Self::ReplayRequested(message) => &message.producer,
            Self::SnapshotRequested(message) => &message.producer,
            Self::SnapshotRows(message) => &message.producer,
            Self::SnapshotCompleted(message) => &message.producer,
            Self::BucketRequested(message) => &message.producer,
            Self::BucketRows(message) => &message.producer,
        }
    }

    /// The routing key on [`CONTROL_EXCHANGE`]: its type and its producer, such as
    /// `heartbeat.authors-service` or `replay.requested.books-service`.
    pub fn routing_key(&self) -> String {
        format!("{}.{}", self.kind(), self.producer())
    }

    /// The bytes that travel.
    ///
    /// # Errors
    /// None in practice: every field can be written as JSON.
    pub fn encode(&self) -> Result<Vec<u8>, serde_json::Error> {
        match self {
            Self::Heartbeat(message) => tagged(self.kind(), message),
            Self::Digest(message) => tagged(self.kind(), message),
            Self::Checkpoint(message) => tagged(self.kind(), message),
            Self::ReplayRequested(message) => tagged(self.kind(), message),
            Self::SnapshotRequested(message) => tagged(self.kind(), message),
            Self::SnapshotRows(message) => tagged(self.kind(), message),
            Self::SnapshotCompleted(message) => tagged(self.kind(), message),
            Self::BucketRequested(message) => tagged(self.kind(), message),
            Self::BucketRows(message) => tagged(self.kind(), message),
        }
    }

    /// Reads a message; unknown fields are ignored.
    ///
    /// # Errors
    /// [`ControlError`] if it is none that this release knows.
    pub fn parse(body: &[u8]) -> Result<Self, ControlError> {
        let head: Head = serde_json::from_slice(body)?;
        if head.schema_version != SCHEMA_VERSION {
            return Err(ControlError::UnknownSchemaVersion(head.schema_version));
        }
        Ok(match head.kind.as_str() {
            "heartbeat" => Self::Heartbeat(read(body)?),
            "digest" => Self::Digest(read(body)?),
            "checkpoint" => Self::Checkpoint(read(body)?),
            "replay.requested" => Self::ReplayRequested(read(body)?),
            "snapshot.requested" => Self::SnapshotRequested(read(body)?),
            "snapshot.rows" => Self::SnapshotRows(read(body)?),
            "snapshot.completed" => Self::SnapshotCompleted(read(body)?),
            "bucket.requested" => Self::BucketRequested(read(body)?),
            "bucket.rows" => Self::BucketRows(read(body)?),
            _ => return Err(ControlError::UnknownType(head.kind)),
        })
    }
}

fn tagged<T: Serialize>(kind: &str, message: &T) -> Result<Vec<u8>, serde_json::Error> {
    serde_json::to_vec(&Tagged {
        kind,
        schema_version: SCHEMA_VERSION,
        message,
    })
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, serde_json::Error> {
    serde_json::from_slice(body)
}
