//! An edit of some fields, and what becomes of it when others edited meanwhile.

use std::collections::BTreeMap;

use shared_events::AuthorState;
use values::{Edit, FieldConflict, Merge};

use super::RawAuthor;

/// What somebody changes about an author; every other field stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuthorPatch {
    /// Can't be taken away.
    pub name: Edit<String>,
    /// As in [`RawAuthor`].
    pub birth_date: Edit<String>,
    /// As in [`RawAuthor`].
    pub death_date: Edit<String>,
    /// As in [`RawAuthor`].
    pub nationality: Edit<String>,
    /// As in [`RawAuthor`].
    pub biography: Edit<String>,
    /// All of them.
    pub aliases: Edit<Vec<String>>,
    /// By the name of the scheme; `None` takes one away, and those that are not named stay.
    pub identifiers: Edit<BTreeMap<String, Option<String>>>,
}

impl AuthorPatch {
    /// The fields of `held` after this edit, as somebody might have sent them all.
    pub fn apply(self, held: RawAuthor) -> RawAuthor {
        RawAuthor {
            name: self.name.apply(held.name),
            birth_date: self.birth_date.apply(held.birth_date),
            death_date: self.death_date.apply(held.death_date),
            nationality: self.nationality.apply(held.nationality),
            biography: self.biography.apply(held.biography),
            aliases: self.aliases.apply_or_default(held.aliases),
            identifiers: match self.identifiers {
                Edit::Keep => held.identifiers,
                Edit::Clear => BTreeMap::new(),
                Edit::Set(entries) => with_entries(held.identifiers, entries),
            },
        }
    }
}

fn with_entries(
    mut held: BTreeMap<String, String>,
    entries: BTreeMap<String, Option<String>>,
) -> BTreeMap<String, String> {
    for (key, value) in entries {
        match value {
            Some(value) => held.insert(key, value),
            None => held.remove(&key),
        };
    }
    held
}

impl From<&AuthorState> for RawAuthor {
    fn from(state: &AuthorState) -> Self {
        state.clone().into()
    }
}

/// The fields after two edits of `before`, or those that both gave different values.
///
/// # Errors
/// Every field in which they meet.
pub fn merge(
    before: &AuthorState,
    theirs: &AuthorState,
    yours: &AuthorState,
) -> Result<RawAuthor, Vec<FieldConflict>> {
    let mut merge = Merge::default();
    let merged = RawAuthor {
        name: Some(merge.field("name", &before.name, &theirs.name, &yours.name)),
        birth_date: merge.field(
            "birth_date",
            &before.birth_date,
            &theirs.birth_date,
            &yours.birth_date,
        ),
        death_date: merge.field(
            "death_date",
            &before.death_date,
            &theirs.death_date,
            &yours.death_date,
        ),
        nationality: merge.field(
            "nationality",
            &before.nationality,
            &theirs.nationality,
            &yours.nationality,
        ),
        biography: merge.field(
            "biography",
            &before.biography,
            &theirs.biography,
            &yours.biography,
        ),
        aliases: merge.field("aliases", &before.aliases, &theirs.aliases, &yours.aliases),
        identifiers: merge.map(
            "identifiers",
            &before.identifiers,
            &theirs.identifiers,
            &yours.identifiers,
        ),
    };
    merge.finish().map(|()| merged)
}
