//! Why a command was not carried out.

use replication::StoreError;
use shared_events::{AuthorId, BookId};
use values::{FieldConflict, FieldError};

use super::LinkKey;

/// Why not. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CommandError {
    /// There never was such an author.
    #[error("There is no author {0}.")]
    NoSuchAuthor(AuthorId),
    /// There was, and it was deleted.
    #[error("Author {0} was deleted.")]
    AuthorDeleted(AuthorId),
    /// The author has changed since the caller read it.
    #[error("Author {id} has changed since you read it: it is at version {current} now.")]
    VersionMismatch {
        /// The author.
        id: AuthorId,
        /// Its version now.
        current: i64,
    },
    /// Others gave the same fields other values since the caller read the author.
    #[error("Author {id} has changed since you read it, and so have these fields: {}.", names(.conflicts))]
    EditConflict {
        /// The author.
        id: AuthorId,
        /// Its version now.
        current: i64,
        /// The fields.
        conflicts: Vec<FieldConflict>,
    },
    /// Fields that would be wrong afterwards.
    #[error("some fields are wrong")]
    InvalidFields(Vec<FieldError>),
    /// The log holds no such version of the author (any more).
    #[error("Author {id} has no version {version}, or it is not kept any more.")]
    NoSuchVersion {
        /// The author.
        id: AuthorId,
        /// The version that was asked for.
        version: i64,
    },
    /// What the author was in a version is not allowed any more.
    #[error("What author {id} was in version {version} is not allowed any more: {}.", named(.errors))]
    InvalidVersion {
        /// The author.
        id: AuthorId,
        /// The version that was asked for.
        version: i64,
        /// What is wrong with it.
        errors: Vec<FieldError>,
    },
    /// These books are not known on this side (yet), or were deleted.
    #[error("{}", no_such_books(.0))]
    NoSuchBooks(Vec<BookId>),
    /// The author is not linked to the book (any more).
    #[error("Author {} is not linked to book {}.", .0.author_id, .0.book_id)]
    NotLinked(LinkKey),
    /// A book has so many authors that a further position can't be counted.
    #[error("Book {0} can't take a further author.")]
    BookFull(BookId),
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

fn names(conflicts: &[FieldConflict]) -> String {
    let names: Vec<_> = conflicts.iter().map(|c| c.field.as_str()).collect();
    names.join(", ")
}

fn named(errors: &[FieldError]) -> String {
    let each = |error: &FieldError| format!("{} {}", error.field, error.message);
    errors.iter().map(each).collect::<Vec<_>>().join("; ")
}

fn no_such_books(ids: &[BookId]) -> String {
    let names: Vec<_> = ids.iter().map(ToString::to_string).collect();
    match names.as_slice() {
        [one] => format!("There is no book {one}, or this side has not heard of it yet."),
        several => format!(
            "There are no books {}, or this side has not heard of them yet.",
            several.join(", ")
        ),
    }
}
