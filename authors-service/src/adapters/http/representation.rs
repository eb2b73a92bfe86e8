//! What clients get.

use std::collections::BTreeMap;

use actix_web::http::header::{HeaderName, HeaderValue};
use chrono::{DateTime, Utc};
use serde::Serialize;
use service_kit::{conditional::Tagged, problem::Problem};
use shared_events::{AuthorId, Credit};
use utoipa::ToSchema;

use crate::{
    application::commands::Linked,
    domain::{Author, AuthorView, BookEntry, LinkKey},
};

/// Says whether a write changed anything: a write that changes nothing makes no version and no
/// event.
const CHANGED: HeaderName = HeaderName::from_static("x-changed");

pub(super) fn changed(changed: bool) -> (HeaderName, HeaderValue) {
    let value = if changed { "true" } else { "false" };
    (CHANGED, HeaderValue::from_static(value))
}

/// An author with its books.
#[derive(Serialize, ToSchema)]
#[schema(as = Author)]
pub(super) struct AuthorRepresentation {
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
    /// The author's books by id, as this side knows them; at most 1,000.
    #[schema(max_items = 1000)]
    books: Vec<BookRepresentation>,
    /// How many books there are in all.
    books_total: u64,
}

/// A book of an author.
#[derive(Serialize, ToSchema)]
#[schema(as = BookOfAuthor)]
pub(super) struct BookRepresentation {
    /// The book's id.
    id: i64,
    /// Its title.
    title: String,
    /// Its ISBN, 13 digits.
    isbn: Option<String>,
    /// Year of first publication.
    publication_year: Option<i32>,
    /// What the author did for it.
    role: String,
    /// The author's place among its authors, from 1.
    position: i32,
    /// The name printed in it, if it is another.
    credited_as: Option<String>,
}

impl From<BookEntry> for BookRepresentation {
    fn from(book: BookEntry) -> Self {
        Self {
            id: book.id.get(),
            title: book.title,
            isbn: book.isbn,
            publication_year: book.publication_year,
            role: book.role,
            position: book.position,
            credited_as: book.credited_as,
        }
    }
}

impl AuthorRepresentation {
    /// A new author, which has no books yet.
    pub(super) fn new(author: Author) -> Self {
        Self::from(AuthorView {
            author,
            books: Vec::new(),
            books_total: 0,
        })
    }

    /// Its version.
    pub(super) fn version(&self) -> i64 {
        self.version
    }

    /// The author's id.
    pub(super) fn id(&self) -> i64 {
        self.id
    }

    /// With its tag.
    pub(super) fn tagged(&self, epoch: i64) -> Result<Tagged, Problem> {
        Tagged::new(epoch, self.version, self)
    }
}

impl From<AuthorView> for AuthorRepresentation {
    fn from(view: AuthorView) -> Self {
        let Author { version, state, .. } = view.author;
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
            created_at: state.created_at,
            updated_at: state.updated_at,
            books: view
                .books
                .into_iter()
                .map(BookRepresentation::from)
                .collect(),
            books_total: view.books_total,
        }
    }
}

/// That the books are linked.
#[derive(Serialize, ToSchema)]
#[schema(as = Assigned)]
pub(super) struct AssignedRepresentation {
    /// For people.
    #[schema(example = "Books assigned successfully")]
    message: &'static str,
    /// The author.
    author_id: i64,
    /// Linked now.
    linked: Vec<i64>,
    /// Linked before; these made no event.
    already_linked: Vec<i64>,
}

impl AssignedRepresentation {
    pub(super) fn new(author_id: AuthorId, linked: Linked) -> Self {
        Self {
            message: "Books assigned successfully",
            author_id: author_id.get(),
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
