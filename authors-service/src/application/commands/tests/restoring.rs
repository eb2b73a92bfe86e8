//! What a revert reads, and how it takes what is there.

use super::*;
use crate::domain::{MockPastAuthors, PastAuthor};

fn past(name: &'static str) -> MockPastAuthors {
    let mut past = MockPastAuthors::new();
    past.expect_author_in()
        .withf(|id, version| (*id, *version) == (author_id(), 2))
        .once()
        .returning(move |_, _| {
            let mut author = Author::create(author_id(), fields("Gabo"), now());
            author.state.name = name.to_owned();
            Ok(Some(PastAuthor {
                author,
                at: now(),
                actor: None,
                correlation_id: "request-0".to_owned(),
            }))
        });
    past
}

#[tokio::test]
async fn a_revert_saves_the_fields_of_that_version_and_decides_again_after_a_conflict() {
    let mut repository = MockAuthorRepository::new();
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
                matches!(changes, [Change::Author { after, .. }]
                    if after.version == version + 1 && after.state.name == "Former")
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
    let mut repository = MockAuthorRepository::new();
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
        ("name", "required")
    );
}

#[tokio::test]
async fn a_version_that_the_log_does_not_hold_is_told() {
    let mut repository = MockAuthorRepository::new();
    repository.expect_load().return_once(|_| Ok(in_version(5)));
    let mut past = MockPastAuthors::new();
    past.expect_author_in().return_once(|_, _| Ok(None));
    let commands = Bench::new(repository).commands;
    let refused = commands
        .revert(any_version(), 7, &past, &caller(), None)
        .await;
    let (id, version) = (author_id(), 7);
    assert_eq!(refused, Err(CommandError::NoSuchVersion { id, version }));
}
