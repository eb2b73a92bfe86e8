//! An edit of some fields of an author.

use chrono::{DateTime, Utc};
use shared_events::AuthorState;

use super::{Loaded, Target, changed, live};
use crate::domain::{Author, AuthorFields, AuthorPatch, Change, CommandError, merge};

/// Somebody changes some fields of an author. If others have changed it since, the edit is merged
/// with theirs, as far as the state is known that it was made on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amendment {
    /// Which author, and in which state.
    pub target: Target,
    /// The state that the caller edited, if it is not the current one and still known.
    pub base: Option<AuthorState>,
    /// The edit.
    pub patch: AuthorPatch,
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
    let today = now.date_naive();
    let yours = patch.clone().apply(base.into()).parse(today);
    let yours = edited(base, yours.map_err(CommandError::InvalidFields)?, now);
    let merged =
        merge(base, &held.state, &yours).map_err(|conflicts| CommandError::EditConflict {
            id: target.id,
            current: held.version,
            conflicts,
        })?;
    // Edits that are right by themselves may not go together, such as a birth and a death.
    let fields = merged.parse(today).map_err(CommandError::InvalidFields)?;
    let after = held.revise(fields, now);
    Ok(after
        .map(|after| changed(held, after))
        .into_iter()
        .collect())
}

/// The state that the caller would have made of `base`.
fn edited(base: &AuthorState, fields: AuthorFields, now: DateTime<Utc>) -> AuthorState {
    let author = Author {
        version: 0,
        deleted: false,
        state: base.clone(),
    };
    match author.revise(fields, now) {
        Some(edited) => edited.state,
        None => author.state,
    }
}
