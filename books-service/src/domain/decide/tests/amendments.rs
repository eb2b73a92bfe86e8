use ::values::{Edit, FieldValue};
use shared_events::BookState;

use super::*;
use crate::domain::BookPatch;

/// Edits of book 1, made on version 1 or 2, of which `base` is known.
fn amend(patch: BookPatch, base: Option<BookState>) -> Command {
    Command::Amend(Box::new(Amendment {
        target: target(Some(&[1, 2])),
        base,
        patch,
    }))
}

/// What book 1 was in version 2, before it got its name.
fn base() -> BookState {
    BookState {
        title: "Nameless".to_owned(),
        ..held().state
    }
}

fn set(text: &str) -> Edit<String> {
    Edit::Set(text.to_owned())
}

fn publisher() -> BookPatch {
    BookPatch {
        publisher: set(" Sudamericana "),
        ..BookPatch::default()
    }
}

#[test]
fn an_edit_of_the_current_version_changes_what_it_names() {
    let command = Command::Amend(Box::new(Amendment {
        target: target(Some(&[3])),
        base: None,
        patch: BookPatch {
            subtitle: Edit::Clear,
            ..publisher()
        },
    }));
    let after = book_after(&with(held()), &command);
    assert_eq!(after.version, 4);
    assert_eq!(after.state.updated_at, now());
    assert_eq!(after.state.publisher.as_deref(), Some("Sudamericana"));
    assert_eq!(after.state.subtitle, None);
    assert_eq!(after.state.subjects, held().state.subjects);
}

#[test]
fn an_edit_of_an_older_version_is_merged_with_what_others_did() {
    let after = book_after(&with(held()), &amend(publisher(), Some(base())));
    assert_eq!(after.version, 4);
    assert_eq!(after.state.title, "Ficciones");
    assert_eq!(after.state.publisher.as_deref(), Some("Sudamericana"));
}

#[test]
fn an_edit_of_a_version_that_is_not_known_is_refused() {
    let refused = decided(&with(held()), &amend(publisher(), None));
    let mismatch = CommandError::VersionMismatch {
        id: book_id(1),
        current: 3,
    };
    assert_eq!(refused, Err(mismatch));
}

#[test]
fn edits_of_one_field_are_shown_side_by_side() {
    let patch = BookPatch {
        title: set("Gabriel"),
        ..publisher()
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
    assert_eq!(conflicts[0].field, "title");
    assert_eq!(conflicts[0].yours, text("Gabriel"));
    assert_eq!(conflicts[0].theirs, text("Ficciones"));
    assert_eq!(conflicts[0].before, text("Nameless"));
}

#[test]
fn what_is_the_same_after_all_is_no_change() {
    for name in ["Ficciones", "Nameless"] {
        let patch = BookPatch {
            title: set(name),
            ..BookPatch::default()
        };
        let changes = decided(&with(held()), &amend(patch, Some(base())));
        assert_eq!(changes, Ok(vec![]), "{name}");
    }
}

#[test]
fn what_would_be_wrong_afterwards_is_named() {
    let patch = BookPatch {
        title: Edit::Clear,
        language: set("?"),
        ..BookPatch::default()
    };
    let refused = decided(&with(held()), &amend(patch, Some(base())));
    let Err(CommandError::InvalidFields(errors)) = refused else {
        panic!("{refused:?}");
    };
    let fields: Vec<_> = errors.iter().map(|error| error.field.as_str()).collect();
    assert_eq!(fields, ["title", "language"]);
}
