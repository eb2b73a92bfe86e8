//! What a command does, decided from the records that it needs and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use shared_events::{AuthorId, BookId, LinkRegister};

use super::{Author, AuthorFields, Change, CommandError, CreditFields, LinkKey, Past};

mod amend;
mod links;
mod restoring;
#[cfg(test)]
mod tests;

pub use amend::Amendment;

/// What somebody wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// A new author under an id that was reserved for it.
    Create {
        /// The id.
        id: AuthorId,
        /// Everything about the author.
        fields: AuthorFields,
    },
    /// Other fields for an author.
    Revise {
        /// Which author, and in which state.
        target: Target,
        /// Everything about the author.
        fields: AuthorFields,
    },
    /// Other values for some fields of an author.
    Amend(Box<Amendment>),
    /// No such author any more.
    Delete {
        /// Which author, and in which state.
        target: Target,
    },
    /// The author is there again.
    Restore {
        /// Which author, and in which state.
        target: Target,
    },
    /// The author is what it was in an earlier version.
    Revert {
        /// Which author, and in which state.
        target: Target,
        /// The version.
        to: i64,
        /// What it was then.
        past: Past,
    },
    /// The author is an author of each of these books.
    LinkBooks {
        /// The author.
        author_id: AuthorId,
        /// The books, in the order in which they get their positions.
        book_ids: Vec<BookId>,
    },
    /// The link of author and book has this credit.
    CreditLink {
        /// Author and book.
        link: LinkKey,
        /// Everything about the credit.
        credit: CreditFields,
    },
    /// The author is not an author of this book.
    UnlinkBook {
        /// Author and book.
        link: LinkKey,
    },
}

/// An author, if it is in the state that the caller expects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The author.
    pub id: AuthorId,
    /// The versions that the caller takes it for; `None` if any will do.
    pub expected: Option<Vec<i64>>,
}

/// The records that a command needs to see.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Authors, by id.
    pub authors: BTreeSet<AuthorId>,
    /// Books of the cache, by id.
    pub books: BTreeSet<BookId>,
    /// Links, by pair.
    pub links: BTreeSet<LinkKey>,
}

/// The records that were found. What was wanted and is not here does not exist.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Loaded {
    /// Authors, tombstones included.
    pub authors: BTreeMap<AuthorId, Author>,
    /// Live books of the cache, with the greatest position of their present links here (0 if
    /// there is none).
    pub books: BTreeMap<BookId, i32>,
    /// Link registers, absent links included.
    pub links: BTreeMap<LinkKey, LinkRegister>,
}

impl Command {
    /// The records that [`decide`] needs for this command.
    pub fn wanted(&self) -> Wanted {
        let mut wanted = Wanted::default();
        match self {
            Self::Create { .. } => {}
            Self::Revise { target, .. }
            | Self::Delete { target }
            | Self::Restore { target }
            | Self::Revert { target, .. } => {
                wanted.authors.insert(target.id);
            }
            Self::Amend(amendment) => {
                wanted.authors.insert(amendment.target.id);
            }
            Self::LinkBooks {
                author_id,
                book_ids,
            } => {
                wanted.authors.insert(*author_id);
                wanted.books.extend(book_ids);
                wanted.links.extend(book_ids.iter().map(|book_id| LinkKey {
                    author_id: *author_id,
                    book_id: *book_id,
                }));
            }
            Self::CreditLink { link, .. } => {
                wanted.authors.insert(link.author_id);
                wanted.books.insert(link.book_id);
                wanted.links.insert(*link);
            }
            Self::UnlinkBook { link } => {
                wanted.authors.insert(link.author_id);
                wanted.links.insert(*link);
            }
        }
        wanted
    }
}

/// The changes that `command` makes to `loaded`, as of `now`. No changes: everything is as wanted
/// already.
///
/// # Errors
/// [`CommandError`] says why it can't be done; then nothing is.
pub fn decide(
    loaded: &Loaded,
    command: &Command,
    now: DateTime<Utc>,
) -> Result<Vec<Change>, CommandError> {
    match command {
        Command::Create { id, fields } => Ok(vec![Change::Author {
            before: None,
            after: Box::new(Author::create(*id, fields.clone(), now)),
        }]),
        Command::Revise { target, fields } => {
            let held = expected(loaded, target)?;
            let after = held.revise(fields.clone(), now);
            Ok(after
                .map(|after| changed(held, after))
                .into_iter()
                .collect())
        }
        Command::Amend(amendment) => amend::amend(loaded, amendment, now),
        Command::Delete { target } => {
            let held = expected(loaded, target)?;
            Ok(vec![changed(held, held.delete(now))])
        }
        Command::Restore { target } => restoring::restore(loaded, target, now),
        Command::Revert { target, to, past } => restoring::revert(loaded, target, *to, past, now),
        Command::LinkBooks {
            author_id,
            book_ids,
        } => links::link_books(loaded, *author_id, book_ids, now),
        Command::CreditLink { link, credit } => links::credit(loaded, *link, credit, now),
        Command::UnlinkBook { link } => links::unlink_book(loaded, *link, now),
    }
}

fn changed(before: &Author, after: Author) -> Change {
    Change::Author {
        before: Some(Box::new(before.clone())),
        after: Box::new(after),
    }
}

fn live(loaded: &Loaded, id: AuthorId) -> Result<&Author, CommandError> {
    match loaded.authors.get(&id) {
        None => Err(CommandError::NoSuchAuthor(id)),
        Some(author) if author.deleted => Err(CommandError::AuthorDeleted(id)),
        Some(author) => Ok(author),
    }
}

fn expected<'a>(loaded: &'a Loaded, target: &Target) -> Result<&'a Author, CommandError> {
    in_expected_version(live(loaded, target.id)?, target)
}

fn in_expected_version<'a>(
    author: &'a Author,
    target: &Target,
) -> Result<&'a Author, CommandError> {
    match &target.expected {
        Some(versions) if !versions.contains(&author.version) => {
            Err(CommandError::VersionMismatch {
                id: target.id,
                current: author.version,
            })
        }
        _ => Ok(author),
    }
}
