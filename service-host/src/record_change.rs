//! What an event says that became of a record, field by field.

use chrono::{DateTime, Utc};
use replication::{StoreError, log::LogEntry};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// One change of a record.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RecordChange {
    /// The version that the record came to.
    version: i64,
    /// When it was decided: UTC, RFC 3339, microseconds.
    #[serde(with = "shared_events::timestamp")]
    at: DateTime<Utc>,
    /// Who did it; null if nobody was named.
    actor: Option<String>,
    /// The request that led to it.
    correlation_id: String,
    /// The fields that became others.
    changes: Vec<FieldChange>,
}

/// A field that became another.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FieldChange {
    /// Its name.
    field: String,
    /// What it was before.
    before: Value,
    /// What it was then.
    after: Value,
}

impl RecordChange {
    /// The version that the record came to.
    pub fn version(&self) -> i64 {
        self.version
    }
}

#[derive(Deserialize)]
struct Payload {
    data: Map<String, Value>,
    #[serde(default)]
    previous: Map<String, Value>,
}

impl TryFrom<LogEntry> for RecordChange {
    type Error = StoreError;

    fn try_from(entry: LogEntry) -> Result<Self, StoreError> {
        let Payload { mut data, previous } = serde_json::from_str(&entry.payload)
            .map_err(|error| StoreError::Data(error.to_string()))?;
        let changes = previous.into_iter().map(|(field, before)| FieldChange {
            after: data.remove(&field).unwrap_or_default(),
            before,
            field,
        });
        Ok(Self {
            version: entry.version,
            at: entry.timestamp,
            actor: entry.actor,
            correlation_id: entry.correlation_id,
            changes: changes.collect(),
        })
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use serde_json::json;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_change_tells_who_did_what_when() {
        let entry = LogEntry {
            epoch: 1,
            sequence: 7,
            event_id: Uuid::nil(),
            event_type: "thing.updated".to_owned(),
            key: "thing:1".to_owned(),
            version: 3,
            correlation_id: "request-1".to_owned(),
            actor: Some("editor@example.org".to_owned()),
            timestamp: DateTime::UNIX_EPOCH,
            payload:
                r#"{"data":{"id":1,"name":"b","born":null},"previous":{"name":"a","born":"1927"}}"#
                    .to_owned(),
            traceparent: None,
        };
        let change = RecordChange::try_from(entry).unwrap();
        assert_eq!(
            serde_json::to_value(change).unwrap(),
            json!({
                "version": 3,
                "at": "1970-01-01T00:00:00.000000Z",
                "actor": "editor@example.org",
                "correlation_id": "request-1",
                "changes": [
                    {"field": "born", "before": "1927", "after": null},
                    {"field": "name", "before": "a", "after": "b"},
                ],
            })
        );
    }
}
