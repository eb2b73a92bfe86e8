//! What clients get.

use std::collections::BTreeMap;

use actix_web::http::header::{HeaderName, HeaderValue};
use chrono::{DateTime, Utc};
use serde::Serialize;
use service_kit::{conditional::Tagged, problem::Problem};
use shared_events::{BookId, Credit};
use utoipa::ToSchema;

use crate::{
    application::commands::Linked,
    domain::{AuthorEntry, Book, BookView, LinkKey},
};

/// Says whether a write changed anything: a write that changes nothing makes no version and no
/// event.
const CHANGED: HeaderName = HeaderName::from_static("x-changed");

pub(super) fn changed(changed: bool) -> (HeaderName, HeaderValue) {
    let value = if changed { "true" } else { "false" };
    (CHANGED, HeaderValue::from_static(value))
}

/// A book with its authors.
#[derive(Serialize, ToSchema)]
#[schema(as = Book)]
pub(super) struct BookRepresentation {
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
    /// Grows by one with each change.
    version: i64,
    /// UTC, RFC 3339, microseconds.
    #[serde(with = "shared_events::timestamp")]
    #[schema(value_type = String, format = DateTime)]
    created_at: DateTime<Utc>,
    /// UTC, RFC 3339, microseconds.
    #[serde(with = "shared_events::timestamp")]
    #[schema(value_type = String, format = DateTime)]
    updated_at: DateTime<Utc>,
    /// The book's authors by position, as this side knows them; at most 1,000.
    #[schema(max_items = 1000)]
    authors: Vec<AuthorRepresentation>,
    /// How many authors there are in all.
    authors_total: u64,
}

/// An author of a book.
#[derive(Serialize, ToSchema)]
#[schema(as = AuthorOfBook)]
pub(super) struct AuthorRepresentation {
    /// The author's id.
    id: i64,
    /// The author's name.
    name: String,
    /// In words.
    nationality: Option<String>,
    /// What the author did for the book.
    role: String,
    /// The author's place among the book's authors, from 1.
    position: i32,
    /// The name printed in the book, if it is another.
    credited_as: Option<String>,
}

impl From<AuthorEntry> for AuthorRepresentation {
    fn from(author: AuthorEntry) -> Self {
        Self {
            id: author.id.get(),
            name: author.name,
            nationality: author.nationality,
            role: author.role,
            position: author.position,
            credited_as: author.credited_as,
        }
    }
}

impl BookRepresentation {
    /// A new book, which has no authors yet.
    pub(super) fn new(book: Book) -> Self {
        Self::from(BookView {
            book,
            authors: Vec::new(),
            authors_total: 0,
        })
    }

    /// Its version.
    pub(super) fn version(&self) -> i64 {
        self.version
    }

    /// The book's id.
    pub(super) fn id(&self) -> i64 {
        self.id
    }

    /// With its tag.
    pub(super) fn tagged(&self, epoch: i64) -> Result<Tagged, Problem> {
        Tagged::new(epoch, self.version, self)
    }
}

impl From<BookView> for BookRepresentation {
    fn from(view: BookView) -> Self {
        let Book { version, state, .. } = view.book;
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
            created_at: state.created_at,
            updated_at: state.updated_at,
            authors: view
                .authors
                .into_iter()
                .map(AuthorRepresentation::from)
                .collect(),
            authors_total: view.authors_total,
        }
    }
}

/// That the authors are linked.
#[derive(Serialize, ToSchema)]
#[schema(as = Assigned)]
pub(super) struct AssignedRepresentation {
    /// For people.
    #[schema(example = "Authors assigned successfully")]
    message: &'static str,
    /// The book.
    book_id: i64,
    /// Linked now.
    linked: Vec<i64>,
    /// Linked before; these made no event.
    already_linked: Vec<i64>,
}

impl AssignedRepresentation {
    pub(super) fn new(book_id: BookId, linked: Linked) -> Self {
        Self {
            message: "Authors assigned successfully",
            book_id: book_id.get(),
            linked: linked.linked.iter().map(|id| id.get()).collect(),
            already_linked: linked.already_linked.iter().map(|id| id.get()).collect(),
        }
    }
}

/// How an author is credited on a book.
#[derive(Serialize, ToSchema)]
#[schema(as = Credit)]
pub(super) struct CreditRepresentation {
    /// The author.
    author_id: i64,
    /// The book.
    book_id: i64,
    /// What the author did for the book.
    role: String,
    /// The author's place among the book's authors, from 1.
    position: i32,
    /// The name printed in the book, if it is another.
    credited_as: Option<String>,
}

impl CreditRepresentation {
    pub(super) fn new(link: LinkKey, credit: Credit) -> Self {
        Self {
            author_id: link.author_id.get(),
            book_id: link.book_id.get(),
            role: credit.role,
            position: credit.position,
            credited_as: credit.credited_as,
        }
    }
}
