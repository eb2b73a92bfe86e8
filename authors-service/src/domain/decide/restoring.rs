//! Bringing back what was.

use chrono::{DateTime, Utc};

use super::{Loaded, Target, changed, expected, in_expected_version};
use crate::domain::{Change, CommandError, Past};

pub(super) fn restore(
    loaded: &Loaded,
    target: &Target,
    now: DateTime<Utc>,
) -> Result<Vec<Change>, CommandError> {
    let held = loaded.authors.get(&target.id);
    let held = held.ok_or(CommandError::NoSuchAuthor(target.id))?;
    in_expected_version(held, target)?;
    if !held.deleted {
        return Ok(Vec::new());
    }
    Ok(vec![changed(held, held.restore(now))])
}

pub(super) fn revert(
    loaded: &Loaded,
    target: &Target,
    to: i64,
    past: &Past,
    now: DateTime<Utc>,
) -> Result<Vec<Change>, CommandError> {
    let held = expected(loaded, target)?;
    let fields = match past {
        Past::Fields(fields) => fields.as_ref(),
        Past::Invalid(errors) => {
            return Err(CommandError::InvalidVersion {
                id: target.id,
                version: to,
                errors: errors.clone(),
            });
        }
        Past::Unknown => {
            return Err(CommandError::NoSuchVersion {
                id: target.id,
                version: to,
            });
        }
    };
    let after = held.revise(fields.clone(), now);
    let change = after.map(|after| changed(held, after));
    Ok(change.into_iter().collect())
}
