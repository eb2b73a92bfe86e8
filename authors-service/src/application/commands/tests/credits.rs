//! Editing the credit of a link.

use super::*;
use crate::domain::RawCredit;

fn link() -> LinkKey {
    LinkKey {
        author_id: author_id(),
        book_id: book_id(2),
    }
}

fn editor() -> CreditFields {
    let raw = RawCredit {
        role: Some("editor".to_owned()),
        ..RawCredit::default()
    };
    raw.parse().unwrap()
}

/// The author, linked with its book in this place.
fn at(position: i32) -> Loaded {
    let mut loaded = with_books(&[2]);
    let register = LinkRegister::new(position, 0, Side::Books);
    loaded.links.insert(link(), register);
    loaded
}

#[tokio::test]
async fn a_credit_is_decided_again_from_what_is_there_now_and_told_as_it_was_saved() {
    let mut repository = MockAuthorRepository::new();
    let mut order = Sequence::new();
    for (position, outcome) in [(4, Err(SaveError::Conflict)), (5, Ok(()))] {
        repository
            .expect_load()
            .once()
            .in_sequence(&mut order)
            .return_once(move |_| Ok(at(position)));
        repository
            .expect_save()
            .withf(move |changes, _| {
                matches!(changes, [Change::Link { before: Some(before), after }]
                    if before.credit.position == position && after.register.credit.role == "editor")
            })
            .once()
            .in_sequence(&mut order)
            .return_once(move |_, _| outcome);
    }
    let bench = Bench::new(repository);
    let credited = bench.commands.credit(link(), editor(), &caller()).await;
    let Credited { credit, changed } = credited.unwrap().outcome;
    assert!(changed);
    assert_eq!((credit.role.as_str(), credit.position), ("editor", 5));
}

#[tokio::test]
async fn a_credit_that_is_so_already_is_told_and_not_saved() {
    let mut repository = MockAuthorRepository::new();
    let credit = at(4).links.remove(&link()).unwrap().credit;
    let held = Credit {
        role: "editor".to_owned(),
        ..credit
    };
    let expected = held.clone();
    repository.expect_load().once().return_once(move |_| {
        let mut loaded = at(4);
        for register in loaded.links.values_mut() {
            register.credit = held.clone();
        }
        Ok(loaded)
    });
    repository.expect_save().never();
    let bench = Bench::new(repository);
    let credited = bench.commands.credit(link(), editor(), &caller()).await;
    let expected = Credited {
        credit: expected,
        changed: false,
    };
    assert_eq!(credited.unwrap().outcome, expected);
}
