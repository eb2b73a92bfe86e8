//! An edit of some fields of a book.

use chrono::{DateTime, Datelike as _, Utc};
use shared_events::BookState;

use super::{Loaded, Target, changed, live, unclaimed};
use crate::domain::{Book, BookFields, BookPatch, Change, CommandError, merge};

/// Somebody changes some fields of a book. If others have changed it since, the edit is merged
/// with theirs, as far as the state is known that it was made on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amendment {
    /// Which book, and in which state.
    pub target: Target,
    /// The state that the caller edited, if it is not the current one and still known.
    pub base: Option<BookState>,
    /// The edit.
    pub patch: BookPatch,
}

pub(super) fn amend(
    loaded: &Loaded,
    amendment: &Amendment,
    now: DateTime<Utc>,
) -> Result<Vec<Change>, CommandError> {
    let Amendment {
        target,
        base,
        patch,
    } = amendment;
    let held = live(loaded, target.id)?;
    let is_current = match &target.expected {
        None => true,
        Some(versions) => versions.contains(&held.version),
    };
    let base = match (is_current, base) {
        (true, _) => &held.state,
        (false, Some(base)) => base,
        (false, None) => {
            return Err(CommandError::VersionMismatch {
                id: target.id,
                current: held.version,
            });
        }
    };
    let this_year = now.year();
    let yours = patch.clone().apply(base.into()).parse(this_year);
    let yours = edited(base, yours.map_err(CommandError::InvalidFields)?, now);
    let merged =
        merge(base, &held.state, &yours).map_err(|conflicts| CommandError::EditConflict {
            id: target.id,
            current: held.version,
            conflicts,
        })?;
    // Edits that are right by themselves may not go together.
    let fields = merged
        .parse(this_year)
        .map_err(CommandError::InvalidFields)?;
    unclaimed(loaded, target.id, fields.claims())?;
    let after = held.revise(fields, now);
    Ok(after
        .map(|after| changed(held, after))
        .into_iter()
        .collect())
}

/// The state that the caller would have made of `base`.
fn edited(base: &BookState, fields: BookFields, now: DateTime<Utc>) -> BookState {
    let book = Book {
        version: 0,
        deleted: false,
        state: base.clone(),
    };
    match book.revise(fields, now) {
        Some(edited) => edited.state,
        None => book.state,
    }
}
