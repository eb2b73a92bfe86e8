//! The record that this service owns.

use ::values::{Line, Prose, Scheme};
use chrono::{DateTime, Utc};
use shared_events::{BookId, BookState};

use super::{BookFields, Claim, values::BookScheme};

/// A book, or what is left of one: a deleted book stays as a tombstone, so that its id is never
/// reused and a late event can't bring it back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Book {
    /// Grows by one with each change; the deletion is one.
    pub version: i64,
    /// Whether this is a tombstone.
    pub deleted: bool,
    /// The fields, as published. They were checked when they came in ([`BookFields`]).
    pub state: BookState,
}

impl Book {
    /// A new book.
    pub fn create(id: BookId, fields: BookFields, now: DateTime<Utc>) -> Self {
        Self {
            version: 1,
            deleted: false,
            state: state(id, fields, now, now),
        }
    }

    /// The same book with other fields, as of now; `None` if nothing differs.
    #[must_use]
    pub fn revise(&self, fields: BookFields, now: DateTime<Utc>) -> Option<Self> {
        let held = &self.state;
        let unchanged = state(
            held.book_id,
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
            state: state(held.book_id, fields, held.created_at, now),
        })
    }

    /// The tombstone of this book. It keeps the last fields.
    #[must_use]
    pub fn delete(&self, now: DateTime<Utc>) -> Self {
        Self {
            version: self.version + 1,
            deleted: true,
            state: BookState {
                updated_at: now,
                ..self.state.clone()
            },
        }
    }

    /// This book, live again, with the fields that it had when it was deleted.
    #[must_use]
    pub fn restore(&self, now: DateTime<Utc>) -> Self {
        Self {
            version: self.version + 1,
            deleted: false,
            state: BookState {
                updated_at: now,
                ..self.state.clone()
            },
        }
    }

    /// What no other live book may have; nothing for a tombstone.
    pub fn claims(&self) -> Vec<Claim> {
        if self.deleted {
            return Vec::new();
        }
        let isbn = self.state.isbn.iter().cloned().map(Claim::Isbn);
        let identifiers = self.state.identifiers.iter().filter_map(|(scheme, value)| {
            let scheme = BookScheme::ALL
                .iter()
                .find(|known| known.as_str() == scheme)?;
            Some(Claim::Identifier(*scheme, value.clone()))
        });
        isbn.chain(identifiers).collect()
    }
}

fn state(
    book_id: BookId,
    fields: BookFields,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
) -> BookState {
    let BookFields {
        title,
        subtitle,
        isbn,
        publication_year,
        language,
        publisher,
        page_count,
        description,
        subjects,
        identifiers,
    } = fields;
    BookState {
        book_id,
        title: title.into_string(),
        subtitle: subtitle.map(Line::into_string),
        isbn: isbn.map(|isbn| isbn.as_str().to_owned()),
        publication_year: publication_year.map(|year| year.get()),
        language: language.map(|language| language.as_str().to_owned()),
        publisher: publisher.map(Line::into_string),
        page_count: page_count.map(|pages| i32::try_from(pages.get()).unwrap_or(i32::MAX)),
        description: description.map(Prose::into_string),
        subjects: subjects.into_strings(),
        identifiers: identifiers.into_strings(),
        created_at,
        updated_at,
    }
}
