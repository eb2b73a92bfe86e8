//! Changes that bring back what was.

use replication::answers::Keep;
use service_kit::caller::Caller;
use shared_events::AuthorId;

use super::{commands::Commands, done::Done};
use crate::domain::{
    Author, Change, Command, CommandError, Loaded, Past, PastAuthors, RawAuthor, Target,
};

/// An author that is again what it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BroughtBack {
    /// The author as it is now.
    pub author: Author,
    /// Whether it was anything else before.
    pub changed: bool,
}

impl Commands {
    /// Brings a deleted author back as it was.
    ///
    /// # Errors
    /// If there never was such an author, or it is not in the expected version.
    pub async fn restore(
        &self,
        target: Target,
        caller: &Caller,
        keep: Option<Keep<'_, Done<BroughtBack>>>,
    ) -> Result<Done<BroughtBack>, CommandError> {
        let id = target.id;
        let command = Command::Restore { target };
        let outcome = |loaded: &Loaded, changes: &[Change]| brought_back(id, loaded, changes);
        self.execute_once(&command, caller, keep, outcome).await
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
        keep: Option<Keep<'_, Done<BroughtBack>>>,
    ) -> Result<Done<BroughtBack>, CommandError> {
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
        let outcome = |loaded: &Loaded, changes: &[Change]| brought_back(id, loaded, changes);
        self.execute_once(&command, caller, keep, outcome).await
    }
}

fn brought_back(
    id: AuthorId,
    loaded: &Loaded,
    changes: &[Change],
) -> Result<BroughtBack, CommandError> {
    let changed = changes.iter().find_map(|change| match change {
        Change::Author { after, .. } => Some(after.as_ref()),
        Change::Link { .. } => None,
    });
    let author = changed.or_else(|| loaded.authors.get(&id));
    Ok(BroughtBack {
        author: author.ok_or(CommandError::NoSuchAuthor(id))?.clone(),
        changed: changed.is_some(),
    })
}
