//! How commands take conflicts, waiting and stopping.
#![expect(clippy::unwrap_used, reason = "tests")]

use chrono::{DateTime, TimeDelta, Utc};
use mockall::Sequence;
use replication::StoreError;
use service_kit::clock::ManualClock;
use shared_events::{Key, LinkRegister, Side};

use super::*;
use crate::domain::{Loaded, MockAuthorRepository, RawAuthor};

mod credits;
mod restoring;
mod waiting;

const PATIENCE: Duration = Duration::from_secs(30);

fn now() -> DateTime<Utc> {
    "2026-11-20T09:30:00.123456Z".parse().unwrap()
}

fn author_id() -> AuthorId {
    AuthorId::try_from(1).unwrap()
}

fn book_id(number: i64) -> BookId {
    BookId::try_from(number).unwrap()
}

fn fields(name: &str) -> AuthorFields {
    let raw = RawAuthor {
        name: Some(name.to_owned()),
        ..RawAuthor::default()
    };
    raw.parse(now().date_naive()).unwrap()
}

fn caller() -> Caller {
    Caller {
        correlation_id: "request-1".to_owned(),
        traceparent: Some("00-4bf9-00f0-01".to_owned()),
        actor: Some("editor@example.org".to_owned()),
    }
}

/// The author as it is in `version`.
fn in_version(version: i64) -> Loaded {
    let author = Author {
        version,
        ..Author::create(author_id(), fields("Gabo"), now() - TimeDelta::days(1))
    };
    Loaded {
        authors: [(author_id(), author)].into(),
        ..Loaded::default()
    }
}

/// The author, and these books.
fn with_books(numbers: &[i64]) -> Loaded {
    let books = numbers.iter().map(|number| (book_id(*number), 0));
    Loaded {
        books: books.collect(),
        ..in_version(1)
    }
}

fn any_version() -> Target {
    Target {
        id: author_id(),
        expected: None,
    }
}

/// Commands on a mocked repository, and what rings and stops them.
struct Bench {
    commands: Commands,
    cache_changed: Wakeup,
    stopping: CancellationToken,
}

impl Bench {
    fn new(repository: MockAuthorRepository) -> Self {
        let cache_changed = Wakeup::default();
        let stopping = CancellationToken::new();
        let commands = Commands::new(
            Arc::new(repository),
            Arc::new(ManualClock::new(now())),
            cache_changed.clone(),
            stopping.clone(),
        );
        Self {
            commands,
            cache_changed,
            stopping,
        }
    }

    async fn link(&self, books: &[i64], patience: Duration) -> Result<Done<Linked>, CommandError> {
        let book_ids = books.iter().copied().map(book_id).collect();
        self.commands
            .link_books(author_id(), book_ids, patience, &caller(), None)
            .await
    }
}

fn no_such_books(numbers: &[i64]) -> CommandError {
    CommandError::NoSuchBooks(numbers.iter().copied().map(book_id).collect())
}

#[tokio::test]
async fn a_new_author_gets_the_reserved_id_and_its_change_names_the_request() {
    let mut repository = MockAuthorRepository::new();
    let reserved = AuthorId::try_from(41).unwrap();
    repository
        .expect_next_ids()
        .withf(|count| *count == 1)
        .once()
        .return_once(move |_| Ok(vec![reserved]));
    repository
        .expect_load()
        .return_once(|_| Ok(Loaded::default()));
    let told = Context {
        correlation_id: "request-1".to_owned(),
        traceparent: Some("00-4bf9-00f0-01".to_owned()),
        actor: Some("editor@example.org".to_owned()),
        now: now(),
    };
    repository
        .expect_save()
        .withf(move |changes, context| changes.len() == 1 && *context == told)
        .once()
        .return_once(|_, _| Ok(()));
    let created = Bench::new(repository)
        .commands
        .create(fields("Gabo"), &caller(), None)
        .await;
    let expected = Author::create(reserved, fields("Gabo"), now());
    let created = created.unwrap();
    assert_eq!(created.outcome, expected);
    assert_eq!(created.last, Some((Key::Author(reserved), 1)));
}

#[tokio::test]
async fn a_conflict_is_decided_again_from_what_is_there_now() {
    let mut repository = MockAuthorRepository::new();
    let mut order = Sequence::new();
    for (version, outcome) in [(1, Err(SaveError::Conflict)), (2, Ok(()))] {
        repository
            .expect_load()
            .once()
            .in_sequence(&mut order)
            .return_once(move |_| Ok(in_version(version)));
        repository
            .expect_save()
            .withf(move |changes, _| {
                matches!(changes, [Change::Author { before: Some(before), after }]
                    if before.version == version && after.version == version + 1)
            })
            .once()
            .in_sequence(&mut order)
            .return_once(move |_, _| outcome);
    }
    let revised = Bench::new(repository)
        .commands
        .revise(any_version(), fields("Gabriel"), &caller())
        .await;
    let held = in_version(2).authors.remove(&author_id()).unwrap();
    let written = Written {
        author: held.revise(fields("Gabriel"), now()).unwrap(),
        changed: true,
    };
    let done = Done {
        outcome: written,
        last: Some((Key::Author(author_id()), 3)),
    };
    assert_eq!(revised, Ok(done));
}

