//! Takes one author, one book, one book's links: found first, else made.
//!
//! Where nothing was there when the import began, the first attempt does not look. Any further one
//! does: the one before may have been committed without our hearing of it.

use std::cell::Cell;

use tokio::time::Instant;

use super::ImportError;
use super::api::{self, Assigned, Goodreads, NewBook};
use super::goodbooks_csv::Row;
use super::outcome::LinkCounts;
use super::patience::Patience;
use super::row::{AuthorName, OptionalField};
use crate::client::Failure;
use crate::client::{Refusal, Service};

/// A record of the catalog.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taken {
    Found(i64),
    Created(i64),
}

impl Taken {
    pub(super) fn id(self) -> i64 {
        match self {
            Self::Found(id) | Self::Created(id) => id,
        }
    }
}

/// Why a row or a name could not be taken.
#[derive(Debug)]
pub(super) struct NotTaken {
    /// The column to blame, unless it is the row as a whole.
    pub(super) field: Option<&'static str>,
    pub(super) reason: String,
}

/// A book of the catalog, and what of its row it does without.
#[derive(Debug)]
pub(super) struct TakenBook {
    pub(super) book: Taken,
    pub(super) left_out: Vec<(OptionalField, String)>,
}

/// Finds or creates the author of this name.
pub(super) async fn take_author(
    authors: &Service,
    patience: &Patience,
    name: &AuthorName,
    may_be_there: bool,
) -> Result<Result<Taken, NotTaken>, ImportError> {
    let look = Cell::new(may_be_there);
    let attempt = async || {
        if look.replace(true)
            && let Some(id) = api::find_author(authors, name).await?
        {
            return Ok(Ok(Taken::Found(id)));
        }
        let created = api::create_author(authors, name).await?;
        Ok(created
            .map(Taken::Created)
            .map_err(|refusal| NotTaken::by(&refusal)))
    };
    patience.persist(attempt).await
}

/// Finds or creates the row's book. What the service refuses of the optional fields is left out.
pub(super) async fn take_book(
    books: &Service,
    patience: &Patience,
    row: &Row,
    may_be_there: bool,
) -> Result<Result<TakenBook, NotTaken>, ImportError> {
    let look = Cell::new(may_be_there);
    patience
        .persist(async || attempt_book(books, row, look.replace(true)).await)
        .await
}

async fn attempt_book(
    books: &Service,
    row: &Row,
    look: bool,
) -> Result<Result<TakenBook, NotTaken>, Failure> {
    let mut draft = NewBook {
        title: &row.title,
        isbn: row.isbn.as_deref(),
        publication_year: row.publication_year,
        language: row.language.as_deref(),
        identifiers: Goodreads {
            goodreads: &row.goodreads,
        },
    };
    if look {
        match find(books, &draft).await? {
            Ok(None) => {}
            Ok(Some(found)) => return Ok(Ok(found)),
            Err(not_taken) => return Ok(Err(not_taken)),
        }
    }
    let mut left_out = Vec::new();
    // Ends: each further turn sends a field less.
    loop {
        let refusal = match api::create_book(books, &draft).await? {
            Ok(id) => {
                return Ok(Ok(TakenBook {
                    book: Taken::Created(id),
                    left_out,
                }));
            }
            Err(refusal) => refusal,
        };
        let dropped = match refusal.status {
            422 => droppable(&draft, &refusal),
            409 => {
                // Another row or program may have brought this very book in the meantime.
                if let Ok(Some(found)) = find(books, &draft).await? {
                    left_out.extend(found.left_out);
                    let book = found.book;
                    return Ok(Ok(TakenBook { book, left_out }));
                }
                conflicting_isbn(&draft, &refusal)
            }
            _ => Vec::new(),
        };
        if dropped.is_empty() {
            return Ok(Err(NotTaken::by(&refusal)));
        }
        for (field, _) in &dropped {
            draft.leave_out(*field);
        }
        left_out.extend(dropped);
    }
}

