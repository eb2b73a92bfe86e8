//! What those who ask for a history get.

use chrono::{DateTime, Utc};
use replication::{StoreError, history::HistoryPage, log::LogEntry};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use shared_events::{Action, EventType};
use utoipa::ToSchema;

/// What became of a record or a link.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = History)]
pub struct HistoryRepresentation {
    /// The oldest version that is still held here; null if none is. Above 1, a record's earlier ones
    /// are gone; a link's versions are revisions, which need not begin at 1.
    oldest_version: Option<i64>,
    /// The newest first.
    #[schema(max_items = 1000)]
    entries: Vec<HistoryEntry>,
}

/// How a record or a link came to a version.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct HistoryEntry {
    /// Of a record: 1, 2, 3…; of a link, the greater of its revisions.
    version: i64,
    /// The epoch of the log.
    epoch: i64,
    /// Its place in the log.
    sequence: i64,
    /// What happened.
    change: Happened,
    /// The type of the event that told of it.
    event_type: String,
    /// When it was decided: UTC, RFC 3339, microseconds.
    #[serde(with = "shared_events::timestamp")]
    #[schema(value_type = String, format = DateTime)]
    at: DateTime<Utc>,
    /// Who did it; null if that is not known.
    actor: Option<String>,
    /// The request that led to it.
    correlation_id: String,
    /// Field by field, by name.
    changes: Vec<FieldChange>,
}

/// What happened to a record or a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Happened {
    /// It is new.
    Created,
    /// Fields were changed.
    Updated,
    /// It was deleted.
    Deleted,
    /// It came back as it was when it was deleted.
    Restored,
    /// The link was made, or made again.
    Linked,
    /// The credit was edited.
    Credited,
    /// The link was removed.
    Unlinked,
}

/// What became of one field.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct FieldChange {
    /// Its name.
    field: String,
    /// What it was; null if it was empty.
    before: Value,
    /// What it is.
    after: Value,
}

/// What an event's payload says of fields.
#[derive(Deserialize)]
struct Payload {
    data: Map<String, Value>,
    #[serde(default)]
    previous: Option<Map<String, Value>>,
}

impl HistoryRepresentation {
    pub(super) fn new(page: &HistoryPage, unshown: &[&str]) -> Result<Self, StoreError> {
        let entries = page.entries.iter();
        let entries = entries.map(|entry| HistoryEntry::new(entry, unshown));
        Ok(Self {
            oldest_version: page.oldest,
            entries: entries.collect::<Result<_, _>>()?,
        })
    }
}

impl HistoryEntry {
    /// What `entry` tells, but for the fields named in `unshown`.
    ///
    /// # Errors
    /// If it is no event that was once appended.
    pub fn new(entry: &LogEntry, unshown: &[&str]) -> Result<Self, StoreError> {
        let unreadable = |why: String| {
            let LogEntry { key, version, .. } = entry;
            StoreError::Data(format!("the event of {key} version {version}: {why}"))
        };
        let kind = EventType::parse(&entry.event_type)
            .ok_or_else(|| unreadable(format!("`{}` is no type", entry.event_type)))?;
        let payload = serde_json::from_str(&entry.payload);
        let payload: Payload = payload.map_err(|error| unreadable(error.to_string()))?;
        Ok(Self {
            version: entry.version,
            epoch: entry.epoch,
            sequence: entry.sequence,
            change: happened(kind.action(), payload.previous.as_ref()),
            event_type: entry.event_type.clone(),
            at: entry.timestamp,
            actor: entry.actor.clone(),
            correlation_id: entry.correlation_id.clone(),
            changes: changes(kind.action(), payload, unshown),
        })
    }

    /// The version that the record or link came to.
    pub fn version(&self) -> i64 {
        self.version
    }
}

/// A write that changes nothing makes no version: so an update in which no field differs from what
/// it was can only be a restore.
fn happened(action: Action, previous: Option<&Map<String, Value>>) -> Happened {
    match (action, previous) {
        (Action::Created, _) => Happened::Created,
        (Action::Updated, Some(_)) => Happened::Updated,
        (Action::Updated, None) => Happened::Restored,
        (Action::Deleted, _) => Happened::Deleted,
        (Action::Linked, Some(previous)) if !previous.contains_key("present") => Happened::Credited,
        (Action::Linked, _) => Happened::Linked,
        (Action::Unlinked, _) => Happened::Unlinked,
    }
}