#[tokio::test]
async fn a_conflict_with_what_the_caller_expects_is_told() {
    let mut repository = MockAuthorRepository::new();
    let mut order = Sequence::new();
    for version in [1, 2] {
        repository
            .expect_load()
            .once()
            .in_sequence(&mut order)
            .return_once(move |_| Ok(in_version(version)));
    }
    repository
        .expect_save()
        .once()
        .return_once(|_, _| Err(SaveError::Conflict));
    let target = Target {
        expected: Some(vec![1]),
        ..any_version()
    };
    let deleted = Bench::new(repository)
        .commands
        .delete(target, &caller())
        .await;
    let mismatch = CommandError::VersionMismatch {
        id: author_id(),
        current: 2,
    };
    assert_eq!(deleted, Err(mismatch));
}

#[tokio::test(start_paused = true)]
async fn a_command_gives_up_when_others_are_always_faster() {
    let began = Instant::now();
    let mut repository = MockAuthorRepository::new();
    let attempts = ATTEMPTS as usize;
    repository
        .expect_load()
        .times(attempts)
        .returning(|_| Ok(in_version(1)));
    repository
        .expect_save()
        .times(attempts)
        .returning(|_, _| Err(SaveError::Conflict));
    let deleted = Bench::new(repository)
        .commands
        .delete(any_version(), &caller())
        .await;
    assert_eq!(deleted, Err(CommandError::Contended));
    // So long somebody else may have a record locked.
    let seconds = began.elapsed().as_secs();
    assert!((5..10).contains(&seconds), "{seconds}");
}

#[tokio::test]
async fn a_store_that_can_not_be_used_is_told_at_once() {
    let away = StoreError::Unavailable("gone fishing".to_owned());
    let mut repository = MockAuthorRepository::new();
    let error = away.clone();
    repository
        .expect_load()
        .once()
        .return_once(move |_| Err(error));
    let bench = Bench::new(repository);
    let linked = bench.link(&[2], PATIENCE).await;
    assert_eq!(linked, Err(CommandError::Store(away.clone())));

    let mut repository = MockAuthorRepository::new();
    repository
        .expect_load()
        .once()
        .return_once(|_| Ok(in_version(1)));
    let error = SaveError::Store(away.clone());
    repository
        .expect_save()
        .once()
        .return_once(move |_, _| Err(error));
    let deleted = Bench::new(repository)
        .commands
        .delete(any_version(), &caller())
        .await;
    assert_eq!(deleted, Err(CommandError::Store(away)));
}

#[tokio::test]
async fn what_changes_nothing_is_not_saved() {
    let mut repository = MockAuthorRepository::new();
    repository.expect_load().returning(|wanted| {
        let mut loaded = with_books(&[2]);
        for link in &wanted.links {
            let present = LinkRegister::new(1, 0, Side::Books);
            let linked = link.book_id == book_id(2);
            loaded.links.extend(linked.then_some((*link, present)));
        }
        Ok(loaded)
    });
    repository.expect_save().never();
    let bench = Bench::new(repository);
    let same = fields("Gabo");
    let revised = bench.commands.revise(any_version(), same, &caller()).await;
    let written = Written {
        author: in_version(1).authors.remove(&author_id()).unwrap(),
        changed: false,
    };
    let done = Done {
        outcome: written,
        last: Some((Key::Author(author_id()), 1)),
    };
    assert_eq!(revised, Ok(done));
    let link = LinkKey {
        author_id: author_id(),
        book_id: book_id(3),
    };
    let unlinked = bench.commands.unlink_book(link, &caller()).await;
    let nothing_there = Done {
        outcome: false,
        last: None,
    };
    assert_eq!(unlinked, Ok(nothing_there));
    let linked = bench.link(&[2], Duration::ZERO).await.unwrap();
    assert!(linked.last.is_some());
    assert!(linked.outcome.linked.is_empty());
    assert_eq!(linked.outcome.already_linked, [book_id(2)]);
}

#[tokio::test]
async fn it_is_told_which_books_were_linked_before_each_once_and_in_order() {
    let mut repository = MockAuthorRepository::new();
    repository.expect_load().once().return_once(|wanted| {
        let mut loaded = with_books(&[2, 3, 4, 5]);
        let before = wanted
            .links
            .iter()
            .filter(|link| link.book_id.get() % 2 == 0);
        let present = before.map(|link| (*link, LinkRegister::new(1, 0, Side::Books)));
        loaded.links = present.collect();
        Ok(loaded)
    });
    repository
        .expect_save()
        .withf(|changes, _| changes.len() == 2)
        .once()
        .return_once(|_, _| Ok(()));
    let linked = Bench::new(repository)
        .link(&[5, 4, 5, 3, 2, 4], Duration::ZERO)
        .await;
    let expected = Linked {
        linked: [5, 3].map(book_id).into(),
        already_linked: [4, 2].map(book_id).into(),
    };
    let linked = linked.unwrap();
    assert_eq!(linked.outcome, expected);
    let last = Key::Link {
        author_id: author_id(),
        book_id: book_id(3),
    };
    assert_eq!(linked.last.unwrap().0, last);
}
