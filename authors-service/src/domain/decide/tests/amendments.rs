use ::values::{Edit, FieldValue};
use shared_events::AuthorState;

use super::*;
use crate::domain::AuthorPatch;

/// Edits of author 1, made on version 1 or 2, of which `base` is known.
fn amend(patch: AuthorPatch, base: Option<AuthorState>) -> Command {
    Command::Amend(Box::new(Amendment {
        target: target(Some(&[1, 2])),
        base,
        patch,
    }))
}

/// What author 1 was in version 2, before it got its name.
fn base() -> AuthorState {
    AuthorState {
        name: "Nameless".to_owned(),
        ..held().state
    }
}

fn set(text: &str) -> Edit<String> {
    Edit::Set(text.to_owned())
}

fn nationality() -> AuthorPatch {
    AuthorPatch {
        nationality: set(" Colombian "),
        ..AuthorPatch::default()
    }
}

#[test]
fn an_edit_of_the_current_version_changes_what_it_names() {
    let command = Command::Amend(Box::new(Amendment {
        target: target(Some(&[3])),
        base: None,
        patch: AuthorPatch {
            birth_date: Edit::Clear,
            ..nationality()
        },
    }));
    let after = author_after(&with(held()), &command);
    assert_eq!(after.version, 4);
    assert_eq!(after.state.updated_at, now());
    assert_eq!(after.state.nationality.as_deref(), Some("Colombian"));
    assert_eq!(after.state.birth_date, None);
    assert_eq!(after.state.aliases, held().state.aliases);
}

#[test]
fn an_edit_of_an_older_version_is_merged_with_what_others_did() {
    let after = author_after(&with(held()), &amend(nationality(), Some(base())));
    assert_eq!(after.version, 4);
    assert_eq!(after.state.name, "Gabo");
    assert_eq!(after.state.nationality.as_deref(), Some("Colombian"));
}

#[test]
fn an_edit_of_a_version_that_is_not_known_is_refused() {
    let refused = decided(&with(held()), &amend(nationality(), None));
    let mismatch = CommandError::VersionMismatch {
        id: author_id(1),
        current: 3,
    };
    assert_eq!(refused, Err(mismatch));
}

#[test]
fn edits_of_one_field_are_shown_side_by_side() {
    let patch = AuthorPatch {
        name: set("Gabriel"),
        ..nationality()
    };
    let refused = decided(&with(held()), &amend(patch, Some(base())));
    let Err(CommandError::EditConflict {
        current, conflicts, ..
    }) = refused
    else {
        panic!("{refused:?}");
    };
    assert_eq!((current, conflicts.len()), (3, 1));
    let text = |text: &str| FieldValue::Text(text.to_owned());
    assert_eq!(conflicts[0].field, "name");
    assert_eq!(conflicts[0].yours, text("Gabriel"));
    assert_eq!(conflicts[0].theirs, text("Gabo"));
    assert_eq!(conflicts[0].before, text("Nameless"));
}

#[test]
fn what_is_the_same_after_all_is_no_change() {
    for name in ["Gabo", "Nameless"] {
        let patch = AuthorPatch {
            name: set(name),
            ..AuthorPatch::default()
        };
        let changes = decided(&with(held()), &amend(patch, Some(base())));
        assert_eq!(changes, Ok(vec![]), "{name}");
    }
}

#[test]
fn what_would_be_wrong_afterwards_is_named() {
    let patch = AuthorPatch {
        name: Edit::Clear,
        death_date: set("1926"),
        ..AuthorPatch::default()
    };
    let refused = decided(&with(held()), &amend(patch, Some(base())));
    let Err(CommandError::InvalidFields(errors)) = refused else {
        panic!("{refused:?}");
    };
    let fields: Vec<_> = errors.iter().map(|error| error.field.as_str()).collect();
    assert_eq!(fields, ["name", "death_date"]);
}
