//! The calls of the two services that an import needs, one attempt each.

use std::collections::HashMap;

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use super::row::{AuthorName, OptionalField};
use crate::client::Failure;
use crate::client::{Answer, Refusal, Service};

/// Holds an assign call until the other side's events have arrived.
const WAIT: &str = "wait=30";

/// A book to be created.
#[derive(Debug, Clone, Serialize)]
pub(super) struct NewBook<'a> {
    pub(super) title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) isbn: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) publication_year: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) language: Option<&'a str>,
    pub(super) identifiers: Goodreads<'a>,
}

/// The one identifier that the file has.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct Goodreads<'a> {
    pub(super) goodreads: &'a str,
}

impl NewBook<'_> {
    /// Whether the field would be sent.
    pub(super) fn has(&self, field: OptionalField) -> bool {
        match field {
            OptionalField::Isbn => self.isbn.is_some(),
            OptionalField::PublicationYear => self.publication_year.is_some(),
            OptionalField::Language => self.language.is_some(),
        }
    }

    /// Takes the field out.
    pub(super) fn leave_out(&mut self, field: OptionalField) {
        match field {
            OptionalField::Isbn => self.isbn = None,
            OptionalField::PublicationYear => self.publication_year = None,
            OptionalField::Language => self.language = None,
        }
    }
}

/// A book that is there already, as far as an import looks at it.
#[derive(Debug, Deserialize)]
pub(super) struct Book {
    pub(super) id: i64,
    isbn: Option<IgnoredAny>,
    publication_year: Option<IgnoredAny>,
    language: Option<IgnoredAny>,
    #[serde(default)]
    identifiers: HashMap<String, String>,
}

impl Book {
    /// Whether the field has a value.
    pub(super) fn has(&self, field: OptionalField) -> bool {
        match field {
            OptionalField::Isbn => self.isbn.is_some(),
            OptionalField::PublicationYear => self.publication_year.is_some(),
            OptionalField::Language => self.language.is_some(),
        }
    }
}

/// What an assign call did.
#[derive(Debug, Deserialize)]
pub(super) struct Assigned {
    pub(super) linked: Vec<IgnoredAny>,
    pub(super) already_linked: Vec<IgnoredAny>,
}

#[derive(Deserialize)]
struct Created {
    id: i64,
}

#[derive(Deserialize)]
struct Author {
    id: i64,
    name: String,
}

/// Whether the service has no record at all. `records` is `authors` or `books`.
pub(super) async fn is_empty(owner: &Service, records: &str) -> Result<bool, Failure> {
    let first: Vec<IgnoredAny> = owner.get(&[records], &[("limit", "1")]).await?.content()?;
    Ok(first.is_empty())
}

/// The author of this name; of several, the one with the least id.
pub(super) async fn find_author(
    authors: &Service,
    name: &AuthorName,
) -> Result<Option<i64>, Failure> {
    let query = [("name", name.as_str()), ("limit", "2")];
    let found: Vec<Author> = authors.get(&["authors"], &query).await?.content()?;
    // The comparison protects every author from being taken for the first, should the filter not be heeded.
    Ok(found
        .iter()
        .filter(|author| author.name == name.as_str())
        .map(|author| author.id)
        .min())
}

/// Creates an author.
pub(super) async fn create_author(
    authors: &Service,
    name: &AuthorName,
) -> Result<Result<i64, Refusal>, Failure> {
    let body = HashMap::from([("name", name.as_str())]);
    let created = authors
        .post(&["authors"], None, &body)
        .await?
        .read::<Created>()?;
    Ok(created.map(|author| author.id))
}

/// The book with this goodreads identifier.
pub(super) async fn find_book(
    books: &Service,
    goodreads: &str,
) -> Result<Result<Option<Book>, Refusal>, Failure> {
    let identifier = format!("goodreads:{goodreads}");
    let answer = books
        .get(&["books"], &[("identifier", &identifier), ("limit", "2")])
        .await?;
    let found = answer.read::<Vec<Book>>()?;
    let is_it = |book: &Book| {
        book.identifiers
            .get("goodreads")
            .is_some_and(|held| held == goodreads)
    };
    Ok(found.map(|books| books.into_iter().find(is_it)))
}

/// Creates a book.
pub(super) async fn create_book(
    books: &Service,
    book: &NewBook<'_>,
) -> Result<Result<i64, Refusal>, Failure> {
    let created = books
        .post(&["books"], None, book)
        .await?
        .read::<Created>()?;
    Ok(created.map(|book| book.id))
}

/// Links a book to its authors, in their order, once books-service has heard of them. A 404 is a
/// passing failure for as long as `may_wait` says so.
pub(super) async fn assign_authors(
    books: &Service,
    book_id: i64,
    author_ids: &[i64],
    may_wait: bool,
) -> Result<Result<Assigned, Refusal>, Failure> {
    let body = HashMap::from([("author_ids", author_ids)]);
    let path = ["books", &book_id.to_string(), "authors"];
    let answer: Answer = books.post(&path, Some(WAIT), &body).await?;
    let url = answer.url().to_owned();
    match answer.read()? {
        Err(refusal) if refusal.status == 404 && may_wait => {
            Err(books.passing(&url, refusal.detail))
        }
        reply => Ok(reply),
    }
}

/// Whether a record lives at its owner. `records` is `authors` or `books`.
pub(super) async fn is_live(owner: &Service, records: &str, id: i64) -> Result<bool, Failure> {
    let answer = owner.get(&[records, &id.to_string()], &[]).await?;
    Ok(answer.read::<IgnoredAny>()?.is_ok())
}
