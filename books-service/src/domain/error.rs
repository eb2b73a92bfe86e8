//! Why a command was not carried out.

use replication::StoreError;
use shared_events::{AuthorId, BookId};
use values::{FieldConflict, FieldError};

use super::{Claim, LinkKey};

/// Why not. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CommandError {
    /// There never was such a book.
    #[error("There is no book {0}.")]
    NoSuchBook(BookId),
    /// There was, and it was deleted.
    #[error("Book {0} was deleted.")]
    BookDeleted(BookId),
    /// The book has changed since the caller read it.
    #[error("Book {id} has changed since you read it: it is at version {current} now.")]
    VersionMismatch {
        /// The book.
        id: BookId,
        /// Its version now.
        current: i64,
    },
    /// Others gave the same fields other values since the caller read the book.
    #[error("Book {id} has changed since you read it, and so have these fields: {}.", names(.conflicts))]
    EditConflict {
        /// The book.
        id: BookId,
        /// Its version now.
        current: i64,
        /// The fields.
        conflicts: Vec<FieldConflict>,
    },
    /// Fields that would be wrong afterwards.
    #[error("some fields are wrong")]
    InvalidFields(Vec<FieldError>),
    /// The log holds no such version of the book (any more).
    #[error("Book {id} has no version {version}, or it is not kept any more.")]
    NoSuchVersion {
        /// The book.
        id: BookId,
        /// The version that was asked for.
        version: i64,
    },
    /// What the book was in a version is not allowed any more.
    #[error("What book {id} was in version {version} is not allowed any more: {}.", named(.errors))]
    InvalidVersion {
        /// The book.
        id: BookId,
        /// The version that was asked for.
        version: i64,
        /// What is wrong with it.
        errors: Vec<FieldError>,
    },
    /// These authors are not known on this side (yet), or were deleted.
    #[error("{}", no_such_authors(.0))]
    NoSuchAuthors(Vec<AuthorId>),
    /// The author is not linked to the book (any more).
    #[error("Author {} is not linked to book {}.", .0.author_id, .0.book_id)]
    NotLinked(LinkKey),
    /// The book has so many authors that a further position can't be counted.
    #[error("Book {0} can't take a further author.")]
    BookFull(BookId),
    /// Another live book has what only one may have.
    #[error("{}", taken(.0))]
    Taken(Vec<(Claim, BookId)>),
    /// Others kept changing the same records; nothing is wrong with the command.
    #[error("The same records are being changed by others just now; please try again.")]
    Contended,
    /// The same request was carried out before, under the same key.
    #[error("This was done before, under the same key.")]
    AnsweredBefore,
    /// The database can't be used.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn taken(claims: &[(Claim, BookId)]) -> String {
    let each = |(claim, id): &(Claim, BookId)| format!("{claim} belongs to book {id}");
    let sentence: Vec<_> = claims.iter().map(each).collect();
    format!("{}.", sentence.join("; "))
}

fn names(conflicts: &[FieldConflict]) -> String {
    let names: Vec<_> = conflicts.iter().map(|c| c.field.as_str()).collect();
    names.join(", ")
}

fn named(errors: &[FieldError]) -> String {
    let each = |error: &FieldError| format!("{} {}", error.field, error.message);
    errors.iter().map(each).collect::<Vec<_>>().join("; ")
}

fn no_such_authors(ids: &[AuthorId]) -> String {
    let names: Vec<_> = ids.iter().map(ToString::to_string).collect();
    match names.as_slice() {
        [one] => format!("There is no author {one}, or this side has not heard of it yet."),
        several => format!(
            "There are no authors {}, or this side has not heard of them yet.",
            several.join(", ")
        ),
    }
}
