//! What a revert reads, and how it takes what is there.

use super::*;
use crate::domain::{MockPastBooks, PastBook};

fn past(title: &'static str) -> MockPastBooks {
    let mut past = MockPastBooks::new();
    past.expect_book_in()
        .withf(|id, version| (*id, *version) == (book_id(), 2))
        .once()
        .returning(move |_, _| {
            let mut book = Book::create(book_id(), fields("Gabo"), now());
            book.state.title = title.to_owned();
            Ok(Some(PastBook {
                book,
                at: now(),
                actor: None,
                correlation_id: "request-0".to_owned(),
            }))
        });
    past
}

#[tokio::test]
async fn a_revert_saves_the_fields_of_that_version_and_decides_again_after_a_conflict() {
    let mut repository = MockBookRepository::new();
    let mut order = Sequence::new();
    for (version, outcome) in [(5, Err(SaveError::Conflict)), (6, Ok(()))] {
        repository
            .expect_load()
            .once()
            .in_sequence(&mut order)
            .return_once(move |_| Ok(in_version(version)));
        repository
            .expect_save()
            .withf(move |changes, _| {
                matches!(changes, [Change::Book { after, .. }]
                    if after.version == version + 1 && after.state.title == "Former")
            })
            .once()
            .in_sequence(&mut order)
            .return_once(move |_, _| outcome);
    }
    let commands = Bench::new(repository).commands;
    let reverted = commands
        .revert(any_version(), 2, &past("Former"), &caller(), None)
        .await;
    assert_eq!(reverted.map(|done| done.outcome.changed), Ok(true));
}

#[tokio::test]
async fn what_was_allowed_once_is_checked_by_the_rules_of_today() {
    let mut repository = MockBookRepository::new();
    repository.expect_load().return_once(|_| Ok(in_version(5)));
    let commands = Bench::new(repository).commands;
    let refused = commands
        .revert(any_version(), 2, &past("  "), &caller(), None)
        .await;
    let errors = match refused {
        Err(CommandError::InvalidVersion { errors, .. }) => errors,
        other => panic!("{other:?}"),
    };
    assert_eq!(errors.len(), 1);
    assert_eq!(
        (errors[0].field.as_str(), errors[0].code),
        ("title", "required")
    );
}

#[tokio::test]
async fn a_version_that_the_log_does_not_hold_is_told() {
    let mut repository = MockBookRepository::new();
    repository.expect_load().return_once(|_| Ok(in_version(5)));
    let mut past = MockPastBooks::new();
    past.expect_book_in().return_once(|_, _| Ok(None));
    let commands = Bench::new(repository).commands;
    let refused = commands
        .revert(any_version(), 7, &past, &caller(), None)
        .await;
    let (id, version) = (book_id(), 7);
    assert_eq!(refused, Err(CommandError::NoSuchVersion { id, version }));
}
