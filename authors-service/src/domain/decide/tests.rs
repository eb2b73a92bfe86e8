//! What each command does, and when it does nothing.
#![expect(clippy::unwrap_used, reason = "tests")]

use chrono::TimeDelta;
use shared_events::Side;

use super::*;
use crate::domain::{RawAuthor, RawCredit};

mod amendments;
mod credits;
mod links;
mod restoring;

fn now() -> DateTime<Utc> {
    "2026-11-20T09:30:00.123456Z".parse().unwrap()
}

fn author_id(number: i64) -> AuthorId {
    AuthorId::try_from(number).unwrap()
}

fn book_id(number: i64) -> BookId {
    BookId::try_from(number).unwrap()
}

fn key(book: i64) -> LinkKey {
    LinkKey {
        author_id: author_id(1),
        book_id: book_id(book),
    }
}

fn fields(name: &str) -> AuthorFields {
    let raw = RawAuthor {
        name: Some(name.to_owned()),
        birth_date: Some("1927-03-06".to_owned()),
        aliases: vec!["Gabo".to_owned()],
        ..RawAuthor::default()
    };
    raw.parse(now().date_naive()).unwrap()
}

/// Author 1, in version 3, created and last changed the day before.
fn held() -> Author {
    let yesterday = now() - TimeDelta::days(1);
    Author {
        version: 3,
        ..Author::create(author_id(1), fields("Gabo"), yesterday)
    }
}

fn deleted() -> Author {
    held().delete(now() - TimeDelta::hours(1))
}

fn with(author: Author) -> Loaded {
    Loaded {
        authors: [(author.state.author_id, author)].into(),
        ..Loaded::default()
    }
}

/// Author 1, live, and these books with the greatest position of each.
fn with_books(books: &[(i64, i32)]) -> Loaded {
    Loaded {
        books: books
            .iter()
            .map(|(id, position)| (book_id(*id), *position))
            .collect(),
        ..with(held())
    }
}

fn target(expected: Option<&[i64]>) -> Target {
    Target {
        id: author_id(1),
        expected: expected.map(<[i64]>::to_vec),
    }
}

fn revise(name: &str, expected: Option<&[i64]>) -> Command {
    Command::Revise {
        target: target(expected),
        fields: fields(name),
    }
}

fn delete(expected: Option<&[i64]>) -> Command {
    Command::Delete {
        target: target(expected),
    }
}

fn link_books(books: &[i64]) -> Command {
    Command::LinkBooks {
        author_id: author_id(1),
        book_ids: books.iter().copied().map(book_id).collect(),
    }
}

fn unlink_book(book: i64) -> Command {
    Command::UnlinkBook { link: key(book) }
}

fn credit(book: i64, role: &str) -> Command {
    let raw = RawCredit {
        role: Some(role.to_owned()),
        position: Some(2),
        credited_as: Some("G. Marquez".to_owned()),
    };
    Command::CreditLink {
        link: key(book),
        credit: raw.parse().unwrap(),
    }
}

fn decided(loaded: &Loaded, command: &Command) -> Result<Vec<Change>, CommandError> {
    decide(loaded, command, now())
}

/// What an author becomes by the only change.
fn author_after(loaded: &Loaded, command: &Command) -> Author {
    match decided(loaded, command).unwrap().as_slice() {
        [Change::Author { before, after }] => {
            let id = after.state.author_id;
            assert_eq!(before.as_deref(), loaded.authors.get(&id));
            after.as_ref().clone()
        }
        other => panic!("not one change of an author: {other:?}"),
    }
}

#[test]
fn a_new_author_is_in_its_first_version_as_of_now() {
    let command = Command::Create {
        id: author_id(7),
        fields: fields("Gabo"),
    };
    let created = author_after(&Loaded::default(), &command);
    assert_eq!((created.version, created.deleted), (1, false));
    let state = created.state;
    assert_eq!((state.created_at, state.updated_at), (now(), now()));
    assert_eq!(
        (state.author_id, state.name.as_str()),
        (author_id(7), "Gabo")
    );
    assert_eq!(state.birth_date.as_deref(), Some("1927-03-06"));
    assert_eq!(state.aliases, ["Gabo"]);
}

