//! Bringing back what was.

use values::FieldError;

use super::*;

fn restore(expected: Option<&[i64]>) -> Command {
    Command::Restore {
        target: target(expected),
        claims: BTreeSet::new(),
    }
}

fn revert(past: Past, expected: Option<&[i64]>) -> Command {
    Command::Revert {
        target: target(expected),
        to: 1,
        past,
    }
}

fn past(title: &str) -> Past {
    Past::Fields(Box::new(fields(title)))
}

#[test]
fn a_restored_book_is_as_it_was_in_a_greater_version() {
    let restored = book_after(&with(deleted()), &restore(None));
    assert_eq!((restored.version, restored.deleted), (5, false));
    let mut state = held().state;
    state.updated_at = now();
    assert_eq!(restored.state, state);
}

#[test]
fn what_was_not_deleted_is_not_restored() {
    assert_eq!(decided(&with(held()), &restore(None)), Ok(Vec::new()));
    assert_eq!(decided(&with(held()), &restore(Some(&[3]))), Ok(Vec::new()));
    let never = decided(&Loaded::default(), &restore(None));
    assert_eq!(never, Err(CommandError::NoSuchBook(book_id(1))));
}

#[test]
fn a_restore_holds_only_for_the_version_that_the_caller_expects() {
    let restored = book_after(&with(deleted()), &restore(Some(&[4])));
    assert_eq!(restored.version, 5);
    for (book, current) in [(deleted(), 4), (held(), 3)] {
        let refused = decided(&with(book), &restore(Some(&[9])));
        let id = book_id(1);
        assert_eq!(refused, Err(CommandError::VersionMismatch { id, current }));
    }
}

#[test]
fn a_reverted_book_has_its_former_fields_in_a_greater_version() {
    let reverted = book_after(&with(held()), &revert(past("Former"), Some(&[3])));
    assert_eq!((reverted.version, reverted.deleted), (4, false));
    assert_eq!(reverted.state.title, "Former");
    assert_eq!(reverted.state.created_at, held().state.created_at);
    assert_eq!(reverted.state.updated_at, now());
}

#[test]
fn a_revert_to_what_is_so_already_changes_nothing() {
    let nothing = decided(&with(held()), &revert(past("Ficciones"), None));
    assert_eq!(nothing, Ok(Vec::new()));
}

#[test]
fn a_revert_to_what_is_not_held_or_not_allowed_is_refused() {
    let id = book_id(1);
    let unknown = decided(&with(held()), &revert(Past::Unknown, None));
    assert_eq!(unknown, Err(CommandError::NoSuchVersion { id, version: 1 }));
    let errors = vec![FieldError::new("title", "too_long", "is too long")];
    let invalid = decided(&with(held()), &revert(Past::Invalid(errors.clone()), None));
    let refusal = CommandError::InvalidVersion {
        id,
        version: 1,
        errors,
    };
    assert!(refusal.to_string().ends_with(": title is too long."));
    assert_eq!(invalid, Err(refusal));
}

#[test]
fn that_an_book_is_gone_or_has_changed_is_told_before_what_is_wrong_with_the_version() {
    let gone = decided(&with(deleted()), &revert(Past::Unknown, None));
    assert_eq!(gone, Err(CommandError::BookDeleted(book_id(1))));
    let stale = decided(&with(held()), &revert(Past::Unknown, Some(&[2])));
    assert!(matches!(stale, Err(CommandError::VersionMismatch { .. })));
    let never = decided(&Loaded::default(), &revert(past("x"), None));
    assert_eq!(never, Err(CommandError::NoSuchBook(book_id(1))));
}

#[test]
fn either_wants_the_book_that_it_names() {
    let book = Wanted {
        books: [book_id(1)].into(),
        ..Wanted::default()
    };
    assert_eq!(restore(None).wanted(), book);
    assert_eq!(revert(past("x"), None).wanted(), book);
    assert_eq!(revert(Past::Unknown, None).wanted(), book);
}
