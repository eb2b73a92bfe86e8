//! The record that this service owns.

use chrono::{DateTime, Utc};
use shared_events::{AuthorId, AuthorState};

use super::AuthorFields;

/// An author, or what is left of one: a deleted author stays as a tombstone, so that its id is
/// never reused and a late event can't bring it back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    /// Grows by one with each change; the deletion is one.
    pub version: i64,
    /// Whether this is a tombstone.
    pub deleted: bool,
    /// The fields, as published. They were checked when they came in ([`AuthorFields`]).
    pub state: AuthorState,
}

impl Author {
    /// A new author.
    pub fn create(id: AuthorId, fields: AuthorFields, now: DateTime<Utc>) -> Self {
        Self {
            version: 1,
            deleted: false,
            state: state(id, fields, now, now),
        }
    }

    /// The same author with other fields, as of now; `None` if nothing differs.
    #[must_use]
    pub fn revise(&self, fields: AuthorFields, now: DateTime<Utc>) -> Option<Self> {
        let held = &self.state;
        let unchanged = state(
            held.author_id,
            fields.clone(),
            held.created_at,
            held.updated_at,
        );
        if unchanged == *held {
            return None;
        }
        Some(Self {
            version: self.version + 1,
            deleted: false,
            state: state(held.author_id, fields, held.created_at, now),
        })
    }

    /// The tombstone of this author. It keeps the last fields.
    #[must_use]
    pub fn delete(&self, now: DateTime<Utc>) -> Self {
        Self {
            version: self.version + 1,
            deleted: true,
            state: AuthorState {
                updated_at: now,
                ..self.state.clone()
            },
        }
    }

    /// This author, live again, with the fields that it had when it was deleted.
    #[must_use]
    pub fn restore(&self, now: DateTime<Utc>) -> Self {
        Self {
            version: self.version + 1,
            deleted: false,
            state: AuthorState {
                updated_at: now,
                ..self.state.clone()
            },
        }
    }
}

fn state(
    author_id: AuthorId,
    fields: AuthorFields,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
) -> AuthorState {
    let AuthorFields {
        name,
        dates,
        nationality,
        biography,
        aliases,
        identifiers,
    } = fields;
    AuthorState {
        author_id,
        name: name.into_string(),
        birth_date: dates.birth().map(|date| date.as_str().to_owned()),
        death_date: dates.death().map(|date| date.as_str().to_owned()),
        nationality: nationality.map(values::Line::into_string),
        biography: biography.map(values::Prose::into_string),
        aliases: aliases.into_strings(),
        identifiers: identifiers.into_strings(),
        created_at,
        updated_at,
    }
}
