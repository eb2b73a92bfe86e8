//! Changes that bring back what was.

use chrono::Datelike;
use replication::answers::Keep;
use service_kit::caller::Caller;
use shared_events::BookId;

use super::{commands::Commands, done::Done};
use crate::domain::{
    Book, Change, Command, CommandError, Loaded, Past, PastBooks, RawBook, Target, Wanted,
};

/// A book that is again what it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BroughtBack {
    /// The book as it is now.
    pub book: Book,
    /// Whether it was anything else before.
    pub changed: bool,
}

impl Commands {
    /// Brings a deleted book back as it was.
    ///
    /// # Errors
    /// If there never was such a book, or it is not in the expected version,
    /// or another live book has its ISBN or an identifier of it by now.
    pub async fn restore(
        &self,
        target: Target,
        caller: &Caller,
        keep: Option<Keep<'_, Done<BroughtBack>>>,
    ) -> Result<Done<BroughtBack>, CommandError> {
        let wanted = Wanted {
            books: [target.id].into(),
            ..Wanted::default()
        };
        let tombstones = self.repository.load(&wanted).await?.books;
        let restored = tombstones
            .values()
            .map(|book| book.restore(book.state.updated_at));
        let claims = restored.flat_map(|book| book.claims()).collect();
        let id = target.id;
        let command = Command::Restore { target, claims };
        let outcome = |loaded: &Loaded, changes: &[Change]| brought_back(id, loaded, changes);
        self.execute_once(&command, caller, keep, outcome).await
    }

    /// Gives a book the fields again that it had in version `to`, which `past` tells.
    ///
    /// # Errors
    /// If there is no such book, or not in the expected version; if no such version is held, or
    /// its fields are not allowed any more.
    pub async fn revert(
        &self,
        target: Target,
        to: i64,
        past: &dyn PastBooks,
        caller: &Caller,
        keep: Option<Keep<'_, Done<BroughtBack>>>,
    ) -> Result<Done<BroughtBack>, CommandError> {
        let past = match past.book_in(target.id, to).await? {
            None => Past::Unknown,
            Some(past) => {
                let raw = RawBook::from(past.book.state);
                match raw.parse(self.clock.now().year()) {
                    Ok(fields) => Past::Fields(Box::new(fields)),
                    Err(errors) => Past::Invalid(errors),
                }
            }
        };
        let id = target.id;
        let command = Command::Revert { target, to, past };
        let outcome = |loaded: &Loaded, changes: &[Change]| brought_back(id, loaded, changes);
        self.execute_once(&command, caller, keep, outcome).await
    }
}

fn brought_back(
    id: BookId,
    loaded: &Loaded,
    changes: &[Change],
) -> Result<BroughtBack, CommandError> {
    let changed = changes.iter().find_map(|change| match change {
        Change::Book { after, .. } => Some(after.as_ref()),
        Change::Link { .. } => None,
    });
    let book = changed.or_else(|| loaded.books.get(&id));
    Ok(BroughtBack {
        book: book.ok_or(CommandError::NoSuchBook(id))?.clone(),
        changed: changed.is_some(),
    })
}
