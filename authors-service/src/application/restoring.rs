//! Changes that bring back what was.

use replication::answers::Keep;
use service_kit::caller::Caller;

use super::{
    commands::Commands,
    done::{Done, Written},
};
use crate::domain::{Command, CommandError, Past, PastAuthors, RawAuthor, Target};

impl Commands {
    /// Brings a deleted author back as it was.
    ///
    /// # Errors
    /// If there never was such an author, or it is not in the expected version.
    pub async fn restore(
        &self,
        target: Target,
        caller: &Caller,
        keep: Option<Keep<'_, Done<Written>>>,
    ) -> Result<Done<Written>, CommandError> {
        let id = target.id;
        let command = Command::Restore { target };
        self.write(id, &command, caller, keep).await
    }

    /// Gives an author the fields again that it had in version `to`, which `past` tells.
    ///
    /// # Errors
    /// If there is no such author, or not in the expected version; if no such version is held, or
    /// its fields are not allowed any more.
    pub async fn revert(
        &self,
        target: Target,
        to: i64,
        past: &dyn PastAuthors,
        caller: &Caller,
        keep: Option<Keep<'_, Done<Written>>>,
    ) -> Result<Done<Written>, CommandError> {
        let past = match past.author_in(target.id, to).await? {
            None => Past::Unknown,
            Some(past) => {
                let raw = RawAuthor::from(past.author.state);
                match raw.parse(self.clock.now().date_naive()) {
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
