//! A book as it once was.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{Book, PastBook};

/// A book as it was in one version.
#[derive(Serialize, ToSchema)]
#[schema(as = BookVersion)]
pub(super) struct BookVersionRepresentation {
    /// The book's id.
    id: i64,
    /// The title under which the book is listed.
    title: String,
    /// What follows the title on the title page.
    subtitle: Option<String>,
    /// 13 digits.
    isbn: Option<String>,
    /// Year of first publication; ISO 8601: 0 is 1 BCE.
    publication_year: Option<i32>,
    /// Canonical language tag (BCP 47).
    language: Option<String>,
    /// In words.
    publisher: Option<String>,
    /// How many pages.
    page_count: Option<i32>,
    /// In prose.
    description: Option<String>,
    /// In headings.
    subjects: Vec<String>,
    /// By scheme.
    identifiers: BTreeMap<String, String>,
    /// Which version.
    version: i64,
    /// Whether the book was deleted by it; then these are its last fields.
    deleted: bool,
    /// UTC, RFC 3339, microseconds.
    #[serde(with = "shared_events::timestamp")]
    #[schema(value_type = String, format = DateTime)]
    created_at: DateTime<Utc>,
    /// UTC, RFC 3339, microseconds.
    #[serde(with = "shared_events::timestamp")]
    #[schema(value_type = String, format = DateTime)]
    updated_at: DateTime<Utc>,
    /// When the book came to this version.
    #[serde(with = "shared_events::timestamp")]
    #[schema(value_type = String, format = DateTime)]
    at: DateTime<Utc>,
    /// Who did it; null if that is not known.
    actor: Option<String>,
    /// The request that led to it.
    correlation_id: String,
}

impl From<PastBook> for BookVersionRepresentation {
    fn from(past: PastBook) -> Self {
        let Book {
            version,
            deleted,
            state,
        } = past.book;
        Self {
            id: state.book_id.get(),
            title: state.title,
            subtitle: state.subtitle,
            isbn: state.isbn,
            publication_year: state.publication_year,
            language: state.language,
            publisher: state.publisher,
            page_count: state.page_count,
            description: state.description,
            subjects: state.subjects,
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
