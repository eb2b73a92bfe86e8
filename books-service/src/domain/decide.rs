//! What a command does, decided from the records that it needs and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use shared_events::{AuthorId, BookId, LinkRegister};

use super::{Book, BookFields, Change, Claim, CommandError, CreditFields, LinkKey, Past};

mod amend;
mod links;
mod restoring;
#[cfg(test)]
mod tests;

pub use amend::Amendment;

/// What somebody wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// A new book under an id that was reserved for it.
    Create {
        /// The id.
        id: BookId,
        /// Everything about the book.
        fields: BookFields,
    },
    /// Other fields for a book.
    Revise {
        /// Which book, and in which state.
        target: Target,
        /// Everything about the book.
        fields: BookFields,
    },
    /// Other values for some fields of a book.
    Amend(Box<Amendment>),
    /// No such book any more.
    Delete {
        /// Which book, and in which state.
        target: Target,
    },
    /// The book is there again.
    Restore {
        /// Which book, and in which state.
        target: Target,
        /// What it may not have unless no other live book has it, as of the tombstone.
        claims: BTreeSet<Claim>,
    },
    /// The book is what it was in an earlier version.
    Revert {
        /// Which book, and in which state.
        target: Target,
        /// The version.
        to: i64,
        /// What it was then.
        past: Past,
    },
    /// The book is a book of each of these authors.
    LinkAuthors {
        /// The book.
        book_id: BookId,
        /// The authors, in the order in which they get their positions.
        author_ids: Vec<AuthorId>,
    },
    /// The link of author and book has this credit.
    CreditLink {
        /// Author and book.
        link: LinkKey,
        /// Everything about the credit.
        credit: CreditFields,
    },
    /// The book is not a book of this author.
    UnlinkAuthor {
        /// Book and author.
        link: LinkKey,
    },
}

/// A book, if it is in the state that the caller expects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The book.
    pub id: BookId,
    /// The versions that the caller takes it for; `None` if any will do.
    pub expected: Option<Vec<i64>>,
}

/// The records that a command needs to see.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Books, by id.
    pub books: BTreeSet<BookId>,
    /// Authors of the cache, by id.
    pub authors: BTreeSet<AuthorId>,
    /// Links, by pair.
    pub links: BTreeSet<LinkKey>,
    /// Books whose greatest position is needed.
    pub positions: BTreeSet<BookId>,
    /// What may belong to another live book.
    pub claims: BTreeSet<Claim>,
}

/// The records that were found. What was wanted and is not here does not exist.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Loaded {
    /// Books, tombstones included.
    pub books: BTreeMap<BookId, Book>,
    /// Live authors of the cache.
    pub authors: BTreeSet<AuthorId>,
    /// Link registers, absent links included.
    pub links: BTreeMap<LinkKey, LinkRegister>,
    /// The greatest position among a book's present links.
    pub positions: BTreeMap<BookId, i32>,
    /// The live books that have a claim.
    pub claims: BTreeMap<Claim, BookId>,
}

impl Command {
    /// The records that [`decide`] needs for this command.
    pub fn wanted(&self) -> Wanted {
        let mut wanted = Wanted::default();
        match self {
            Self::Create { fields, .. } => wanted.claims.extend(fields.claims()),
            Self::Revise { target, fields } => {
                wanted.books.insert(target.id);
                wanted.claims.extend(fields.claims());
            }
            Self::Delete { target } => {
                wanted.books.insert(target.id);
            }
            Self::Amend(amendment) => {
                wanted.books.insert(amendment.target.id);
                wanted.claims.extend(amendment.patch.claims());
            }
            Self::Restore { target, claims } => {
                wanted.books.insert(target.id);
                wanted.claims.extend(claims.iter().cloned());
            }
            Self::Revert { target, past, .. } => {
                wanted.books.insert(target.id);
                if let Past::Fields(fields) = past {
                    wanted.claims.extend(fields.claims());
                }
            }
            Self::LinkAuthors {
                book_id,
                author_ids,
            } => {
                wanted.books.insert(*book_id);
                wanted.positions.insert(*book_id);
                wanted.authors.extend(author_ids);
                wanted
                    .links
                    .extend(author_ids.iter().map(|author_id| LinkKey {
                        book_id: *book_id,
                        author_id: *author_id,
                    }));
            }
            Self::CreditLink { link, .. } => {
                wanted.books.insert(link.book_id);
                wanted.authors.insert(link.author_id);
                wanted.links.insert(*link);
            }
            Self::UnlinkAuthor { link } => {
                wanted.books.insert(link.book_id);
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
        Command::Create { id, fields } => {
            unclaimed(loaded, *id, fields.claims())?;
            Ok(vec![Change::Book {
                before: None,
                after: Box::new(Book::create(*id, fields.clone(), now)),
            }])
        }
        Command::Revise { target, fields } => {
            let held = expected(loaded, target)?;
            unclaimed(loaded, target.id, fields.claims())?;
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
        Command::Restore { target, claims } => restoring::restore(loaded, target, claims, now),
        Command::Revert { target, to, past } => restoring::revert(loaded, target, *to, past, now),
        Command::LinkAuthors {
            book_id,
            author_ids,
        } => links::link_authors(loaded, *book_id, author_ids, now),
        Command::CreditLink { link, credit } => links::credit(loaded, *link, credit, now),
        Command::UnlinkAuthor { link } => links::unlink_author(loaded, *link, now),
    }
}

fn changed(before: &Book, after: Book) -> Change {
    Change::Book {
        before: Some(Box::new(before.clone())),
        after: Box::new(after),
    }
}

fn live(loaded: &Loaded, id: BookId) -> Result<&Book, CommandError> {
    match loaded.books.get(&id) {
        None => Err(CommandError::NoSuchBook(id)),
        Some(book) if book.deleted => Err(CommandError::BookDeleted(id)),
        Some(book) => Ok(book),
    }
}

fn expected<'a>(loaded: &'a Loaded, target: &Target) -> Result<&'a Book, CommandError> {
    in_expected_version(live(loaded, target.id)?, target)
}

fn in_expected_version<'a>(book: &'a Book, target: &Target) -> Result<&'a Book, CommandError> {
    match &target.expected {
        Some(versions) if !versions.contains(&book.version) => Err(CommandError::VersionMismatch {
            id: target.id,
            current: book.version,
        }),
        _ => Ok(book),
    }
}

/// No other live book has what this one claims.
fn unclaimed(loaded: &Loaded, id: BookId, claims: Vec<Claim>) -> Result<(), CommandError> {
    let taken: Vec<_> = claims
        .into_iter()
        .filter_map(|claim| {
            let owner = *loaded.claims.get(&claim)?;
            (owner != id).then_some((claim, owner))
        })
        .collect();
    if taken.is_empty() {
        Ok(())
    } else {
        Err(CommandError::Taken(taken))
    }
}