/// The book, if it is there already. An import changes no existing record, so what the row says and the
/// book lacks counts as left out: the report is whole even when an earlier import was cut short.
async fn find(
    books: &Service,
    draft: &NewBook<'_>,
) -> Result<Result<Option<TakenBook>, NotTaken>, Failure> {
    let book = match api::find_book(books, draft.identifiers.goodreads).await? {
        Ok(None) => return Ok(Ok(None)),
        Ok(Some(book)) => book,
        Err(refusal) => return Ok(Err(NotTaken::by(&refusal))),
    };
    let lacks = |field: &OptionalField| draft.has(*field) && !book.has(*field);
    let reason = format!("book {} is there already without it", book.id);
    let left_out = OptionalField::ALL
        .into_iter()
        .filter(lacks)
        .map(|field| (field, reason.clone()))
        .collect();
    Ok(Ok(Some(TakenBook {
        book: Taken::Found(book.id),
        left_out,
    })))
}

/// The wrong fields, if the book could do without all of them.
fn droppable(draft: &NewBook<'_>, refusal: &Refusal) -> Vec<(OptionalField, String)> {
    let mut dropped: Vec<(OptionalField, String)> = Vec::new();
    for wrong in &refusal.errors {
        let Some(field) = optional_field(&wrong.field).filter(|field| draft.has(*field)) else {
            return Vec::new();
        };
        match dropped.iter_mut().find(|(known, _)| *known == field) {
            Some((_, reason)) => *reason = format!("{reason}; {}", wrong.message),
            None => dropped.push((field, wrong.message.clone())),
        }
    }
    dropped
}

/// The ISBN, if it is what the book shares with another: a conflict over the identifier has been
/// looked into before.
fn conflicting_isbn(draft: &NewBook<'_>, refusal: &Refusal) -> Vec<(OptionalField, String)> {
    let isbn = OptionalField::Isbn;
    let named = refusal.errors.is_empty()
        || refusal
            .errors
            .iter()
            .any(|wrong| wrong.field == isbn.api_name());
    if draft.has(isbn) && named {
        vec![(isbn, refusal.detail.clone())]
    } else {
        Vec::new()
    }
}

fn optional_field(api_name: &str) -> Option<OptionalField> {
    OptionalField::ALL
        .into_iter()
        .find(|field| field.api_name() == api_name)
}

/// Links a book to its authors, in order. Authors of a moment ago may still be on their way to
/// books-service, so that a 404 is tried again for half the patience; then the owners are asked. The inner
/// error is why the links were refused.
pub(super) async fn take_links(
    authors: &Service,
    books: &Service,
    patience: &Patience,
    book_id: i64,
    author_ids: &[i64],
) -> Result<Result<LinkCounts, String>, ImportError> {
    let last_wait = Instant::now() + patience.budget / 2;
    let assign = async || {
        let may_wait = Instant::now() < last_wait;
        api::assign_authors(books, book_id, author_ids, may_wait).await
    };
    let refusal = match patience.persist(assign).await? {
        Ok(Assigned {
            linked,
            already_linked,
        }) => {
            return Ok(Ok(LinkCounts {
                made: count(&linked),
                already_there: count(&already_linked),
            }));
        }
        Err(refusal) => refusal,
    };
    if refusal.status == 404 {
        let mut all_live = patience
            .persist(async || api::is_live(books, "books", book_id).await)
            .await?;
        for id in author_ids {
            all_live &= patience
                .persist(async || api::is_live(authors, "authors", *id).await)
                .await?;
        }
        if all_live {
            return Err(ImportError::EventsNotArriving {
                book_id,
                detail: refusal.detail,
            });
        }
    }
    Ok(Err(refusal.detail))
}

fn count<T>(items: &[T]) -> u64 {
    u64::try_from(items.len()).unwrap_or(u64::MAX)
}

impl NotTaken {
    /// Blames the first wrong field that can't be left out.
    fn by(refusal: &Refusal) -> Self {
        let wrong = refusal
            .errors
            .iter()
            .find(|wrong| optional_field(&wrong.field).is_none());
        let field = wrong.and_then(|wrong| match wrong.field.as_str() {
            "title" => Some("title"),
            "name" => Some("authors"),
            "identifier" | "identifiers.goodreads" => Some("goodreads_book_id"),
            _ => None,
        });
        let reason = wrong.map_or(&refusal.detail, |wrong| &wrong.message);
        Self {
            field,
            reason: format!("{} {reason}", refusal.status),
        }
    }
}