fn changes(action: Action, payload: Payload, unshown: &[&str]) -> Vec<FieldChange> {
    let Payload { mut data, previous } = payload;
    let is_shown = |field: &String| !unshown.contains(&field.as_str());
    match (action, previous) {
        (_, Some(previous)) => previous
            .into_iter()
            .filter(|(field, _)| is_shown(field))
            .map(|(field, before)| FieldChange {
                after: data.remove(&field).unwrap_or_default(),
                before,
                field,
            })
            .collect(),
        (Action::Created | Action::Linked, None) => data
            .into_iter()
            .filter(|(field, after)| is_shown(field) && !is_empty(after))
            .map(|(field, after)| FieldChange {
                before: Value::Null,
                after,
                field,
            })
            .collect(),
        (Action::Updated | Action::Deleted | Action::Unlinked, None) => Vec::new(),
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(elements) => elements.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shown(event_type: &str, payload: &Value) -> Result<Value, StoreError> {
        let entry = LogEntry {
            epoch: 1,
            sequence: 7,
            event_id: uuid::Uuid::nil(),
            event_type: event_type.to_owned(),
            key: "thing:1".to_owned(),
            version: 3,
            correlation_id: "request-1".to_owned(),
            actor: None,
            timestamp: DateTime::UNIX_EPOCH,
            payload: payload.to_string(),
            traceparent: None,
        };
        let entry = HistoryEntry::new(&entry, &["id", "updated_at"])?;
        let changes = entry.changes.into_iter();
        let changes = changes.map(|change| json!([change.field, change.before, change.after]));
        Ok(json!([entry.change, changes.collect::<Vec<_>>()]))
    }

    #[test]
    fn a_new_record_shows_each_field_that_is_set() {
        let data = json!({ "id": 1, "name": "a", "born": null, "aliases": [], "marks": {},
            "pages": 0, "updated_at": "now" });
        assert_eq!(
            shown("author.created", &json!({ "data": data })),
            Ok(json!([
                "created",
                [["name", null, "a"], ["pages", null, 0]]
            ]))
        );
    }

    #[test]
    fn a_change_shows_what_each_field_was_and_is() {
        let payload = json!({ "data": { "id": 1, "name": "b", "born": null, "died": "2014" },
            "previous": { "name": "a", "born": "1927", "updated_at": "then" } });
        assert_eq!(
            shown("book.updated", &payload),
            Ok(json!([
                "updated",
                [["born", "1927", null], ["name", "a", "b"]]
            ]))
        );
    }

    #[test]
    fn an_update_that_changes_no_field_is_a_restore() {
        let payload = json!({ "data": { "id": 1, "name": "a" } });
        assert_eq!(
            shown("author.deleted", &payload),
            Ok(json!(["deleted", []]))
        );
        assert_eq!(
            shown("author.updated", &payload),
            Ok(json!(["restored", []]))
        );
    }

    #[test]
    fn a_link_is_made_credited_removed_and_made_again() {
        let data = json!({ "present": true, "role": "editor", "credited_as": null });
        let linked = |previous: Value| {
            let payload = json!({ "data": data, "previous": previous });
            shown("author_book.linked", &payload)
        };
        assert_eq!(
            shown("book_author.linked", &json!({ "data": data })),
            Ok(json!([
                "linked",
                [["present", null, true], ["role", null, "editor"]]
            ]))
        );
        assert_eq!(
            linked(json!({ "role": "author" })),
            Ok(json!(["credited", [["role", "author", "editor"]]]))
        );
        assert_eq!(
            linked(json!({ "present": false })),
            Ok(json!(["linked", [["present", false, true]]]))
        );
        let removed = json!({ "data": { "present": false }, "previous": { "present": true } });
        assert_eq!(
            shown("book_author.unlinked", &removed),
            Ok(json!(["unlinked", [["present", true, false]]]))
        );
    }

    #[test]
    fn what_was_never_logged_is_an_error() {
        assert!(shown("thing.done", &json!({ "data": {} })).is_err());
        assert!(shown("author.created", &json!([])).is_err());
    }
}
