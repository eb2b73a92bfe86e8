//! Changes that bring back what was.

use chrono::Datelike;
use replication::answers::Keep;
use service_kit::caller::Caller;

use super::{
    commands::Commands,
    done::{Done, Written},
};
use crate::domain::{Command, CommandError, Past, PastBooks, RawBook, Target, Wanted};

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
        keep: Option<Keep<'_, Done<Written>>>,
    ) -> Result<Done<Written>, CommandError> {
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
        self.write(id, &command, caller, keep).await
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
        keep: Option<Keep<'_, Done<Written>>>,
    ) -> Result<Done<Written>, CommandError> {
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
        self.write(id, &command, caller, keep).await
    }
}
