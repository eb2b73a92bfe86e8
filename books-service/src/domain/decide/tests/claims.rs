//! What no two live books may have.

use super::*;
use crate::domain::values::BookScheme;

const ISBN: &str = "9780306406157";

/// Fields with an ISBN and an OCLC number.
fn claiming() -> BookFields {
    let raw = RawBook {
        isbn: Some("0-306-40615-2".to_owned()),
        identifiers: BTreeMap::from([("oclc".to_owned(), "44954".to_owned())]),
        ..raw("Ficciones")
    };
    raw.parse(2026).unwrap()
}

fn claims() -> [Claim; 2] {
    [
        Claim::Isbn(ISBN.to_owned()),
        Claim::Identifier(BookScheme::Oclc, "44954".to_owned()),
    ]
}

/// The commands that give these fields to book 1.
fn claiming_commands() -> [(Command, Loaded); 2] {
    let create = Command::Create {
        id: book_id(1),
        fields: claiming(),
    };
    let revise = Command::Revise {
        target: target(None),
        fields: claiming(),
    };
    [(create, Loaded::default()), (revise, with(held()))]
}

#[test]
fn what_a_book_is_to_have_is_looked_up() {
    for (command, _) in claiming_commands() {
        assert_eq!(command.wanted().claims, claims().into());
    }
    assert!(delete(None).wanted().claims.is_empty());
}

#[test]
fn what_another_book_has_is_refused_and_every_one_is_named() {
    for (command, loaded) in claiming_commands() {
        let others = [5, 6].map(book_id);
        let taken: Vec<_> = claims().into_iter().zip(others).collect();
        let all = Loaded {
            claims: taken.iter().cloned().collect(),
            ..loaded.clone()
        };
        assert_eq!(
            decided(&all, &command),
            Err(CommandError::Taken(taken.clone()))
        );
        let one = Loaded {
            claims: taken[1..].iter().cloned().collect(),
            ..loaded
        };
        let refusal = CommandError::Taken(taken[1..].to_vec());
        assert_eq!(
            refusal.to_string(),
            "oclc identifier 44954 belongs to book 6."
        );
        assert_eq!(decided(&one, &command), Err(refusal));
    }
}

#[test]
fn what_nobody_has_or_the_book_itself_is_taken() {
    for (command, loaded) in claiming_commands() {
        let after = book_after(&loaded, &command);
        assert_eq!(after.state.isbn.as_deref(), Some(ISBN));
        assert_eq!(after.claims(), claims());
        let own = claims().map(|claim| (claim, book_id(1)));
        let loaded = Loaded {
            claims: own.into(),
            ..loaded
        };
        assert_eq!(book_after(&loaded, &command), after);
    }
}

/// Book 1 with these claims, deleted.
fn deleted_with_claims() -> Book {
    Book::create(book_id(1), claiming(), now()).delete(now())
}

fn restore(claims: BTreeSet<Claim>) -> Command {
    Command::Restore {
        target: target(None),
        claims,
    }
}

#[test]
fn a_restored_book_takes_its_claims_unless_another_has_them_by_now() {
    let command = restore(claims().into());
    assert_eq!(command.wanted().claims, claims().into());
    let restored = book_after(&with(deleted_with_claims()), &command);
    assert_eq!(restored.claims(), claims());
    let taken = vec![(claims()[0].clone(), book_id(5))];
    let loaded = Loaded {
        claims: taken.iter().cloned().collect(),
        ..with(deleted_with_claims())
    };
    assert_eq!(decided(&loaded, &command), Err(CommandError::Taken(taken)));
}

#[test]
fn a_book_is_not_restored_with_claims_that_nobody_has_looked_up() {
    let command = restore([claims()[0].clone()].into());
    let refused = decided(&with(deleted_with_claims()), &command);
    assert_eq!(refused, Err(CommandError::Contended));
}

#[test]
fn a_reverted_book_takes_its_claims_unless_another_has_them_by_now() {
    let command = Command::Revert {
        target: target(None),
        to: 1,
        past: Past::Fields(Box::new(claiming())),
    };
    assert_eq!(command.wanted().claims, claims().into());
    let loaded = Loaded {
        claims: claims().map(|claim| (claim, book_id(5))).into(),
        ..with(held())
    };
    let taken = claims().map(|claim| (claim, book_id(5)));
    let refusal = CommandError::Taken(taken.into());
    assert_eq!(decided(&loaded, &command), Err(refusal));
    assert_eq!(book_after(&with(held()), &command).claims(), claims());
}

#[test]
fn a_stale_version_is_told_before_a_claim() {
    let command = Command::Revise {
        target: target(Some(&[2])),
        fields: claiming(),
    };
    let loaded = Loaded {
        claims: claims().map(|claim| (claim, book_id(5))).into(),
        ..with(held())
    };
    let refusal = decided(&loaded, &command);
    assert!(matches!(refusal, Err(CommandError::VersionMismatch { .. })));
}

#[test]
fn a_deleted_book_claims_nothing() {
    let book = Book::create(book_id(1), claiming(), now());
    assert_eq!(book.claims(), claims());
    assert!(book.delete(now()).claims().is_empty());
}
