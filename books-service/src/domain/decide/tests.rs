//! What each command does, and when it does nothing.
#![expect(clippy::unwrap_used, reason = "tests")]

use chrono::TimeDelta;
use shared_events::Side;

use super::*;
use crate::domain::{RawBook, RawCredit};

mod amendments;
mod claims;
mod credits;
mod links;
mod restoring;

fn now() -> DateTime<Utc> {
    "2026-11-20T09:30:00.123456Z".parse().unwrap()
}

fn book_id(number: i64) -> BookId {
    BookId::try_from(number).unwrap()
}

fn author_id(number: i64) -> AuthorId {
    AuthorId::try_from(number).unwrap()
}

fn key(author: i64) -> LinkKey {
    LinkKey {
        book_id: book_id(1),
        author_id: author_id(author),
    }
}

fn raw(title: &str) -> RawBook {
    RawBook {
        title: Some(title.to_owned()),
        publication_year: Some(1944),
        subjects: vec!["Libraries".to_owned()],
        ..RawBook::default()
    }
}

fn fields(title: &str) -> BookFields {
    raw(title).parse(2026).unwrap()
}

/// Book 1, in version 3, created and last changed the day before.
fn held() -> Book {
    let yesterday = now() - TimeDelta::days(1);
    Book {
        version: 3,
        ..Book::create(book_id(1), fields("Ficciones"), yesterday)
    }
}

fn deleted() -> Book {
    held().delete(now() - TimeDelta::hours(1))
}

fn with(book: Book) -> Loaded {
    Loaded {
        books: [(book.state.book_id, book)].into(),
        ..Loaded::default()
    }
}

/// Book 1, live, these authors of the cache, and the greatest position of its links.
fn with_authors(authors: &[i64], greatest_position: i32) -> Loaded {
    let positions = (greatest_position > 0).then_some((book_id(1), greatest_position));
    Loaded {
        authors: authors.iter().copied().map(author_id).collect(),
        positions: positions.into_iter().collect(),
        ..with(held())
    }
}

