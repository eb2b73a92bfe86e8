//! What a command came to.

use shared_events::{AuthorId, Key};

use crate::domain::{Author, Change, Command, CommandError, LinkKey, Loaded, Target};

/// What a command came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done<T> {
    /// What it is told by.
    pub outcome: T,
    /// What the last of its events is about, in the version that it left; the greatest sequence covers
    /// the earlier ones. If it changed nothing: what is there, if anything is.
    pub last: Option<(Key, i64)>,
}

impl<T> Done<T> {
    pub(super) fn map<U>(self, outcome: impl FnOnce(T) -> U) -> Done<U> {
        Done {
            outcome: outcome(self.outcome),
            last: self.last,
        }
    }
}

/// An author that a command left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The author as the command made it, or found it if it changed nothing.
    pub author: Author,
    /// Whether it was anything else before.
    pub changed: bool,
}

/// What became of author `id`.
pub(super) fn written(
    id: AuthorId,
    loaded: &Loaded,
    changes: &[Change],
) -> Result<Written, CommandError> {
    let changed = changes.iter().find_map(|change| match change {
        Change::Author { after, .. } => Some(after.as_ref()),
        Change::Link { .. } => None,
    });
    let author = changed.or_else(|| loaded.authors.get(&id));
    Ok(Written {
        author: author.ok_or(CommandError::NoSuchAuthor(id))?.clone(),
        changed: changed.is_some(),
    })
}

/// What `command` left, that was decided on `loaded` and made `changes`.
pub(super) fn last(command: &Command, loaded: &Loaded, changes: &[Change]) -> Option<(Key, i64)> {
    match changes.last() {
        Some(Change::Author { after, .. }) => {
            Some((Key::Author(after.state.author_id), after.version))
        }
        Some(Change::Link { after, .. }) => {
            Some((link(&after.key), after.register.greatest_revision().get()))
        }
        None => match command {
            Command::Create { .. } => None,
            Command::Amend(amendment) => held(loaded, &amendment.target),
            Command::Revise { target, .. }
            | Command::Delete { target }
            | Command::Restore { target }
            | Command::Revert { target, .. } => held(loaded, target),
            Command::LinkBooks {
                author_id,
                book_ids,
            } => {
                let link = |book_id: &_| LinkKey {
                    author_id: *author_id,
                    book_id: *book_id,
                };
                newest(loaded, book_ids.iter().map(link))
            }
            Command::CreditLink { link, .. } | Command::UnlinkBook { link } => {
                newest(loaded, [*link])
            }
        },
    }
}

fn held(loaded: &Loaded, target: &Target) -> Option<(Key, i64)> {
    let held = loaded.authors.get(&target.id)?;
    Some((Key::Author(target.id), held.version))
}

/// Of these links the one that was changed last; of several that were changed together the last.
fn newest(loaded: &Loaded, links: impl IntoIterator<Item = LinkKey>) -> Option<(Key, i64)> {
    let held = links.into_iter().filter_map(|key| {
        let register = loaded.links.get(&key)?;
        Some((link(&key), register.greatest_revision().get()))
    });
    held.max_by_key(|(_, version)| *version)
}

fn link(key: &LinkKey) -> Key {
    Key::Link {
        author_id: key.author_id,
        book_id: key.book_id,
    }
}
