//! Finding books by what people remember of them.

use ::values::Scheme;
use chrono::{DateTime, Utc};
use search::{Document, Order, Place, Query, Role, phrases, text};
use shared_events::AuthorId;

use super::{
    Book, BookFilter, CachedAuthor, Claim,
    values::{BookScheme, Isbn},
};

/// Which books are wanted, and in which order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WantedBooks {
    /// Those whose title, subtitle, subjects, authors, ISBN or identifier match.
    pub query: Option<Query>,
    /// Those that have exactly this.
    pub filter: BookFilter,
    /// Those with all of this.
    pub traits: BookTraits,
    /// What they are ordered by. By relevance only with a query.
    pub order: Order,
}

/// What a book may be picked by. Texts are as [`search::sort_key`] has them: case and accents do
/// not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BookTraits {
    /// In this language, in its canonical form.
    pub language: Option<String>,
    /// From this publisher.
    pub publisher: Option<String>,
    /// With this subject.
    pub subject: Option<String>,
    /// Of this year or later.
    pub year_from: Option<i64>,
    /// Of this year or earlier.
    pub year_to: Option<i64>,
    /// With this author among those that are shown.
    pub author_id: Option<AuthorId>,
    /// Without an ISBN.
    pub without_isbn: bool,
    /// Without any author that is shown.
    pub without_authors: bool,
    /// Changed then or later.
    pub updated_since: Option<DateTime<Utc>>,
}

/// Which part of a list is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// What is behind this place.
    pub after: Option<Place>,
    /// Pass over so many first.
    pub skip: u64,
    /// At most so many.
    pub limit: u64,
}

/// The column by which books are ordered by title.
pub const BY_TITLE: &str = "title";
/// The column by which books are ordered by year.
pub const BY_YEAR: &str = "year";
/// The column by which books are ordered by their last change.
pub const BY_UPDATED_AT: &str = "updated_at";
/// A book whose year is not known counts as the oldest.
pub const UNKNOWN_YEAR: i64 = -1_000_000;

impl Book {
    /// Its titles as phrases, the second with the subtitle; none of a tombstone.
    pub fn title_phrases(&self) -> Vec<String> {
        if self.deleted {
            return Vec::new();
        }
        let mut found = phrases(&self.state.title);
        if let Some(whole) = self.whole_title() {
            for phrase in phrases(&whole) {
                if !found.contains(&phrase) {
                    found.push(phrase);
                }
            }
        }
        found
    }

    /// Title, subtitle and subjects as one text, which holds whatever the phrases of the titles do;
    /// `None` of a tombstone, and if there is no word.
    pub fn text(&self) -> Option<String> {
        let state = &self.state;
        let whole = self.whole_title();
        // Mostly there already, in the whole title.
        let titles = whole.iter().chain([&state.title]);
        let text = text(titles.chain(&state.subjects).map(String::as_str));
        (!self.deleted && !text.is_empty()).then_some(text)
    }

    /// The title with its subtitle, if it has one.
    fn whole_title(&self) -> Option<String> {
        let Self { state, .. } = self;
        let subtitle = state.subtitle.as_ref()?;
        Some(format!("{} {subtitle}", state.title))
    }

    /// The texts by which this book is found, with those of its authors.
    pub fn document<'a>(&self, authors: impl Iterator<Item = &'a CachedAuthor>) -> Document {
        vec![
            (Role::Name, self.title_phrases()),
            (
                Role::Name,
                authors.flat_map(CachedAuthor::phrases).collect(),
            ),
            (Role::Text, self.text().into_iter().collect()),
        ]
    }
}

impl CachedAuthor {
    /// Its name and aliases as phrases; none of a tombstone.
    pub fn phrases(&self) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        if !self.deleted {
            let names = [&self.state.name].into_iter().chain(&self.state.aliases);
            for phrase in names.flat_map(|name| phrases(name)) {
                if !found.contains(&phrase) {
                    found.push(phrase);
                }
            }
        }
        found
    }
}

/// The ISBN and the identifiers that a query may be, with or without the scheme's name.
pub fn claims(query: &Query) -> Vec<Claim> {
    let isbn = Isbn::recognize(query.raw()).ok();
    let isbn = isbn.map(|isbn| Claim::Isbn(isbn.as_str().to_owned()));
    let read = BookScheme::ALL.iter().filter_map(|scheme| {
        let mut ways = query.as_number(scheme.as_str()).into_iter();
        let value = ways.find_map(|way| scheme.canonical(way).ok())?;
        Some(Claim::Identifier(*scheme, value))
    });
    isbn.into_iter().chain(read).collect()
}