#[test]
fn each_command_wants_the_records_that_it_names() {
    let create = Command::Create {
        id: author_id(7),
        fields: fields("Gabo"),
    };
    assert_eq!(create.wanted(), Wanted::default());
    let author = Wanted {
        authors: [author_id(1)].into(),
        ..Wanted::default()
    };
    assert_eq!(revise("Gabo", None).wanted(), author);
    assert_eq!(delete(None).wanted(), author);
    let with_books = Wanted {
        books: [2, 3].map(book_id).into(),
        links: [2, 3].map(key).into(),
        ..author.clone()
    };
    assert_eq!(link_books(&[3, 2, 3]).wanted(), with_books);
    let with_link = Wanted {
        links: [key(2)].into(),
        ..author
    };
    assert_eq!(unlink_book(2).wanted(), with_link);
    let with_both_ends = Wanted {
        books: [book_id(2)].into(),
        ..with_link
    };
    assert_eq!(credit(2, "editor").wanted(), with_both_ends);
}

#[test]
fn a_revision_is_the_next_version_as_of_now() {
    let revised = author_after(&with(held()), &revise("Gabriel", None));
    assert_eq!((revised.version, revised.deleted), (4, false));
    assert_eq!(revised.state.name, "Gabriel");
    assert_eq!(revised.state.created_at, held().state.created_at);
    assert_eq!(revised.state.updated_at, now());
}

#[test]
fn a_revision_takes_away_what_it_leaves_out() {
    let raw = RawAuthor {
        name: Some("Gabo".to_owned()),
        ..RawAuthor::default()
    };
    let command = Command::Revise {
        target: target(None),
        fields: raw.parse(now().date_naive()).unwrap(),
    };
    let revised = author_after(&with(held()), &command);
    assert_eq!(revised.state.birth_date, None);
    assert!(revised.state.aliases.is_empty());
}

#[test]
fn a_revision_to_what_is_there_already_changes_nothing() {
    let changes = decided(&with(held()), &revise("Gabo", None));
    assert_eq!(changes, Ok(vec![]));
    let differently_written = decided(&with(held()), &revise("  Gabo ", Some(&[3])));
    assert_eq!(differently_written, Ok(vec![]));
}

#[test]
fn a_deletion_is_a_version_and_keeps_the_last_fields() {
    let tombstone = author_after(&with(held()), &delete(None));
    assert_eq!((tombstone.version, tombstone.deleted), (4, true));
    let mut expected = held().state;
    expected.updated_at = now();
    assert_eq!(tombstone.state, expected);
}

#[test]
fn nothing_can_be_done_with_an_author_that_is_not_there() {
    for command in [
        revise("Gabriel", Some(&[3])),
        delete(Some(&[3])),
        link_books(&[2, 9]),
        unlink_book(2),
        credit(2, "editor"),
    ] {
        let never = Loaded {
            authors: BTreeMap::new(),
            ..with_books(&[(2, 0)])
        };
        let refusal = Err(CommandError::NoSuchAuthor(author_id(1)));
        assert_eq!(decided(&never, &command), refusal, "{command:?}");
        let gone = Loaded {
            authors: with(deleted()).authors,
            ..with_books(&[(2, 0)])
        };
        let refusal = Err(CommandError::AuthorDeleted(author_id(1)));
        assert_eq!(decided(&gone, &command), refusal, "{command:?}");
    }
}

#[test]
fn an_author_is_changed_only_in_a_version_that_is_expected() {
    let mismatch = CommandError::VersionMismatch {
        id: author_id(1),
        current: 3,
    };
    for make in [|e| revise("Gabriel", e), delete, |e| revise("Gabo", e)] {
        for wrong in [&[][..], &[2], &[4], &[1, 2]] {
            let refusal = decided(&with(held()), &make(Some(wrong)));
            assert_eq!(refusal, Err(mismatch.clone()), "{wrong:?}");
        }
        for right in [Some(&[3][..]), Some(&[1, 3]), None] {
            assert!(decided(&with(held()), &make(right)).is_ok(), "{right:?}");
        }
    }
}
