//! An author as it once was.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{Author, PastAuthor};

/// An author as it was in one version.
#[derive(Serialize, ToSchema)]
#[schema(as = AuthorVersion)]
pub(super) struct AuthorVersionRepresentation {
    /// The author's id.
    id: i64,
    /// The name under which the author is listed.
    name: String,
    /// EDTF level 0.
    birth_date: Option<String>,
    /// EDTF level 0.
    death_date: Option<String>,
    /// In words.
    nationality: Option<String>,
    /// In prose.
    biography: Option<String>,
    /// Other names.
    aliases: Vec<String>,
    /// By scheme.
    identifiers: BTreeMap<String, String>,
    /// Which version.
    version: i64,
    /// Whether the author was deleted by it; then these are its last fields.
    deleted: bool,
    /// UTC, RFC 3339, microseconds.
    #[serde(with = "shared_events::timestamp")]
    #[schema(value_type = String, format = DateTime)]
    created_at: DateTime<Utc>,
    /// UTC, RFC 3339, microseconds.
    #[serde(with = "shared_events::timestamp")]
    #[schema(value_type = String, format = DateTime)]
    updated_at: DateTime<Utc>,
    /// When the author came to this version.
    #[serde(with = "shared_events::timestamp")]
    #[schema(value_type = String, format = DateTime)]
    at: DateTime<Utc>,
    /// Who did it; null if that is not known.
    actor: Option<String>,
    /// The request that led to it.
    correlation_id: String,
}

impl From<PastAuthor> for AuthorVersionRepresentation {
    fn from(past: PastAuthor) -> Self {
        let Author {
            version,
            deleted,
            state,
        } = past.author;
        Self {
            id: state.author_id.get(),
            name: state.name,
            birth_date: state.birth_date,
            death_date: state.death_date,
            nationality: state.nationality,
            biography: state.biography,
            aliases: state.aliases,
            identifiers: state.identifiers,
            version,
            deleted,
            created_at: state.created_at,
            updated_at: state.updated_at,
            at: past.at,
            actor: past.actor,
            correlation_id: past.correlation_id,
        }
    }
}
