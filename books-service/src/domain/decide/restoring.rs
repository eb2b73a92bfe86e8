//! Bringing back what was.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::{Loaded, Target, changed, expected, in_expected_version, unclaimed};
use crate::domain::{Change, Claim, CommandError, Past};

pub(super) fn restore(
    loaded: &Loaded,
    target: &Target,
    claims: &BTreeSet<Claim>,
    now: DateTime<Utc>,
) -> Result<Vec<Change>, CommandError> {
    let held = loaded.books.get(&target.id);
    let held = held.ok_or(CommandError::NoSuchBook(target.id))?;
    in_expected_version(held, target)?;
    if !held.deleted {
        return Ok(Vec::new());
    }
    let after = held.restore(now);
    let claimed = after.claims();
    if claimed.iter().any(|claim| !claims.contains(claim)) {
        // It was restored, changed and deleted again since its claims were read.
        return Err(CommandError::Contended);
    }
    unclaimed(loaded, target.id, claimed)?;
    Ok(vec![changed(held, after)])
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
    unclaimed(loaded, target.id, fields.claims())?;
    let after = held.revise(fields.clone(), now);
    let change = after.map(|after| changed(held, after));
    Ok(change.into_iter().collect())
}
