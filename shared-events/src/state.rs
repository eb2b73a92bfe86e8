//! The data of each event: always the full state, never a difference.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    AuthorId, BookId,
    link::{Credit, LinkRegister, Presence, Revision},
};

/// An author, whole. `author.deleted` carries the last state there was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorState {
    /// The author's id, never reused.
    pub author_id: AuthorId,
    /// Name, in Unicode NFC.
    pub name: String,
    /// Date of birth, EDTF level 0: `1927`, `1927-03` or `1927-03-06`.
    #[serde(default)]
    pub birth_date: Option<String>,
    /// Date of death, likewise.
    #[serde(default)]
    pub death_date: Option<String>,
    /// Nationality, free text.
    #[serde(default)]
    pub nationality: Option<String>,
    /// Biography, free text.
    #[serde(default)]
    pub biography: Option<String>,
    /// Other names.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Identifiers by scheme: `isni`, `viaf`, `orcid`, `wikidata`, `openlibrary`, `goodreads`.
    #[serde(default)]
    pub identifiers: BTreeMap<String, String>,
    /// When the author was created.
    #[serde(with = "crate::timestamp")]
    pub created_at: DateTime<Utc>,
    /// When the author was last changed.
    #[serde(with = "crate::timestamp")]
    pub updated_at: DateTime<Utc>,
}

/// A book, whole. `book.deleted` carries the last state there was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookState {
    /// The book's id, never reused.
    pub book_id: BookId,
    /// Title, in Unicode NFC.
    pub title: String,
    /// Subtitle.
    #[serde(default)]
    pub subtitle: Option<String>,
    /// ISBN as 13 digits.
    #[serde(default)]
    pub isbn: Option<String>,
    /// Year of first publication; negative before the common era (ISO 8601: 0 is 1 BCE).
    #[serde(default)]
    pub publication_year: Option<i32>,
    /// Language, a canonical BCP 47 tag.
    #[serde(default)]
    pub language: Option<String>,
    /// Publisher, free text.
    #[serde(default)]
    pub publisher: Option<String>,
    /// Number of pages.
    #[serde(default)]
    pub page_count: Option<i32>,
    /// Description, free text.
    #[serde(default)]
    pub description: Option<String>,
    /// Subjects.
    #[serde(default)]
    pub subjects: Vec<String>,
    /// Identifiers by scheme: `openlibrary`, `oclc`, `lccn`, `goodreads`.
    #[serde(default)]
    pub identifiers: BTreeMap<String, String>,
    /// When the book was created.
    #[serde(with = "crate::timestamp")]
    pub created_at: DateTime<Utc>,
    /// When the book was last changed.
    #[serde(with = "crate::timestamp")]
    pub updated_at: DateTime<Utc>,
}

/// The whole register of one link, as it travels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkState {
    /// The author's id.
    pub author_id: AuthorId,
    /// The book's id.
    pub book_id: BookId,
    /// Whether the link is there.
    pub present: bool,
    /// When that was last changed.
    pub presence_revision: Revision,
    /// What the author did.
    pub role: String,
    /// Place among the book's authors, from 1.
    pub position: i32,
    /// The name printed in the book, if it is not the author's own.
    #[serde(default)]
    pub credited_as: Option<String>,
    /// When role, position or printed name were last changed.
    pub credit_revision: Revision,
}

impl LinkState {
    /// The state that tells of `register`.
    pub fn new(author_id: AuthorId, book_id: BookId, register: &LinkRegister) -> Self {
        Self {
            author_id,
            book_id,
            present: register.presence.present,
            presence_revision: register.presence.revision,
            role: register.credit.role.clone(),
            position: register.credit.position,
            credited_as: register.credit.credited_as.clone(),
            credit_revision: register.credit.revision,
        }
    }

    /// The register that it tells of.
    pub fn register(self) -> LinkRegister {
        LinkRegister {
            presence: Presence {
                present: self.present,
                revision: self.presence_revision,
            },
            credit: Credit {
                role: self.role,
                position: self.position,
                credited_as: self.credited_as,
                revision: self.credit_revision,
            },
        }
    }
}
