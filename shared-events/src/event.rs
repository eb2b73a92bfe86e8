//! Every event of the catalog, one variant for each type on the wire.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{AuthorState, BookState, Key, LinkState, Producer};

/// What happened. The text form is the envelope's `event_type` and the routing key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EventType {
    /// `author.created`
    AuthorCreated,
    /// `author.updated`
    AuthorUpdated,
    /// `author.deleted`
    AuthorDeleted,
    /// `author_book.linked`
    AuthorBookLinked,
    /// `author_book.unlinked`
    AuthorBookUnlinked,
    /// `book.created`
    BookCreated,
    /// `book.updated`
    BookUpdated,
    /// `book.deleted`
    BookDeleted,
    /// `book_author.linked`
    BookAuthorLinked,
    /// `book_author.unlinked`
    BookAuthorUnlinked,
}

impl EventType {
    /// Every type.
    pub const ALL: [Self; 10] = [
        Self::AuthorCreated,
        Self::AuthorUpdated,
        Self::AuthorDeleted,
        Self::AuthorBookLinked,
        Self::AuthorBookUnlinked,
        Self::BookCreated,
        Self::BookUpdated,
        Self::BookDeleted,
        Self::BookAuthorLinked,
        Self::BookAuthorUnlinked,
    ];

    /// The type as it is written on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AuthorCreated => "author.created",
            Self::AuthorUpdated => "author.updated",
            Self::AuthorDeleted => "author.deleted",
            Self::AuthorBookLinked => "author_book.linked",
            Self::AuthorBookUnlinked => "author_book.unlinked",
            Self::BookCreated => "book.created",
            Self::BookUpdated => "book.updated",
            Self::BookDeleted => "book.deleted",
            Self::BookAuthorLinked => "book_author.linked",
            Self::BookAuthorUnlinked => "book_author.unlinked",
        }
    }

    /// Finds the type that is written so.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// The only service that publishes this type.
    pub const fn producer(self) -> Producer {
        match self {
            Self::AuthorCreated
            | Self::AuthorUpdated
            | Self::AuthorDeleted
            | Self::AuthorBookLinked
            | Self::AuthorBookUnlinked => Producer::Authors,
            Self::BookCreated
            | Self::BookUpdated
            | Self::BookDeleted
            | Self::BookAuthorLinked
            | Self::BookAuthorUnlinked => Producer::Books,
        }
    }
}

impl fmt::Display for EventType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An event with its data. Serializes to the envelope's `data`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Event {
    /// An author was created.
    AuthorCreated(AuthorState),
    /// An author was changed (or restored).
    AuthorUpdated(AuthorState),
    /// An author was deleted; this was the last state.
    AuthorDeleted(AuthorState),
    /// A link was made, or its credit edited, on the authors' side.
    AuthorBookLinked(LinkState),
    /// A link was removed on the authors' side.
    AuthorBookUnlinked(LinkState),
    /// A book was created.
    BookCreated(BookState),
    /// A book was changed (or restored).
    BookUpdated(BookState),
    /// A book was deleted; this was the last state.
    BookDeleted(BookState),
    /// A link was made, or its credit edited, on the books' side.
    BookAuthorLinked(LinkState),
    /// A link was removed on the books' side.
    BookAuthorUnlinked(LinkState),
}

/// Why an envelope's data is not a known event.
#[derive(Debug, thiserror::Error)]
pub enum EventError {
    /// A newer release of the contract.
    #[error("schema version {0} is not known here (known: {known})", known = crate::SCHEMA_VERSION)]
    UnknownSchemaVersion(u32),
    /// A type that this release does not know.
    #[error("event type `{0}` is not known here")]
    UnknownType(String),
    /// The data is not what the type promises.
    #[error("the data is not that of `{kind}`: {source}")]
    Data {
        /// The type.
        kind: EventType,
        /// What the decoder says.
        source: serde_json::Error,
    },
    /// A link's type and its presence contradict each other.
    #[error("a link whose `present` is {present} can't be `{kind}`")]
    Presence {
        /// The type.
        kind: EventType,
        /// What the data says.
        present: bool,
    },
}

impl Event {
    /// Decodes the data of an event of type `kind`.
    ///
    /// # Errors
    /// [`EventError::Data`] or [`EventError::Presence`].
    pub fn decode(kind: EventType, data: &str) -> Result<Self, EventError> {
        Ok(match kind {
            EventType::AuthorCreated => Self::AuthorCreated(read(kind, data)?),
            EventType::AuthorUpdated => Self::AuthorUpdated(read(kind, data)?),
            EventType::AuthorDeleted => Self::AuthorDeleted(read(kind, data)?),
            EventType::AuthorBookLinked => Self::AuthorBookLinked(link(kind, data, true)?),
            EventType::AuthorBookUnlinked => Self::AuthorBookUnlinked(link(kind, data, false)?),
            EventType::BookCreated => Self::BookCreated(read(kind, data)?),
            EventType::BookUpdated => Self::BookUpdated(read(kind, data)?),
            EventType::BookDeleted => Self::BookDeleted(read(kind, data)?),
            EventType::BookAuthorLinked => Self::BookAuthorLinked(link(kind, data, true)?),
            EventType::BookAuthorUnlinked => Self::BookAuthorUnlinked(link(kind, data, false)?),
        })
    }

    /// Its type.
    pub const fn kind(&self) -> EventType {
        match self {
            Self::AuthorCreated(_) => EventType::AuthorCreated,
            Self::AuthorUpdated(_) => EventType::AuthorUpdated,
            Self::AuthorDeleted(_) => EventType::AuthorDeleted,
            Self::AuthorBookLinked(_) => EventType::AuthorBookLinked,
            Self::AuthorBookUnlinked(_) => EventType::AuthorBookUnlinked,
            Self::BookCreated(_) => EventType::BookCreated,
            Self::BookUpdated(_) => EventType::BookUpdated,
            Self::BookDeleted(_) => EventType::BookDeleted,
            Self::BookAuthorLinked(_) => EventType::BookAuthorLinked,
            Self::BookAuthorUnlinked(_) => EventType::BookAuthorUnlinked,
        }
    }

    /// What it is about.
    pub const fn key(&self) -> Key {
        match self {
            Self::AuthorCreated(a) | Self::AuthorUpdated(a) | Self::AuthorDeleted(a) => {
                Key::Author(a.author_id)
            }
            Self::BookCreated(b) | Self::BookUpdated(b) | Self::BookDeleted(b) => {
                Key::Book(b.book_id)
            }
            Self::AuthorBookLinked(l)
            | Self::AuthorBookUnlinked(l)
            | Self::BookAuthorLinked(l)
            | Self::BookAuthorUnlinked(l) => Key::Link {
                author_id: l.author_id,
                book_id: l.book_id,
            },
        }
    }
}

fn read<'de, T: Deserialize<'de>>(kind: EventType, data: &'de str) -> Result<T, EventError> {
    serde_json::from_str(data).map_err(|source| EventError::Data { kind, source })
}

fn link(kind: EventType, data: &str, present: bool) -> Result<LinkState, EventError> {
    let state: LinkState = read(kind, data)?;
    if state.present == present {
        Ok(state)
    } else {
        Err(EventError::Presence {
            kind,
            present: state.present,
        })
    }
}
