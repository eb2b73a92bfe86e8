//! What each command does, and when it does nothing.
#![expect(clippy::unwrap_used, reason = "tests")]

use chrono::TimeDelta;
use shared_events::Revision;

use super::*;
use crate::domain::{RawBook, values::BookScheme};

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

/// What links become, each with the register that was loaded as its `before`.
fn links_after(loaded: &Loaded, command: &Command) -> Vec<(i64, LinkRegister)> {
    let changes = decided(loaded, command).unwrap();
    let link = |change| match change {
        Change::Link { before, after } => {
            assert_eq!(before.as_ref(), loaded.links.get(&after.key));
            assert_eq!(after.key.book_id, book_id(1));
            (after.key.author_id.get(), after.register)
        }
        Change::Book { .. } => panic!("a change of a book"),
    };
    changes.into_iter().map(link).collect()
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

#[test]
fn authors_are_linked_after_the_greatest_position_in_the_order_asked_for() {
    for (greatest, expected) in [(0, [(5, 1), (2, 2), (3, 3)]), (4, [(5, 5), (2, 6), (3, 7)])] {
        let loaded = with_authors(&[2, 3, 5], greatest);
        let linked = links_after(&loaded, &link_authors(&[5, 2, 3]));
        let places: Vec<_> = linked
            .iter()
            .map(|(author, register)| (*author, register.credit.position))
            .collect();
        assert_eq!(places, expected);
        for (_, register) in linked {
            assert!(register.presence.present);
            assert_eq!(register.credit.role, "author");
            assert_eq!(register.credit.credited_as, None);
            assert_eq!(register.presence.revision, register.credit.revision);
            assert!(register.presence.revision.get() >= now().timestamp_millis() << 10);
        }
    }
}

#[test]
fn an_author_named_twice_is_linked_once() {
    let linked = links_after(&with_authors(&[2], 0), &link_authors(&[2, 2, 2]));
    assert_eq!(linked.len(), 1);
}

#[test]
fn a_link_that_is_there_is_left_alone() {
    let mut loaded = with_authors(&[2, 3], 1);
    let register = LinkRegister::new(1, 0, Side::Authors);
    loaded.links.insert(key(2), register);
    let linked = links_after(&loaded, &link_authors(&[2, 3]));
    assert_eq!(linked.len(), 1);
    assert_eq!(linked[0].0, 3);
    assert_eq!(linked[0].1.credit.position, 2);
    assert_eq!(decided(&loaded, &link_authors(&[2])), Ok(vec![]));
    assert_eq!(decided(&loaded, &link_authors(&[])), Ok(vec![]));
}

#[test]
fn a_link_that_comes_back_keeps_its_credit() {
    let before = LinkRegister::new(2, 0, Side::Authors)
        .with_credit(
            "translator".to_owned(),
            6,
            Some("G.".to_owned()),
            1,
            Side::Authors,
        )
        .with_presence(false, 2, Side::Books);
    // The book has no place left, and it needs none.
    let mut loaded = with_authors(&[2], i32::MAX);
    loaded.links.insert(key(2), before.clone());
    let linked = links_after(&loaded, &link_authors(&[2]));
    assert!(linked[0].1.presence.present);
    assert_eq!(linked[0].1.credit, before.credit);
}

#[test]
fn every_author_that_is_not_known_is_named_and_none_is_linked() {
    let refusal = decided(&with_authors(&[2], 0), &link_authors(&[9, 2, 8, 9]));
    let unknown = [9, 8].map(author_id).into();
    assert_eq!(refusal, Err(CommandError::NoSuchAuthors(unknown)));
}

#[test]
fn a_book_without_a_further_position_takes_no_further_author() {
    let full = with_authors(&[2], i32::MAX);
    let refusal = Err(CommandError::BookFull(book_id(1)));
    assert_eq!(decided(&full, &link_authors(&[2])), refusal);
    let almost = with_authors(&[2, 3], i32::MAX - 1);
    let last = links_after(&almost, &link_authors(&[2]));
    assert_eq!(last[0].1.credit.position, i32::MAX);
    // One too many, so none at all.
    assert_eq!(decided(&almost, &link_authors(&[2, 3])), refusal);
}

#[test]
fn an_unlinked_author_keeps_the_credit_of_its_link() {
    let register = LinkRegister::new(4, 0, Side::Authors);
    let mut loaded = with(held());
    loaded.links.insert(key(2), register.clone());
    let unlinked = links_after(&loaded, &unlink_author(2));
    assert_eq!(unlinked.len(), 1);
    assert!(!unlinked[0].1.presence.present);
    assert_eq!(unlinked[0].1.credit, register.credit);
}

#[test]
fn unlinking_what_is_not_linked_changes_nothing() {
    let mut loaded = with(held());
    assert_eq!(decided(&loaded, &unlink_author(2)), Ok(vec![]));
    let register = LinkRegister::new(1, 0, Side::Authors);
    let absent = register.with_presence(false, 1, Side::Authors);
    loaded.links.insert(key(2), absent);
    assert_eq!(decided(&loaded, &unlink_author(2)), Ok(vec![]));
}

#[test]
fn a_change_of_a_link_is_this_side_s_and_newer_than_all_before_even_if_the_clock_was_set_back() {
    let in_the_future = now().timestamp_millis() + 3_600_000;
    let present = LinkRegister::new(1, in_the_future, Side::Authors);
    let absent = present
        .clone()
        .with_presence(false, in_the_future, Side::Authors);
    for (before, command) in [
        (None, link_authors(&[2])),
        (Some(absent), link_authors(&[2])),
        (Some(present), unlink_author(2)),
    ] {
        let mut loaded = with_authors(&[2], 0);
        loaded
            .links
            .extend(before.clone().map(|held| (key(2), held)));
        let (_, after) = links_after(&loaded, &command).remove(0);
        let revision = after.presence.revision;
        assert_eq!(revision.side(), Side::Books);
        let greatest = before.map_or(Revision::default(), |held| held.greatest_revision());
        assert!(revision > greatest, "{command:?}");
    }
}

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