fn target(expected: Option<&[i64]>) -> Target {
    Target {
        id: book_id(1),
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

fn link_authors(authors: &[i64]) -> Command {
    Command::LinkAuthors {
        book_id: book_id(1),
        author_ids: authors.iter().copied().map(author_id).collect(),
    }
}

fn unlink_author(author: i64) -> Command {
    Command::UnlinkAuthor { link: key(author) }
}

fn credit(author: i64, role: &str) -> Command {
    let raw = RawCredit {
        role: Some(role.to_owned()),
        position: Some(2),
        credited_as: Some("G. Marquez".to_owned()),
    };
    Command::CreditLink {
        link: key(author),
        credit: raw.parse().unwrap(),
    }
}

fn decided(loaded: &Loaded, command: &Command) -> Result<Vec<Change>, CommandError> {
    decide(loaded, command, now())
}

/// What a book becomes by the only change.
fn book_after(loaded: &Loaded, command: &Command) -> Book {
    match decided(loaded, command).unwrap().as_slice() {
        [Change::Book { before, after }] => {
            let id = after.state.book_id;
            assert_eq!(before.as_deref(), loaded.books.get(&id));
            after.as_ref().clone()
        }
        other => panic!("not one change of a book: {other:?}"),
    }
}

#[test]
fn a_new_book_is_in_its_first_version_as_of_now() {
    let command = Command::Create {
        id: book_id(7),
        fields: fields("Ficciones"),
    };
    let created = book_after(&Loaded::default(), &command);
    assert_eq!((created.version, created.deleted), (1, false));
    let state = created.state;
    assert_eq!((state.created_at, state.updated_at), (now(), now()));
    assert_eq!(
        (state.book_id, state.title.as_str()),
        (book_id(7), "Ficciones")
    );
    assert_eq!(state.publication_year, Some(1944));
    assert_eq!(state.subjects, ["Libraries"]);
}

#[test]
fn each_command_wants_the_records_that_it_names() {
    let create = Command::Create {
        id: book_id(7),
        fields: fields("Ficciones"),
    };
    assert_eq!(create.wanted(), Wanted::default());
    let book = Wanted {
        books: [book_id(1)].into(),
        ..Wanted::default()
    };
    assert_eq!(revise("Ficciones", None).wanted(), book);
    assert_eq!(delete(None).wanted(), book);
    let with_authors = Wanted {
        authors: [2, 3].map(author_id).into(),
        links: [2, 3].map(key).into(),
        positions: [book_id(1)].into(),
        ..book.clone()
    };
    assert_eq!(link_authors(&[3, 2, 3]).wanted(), with_authors);
    let with_link = Wanted {
        links: [key(2)].into(),
        ..book
    };
    assert_eq!(unlink_author(2).wanted(), with_link);
    let with_both_ends = Wanted {
        authors: [author_id(2)].into(),
        ..with_link
    };
    assert_eq!(credit(2, "editor").wanted(), with_both_ends);
}

#[test]
fn a_revision_is_the_next_version_as_of_now() {
    let revised = book_after(&with(held()), &revise("Labyrinths", None));
    assert_eq!((revised.version, revised.deleted), (4, false));
    assert_eq!(revised.state.title, "Labyrinths");
    assert_eq!(revised.state.created_at, held().state.created_at);
    assert_eq!(revised.state.updated_at, now());
}

#[test]
fn a_revision_takes_away_what_it_leaves_out() {
    let raw = RawBook {
        title: Some("Ficciones".to_owned()),
        ..RawBook::default()
    };
    let command = Command::Revise {
        target: target(None),
        fields: raw.parse(2026).unwrap(),
    };
    let revised = book_after(&with(held()), &command);
    assert_eq!(revised.state.publication_year, None);
    assert!(revised.state.subjects.is_empty());
}

#[test]
fn a_revision_to_what_is_there_already_changes_nothing() {
    let changes = decided(&with(held()), &revise("Ficciones", None));
    assert_eq!(changes, Ok(vec![]));
    let differently_written = decided(&with(held()), &revise("  Ficciones ", Some(&[3])));
    assert_eq!(differently_written, Ok(vec![]));
}

#[test]
fn a_deletion_is_a_version_and_keeps_the_last_fields() {
    let tombstone = book_after(&with(held()), &delete(None));
    assert_eq!((tombstone.version, tombstone.deleted), (4, true));
    let mut expected = held().state;
    expected.updated_at = now();
    assert_eq!(tombstone.state, expected);
}

#[test]
fn nothing_can_be_done_with_a_book_that_is_not_there() {
    for command in [
        revise("Labyrinths", Some(&[3])),
        delete(Some(&[3])),
        link_authors(&[2, 9]),
        unlink_author(2),
        credit(2, "editor"),
    ] {
        let never = Loaded {
            books: BTreeMap::new(),
            ..with_authors(&[2], 0)
        };
        let refusal = Err(CommandError::NoSuchBook(book_id(1)));
        assert_eq!(decided(&never, &command), refusal, "{command:?}");
        let gone = Loaded {
            books: with(deleted()).books,
            ..with_authors(&[2], 0)
        };
        let refusal = Err(CommandError::BookDeleted(book_id(1)));
        assert_eq!(decided(&gone, &command), refusal, "{command:?}");
    }
}

#[test]
fn a_book_is_changed_only_in_a_version_that_is_expected() {
    let mismatch = CommandError::VersionMismatch {
        id: book_id(1),
        current: 3,
    };
    for make in [
        |e| revise("Labyrinths", e),
        delete,
        |e| revise("Ficciones", e),
    ] {
        for wrong in [&[][..], &[2], &[4], &[1, 2]] {
            let refusal = decided(&with(held()), &make(Some(wrong)));
            assert_eq!(refusal, Err(mismatch.clone()), "{wrong:?}");
        }
        for right in [Some(&[3][..]), Some(&[1, 3]), None] {
            assert!(decided(&with(held()), &make(right)).is_ok(), "{right:?}");
        }
    }
}
