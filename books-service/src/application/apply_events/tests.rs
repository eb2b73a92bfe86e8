//! Of a batch the newest of each key is applied, whatever the order in which it came.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::{collections::BTreeMap, time::Duration};

use chrono::{DateTime, Utc};
use proptest::prelude::*;
use replication::inbox::Position;
use shared_events::{
    AuthorId, BookId, BookState, Credit, LinkRegister, LinkState, Presence, Revision,
};
use tokio::time::timeout;
use uuid::Uuid;

use super::*;
use crate::domain::{Link, LinkKey, MockAuthorsCache};

fn incoming(epoch: i64, version: i64, event: Option<Event>) -> Incoming<Event> {
    Incoming {
        position: Position {
            producer: "authors-service".to_owned(),
            epoch,
            sequence: 1,
        },
        event_id: Uuid::nil(),
        event_type: "of no interest here".to_owned(),
        correlation_id: "request-1".to_owned(),
        version: RecordVersion { epoch, version },
        event,
    }
}

fn author_id(number: i64) -> AuthorId {
    AuthorId::try_from(number).unwrap()
}

fn book_id(number: i64) -> BookId {
    BookId::try_from(number).unwrap()
}

/// Equal versions mean equal states, so the name is made of the version.
fn state(number: i64, epoch: i64, version: i64) -> AuthorState {
    AuthorState {
        author_id: author_id(number),
        name: format!("{number} at {epoch}-{version}"),
        birth_date: None,
        death_date: None,
        nationality: None,
        biography: None,
        aliases: Vec::new(),
        identifiers: BTreeMap::new(),
        created_at: DateTime::UNIX_EPOCH,
        updated_at: DateTime::UNIX_EPOCH,
    }
}

fn author(number: i64, epoch: i64, version: i64) -> Incoming<Event> {
    let state = state(number, epoch, version);
    let event = match (epoch + version) % 3 {
        0 => Event::AuthorDeleted(state),
        1 => Event::AuthorCreated(state),
        _ => Event::AuthorUpdated(state),
    };
    incoming(epoch, version, Some(event))
}

fn register(presence: i64, credit: i64) -> LinkRegister {
    LinkRegister {
        presence: Presence {
            present: presence % 3 != 0,
            revision: Revision::new(presence),
        },
        credit: Credit {
            role: format!("role {credit}"),
            position: 1,
            credited_as: None,
            revision: Revision::new(credit),
        },
    }
}

fn link(author: i64, presence: i64, credit: i64) -> Incoming<Event> {
    let register = register(presence, credit);
    let state = LinkState::new(author_id(author), book_id(9), &register);
    let event = match (register.presence.present, credit % 2) {
        (true, 0) => Event::AuthorBookLinked(state),
        (true, _) => Event::BookAuthorLinked(state),
        (false, 0) => Event::AuthorBookUnlinked(state),
        (false, _) => Event::BookAuthorUnlinked(state),
    };
    incoming(1, register.greatest_revision().get(), Some(event))
}

fn book(version: i64) -> Incoming<Event> {
    let state = BookState {
        book_id: book_id(1),
        title: "Ficciones".to_owned(),
        subtitle: None,
        isbn: None,
        publication_year: None,
        language: None,
        publisher: None,
        page_count: None,
        description: None,
        subjects: Vec::new(),
        identifiers: BTreeMap::new(),
        created_at: DateTime::<Utc>::UNIX_EPOCH,
        updated_at: DateTime::UNIX_EPOCH,
    };
    let event = match version % 3 {
        0 => Event::BookCreated(state),
        1 => Event::BookUpdated(state),
        _ => Event::BookDeleted(state),
    };
    incoming(1, version, Some(event))
}

fn of(events: &[Incoming<Event>]) -> CacheChanges {
    let events: Vec<_> = events.iter().collect();
    newest(&events)
}

#[test]
fn the_newest_state_of_an_author_is_taken_and_whether_it_is_deleted() {
    let changes = of(&[
        author(7, 1, 1),
        author(7, 1, 2),
        author(8, 1, 3),
        author(8, 1, 2),
    ]);
    let expected = [(7, 2, true), (8, 3, false)].map(|(number, version, deleted)| CachedAuthor {
        version: RecordVersion { epoch: 1, version },
        deleted,
        state: state(number, 1, version),
    });
    assert_eq!(changes.authors, expected);
    assert!(changes.links.is_empty());
}

#[test]
fn a_later_epoch_is_newer_than_any_version_of_an_earlier_one() {
    for events in [
        [author(7, 1, 99), author(7, 2, 1)],
        [author(7, 2, 1), author(7, 1, 99)],
    ] {
        let changes = of(&events);
        assert_eq!(changes.authors[0].state, state(7, 2, 1));
    }
}

#[test]
fn the_parts_of_a_link_are_merged_apart() {
    let changes = of(&[link(7, 4, 8), link(7, 6, 2), link(5, 1, 1)]);
    let expected = [(5, register(1, 1)), (7, register(6, 8))].map(|(author, register)| Link {
        key: LinkKey {
            book_id: book_id(9),
            author_id: author_id(author),
        },
        register,
    });
    assert_eq!(changes.links, expected);
}

#[test]
fn events_of_no_interest_change_nothing() {
    let events = [incoming(1, 1, None), book(3), book(4), book(5)];
    assert_eq!(of(&events), CacheChanges::default());
}

fn events() -> impl Strategy<Value = Vec<Incoming<Event>>> {
    let event = prop_oneof![
        4 => (1..4_i64, 1..3_i64, 1..5_i64).prop_map(|(n, epoch, version)| author(n, epoch, version)),
        4 => (1..4_i64, 1..7_i64, 1..7_i64).prop_map(|(n, presence, credit)| link(n, presence, credit)),
        1 => (1..4_i64).prop_map(book),
        1 => Just(incoming(1, 1, None)),
    ];
    prop::collection::vec(event, 0..24)
}

proptest! {
    #[test]
    fn any_order_and_any_repetition_of_a_batch_gives_the_same_changes(
        (events, shuffled) in events().prop_flat_map(|events| {
            let doubled: Vec<_> = events.iter().chain(&events).cloned().collect();
            (Just(events), Just(doubled).prop_shuffle())
        })
    ) {
        prop_assert_eq!(of(&events), of(&shuffled));
    }

    #[test]
    fn each_key_comes_once_and_in_order(events in events()) {
        let changes = of(&events);
        let authors: Vec<_> = changes.authors.iter().map(|author| author.state.author_id).collect();
        prop_assert!(authors.is_sorted_by(|a, b| a < b));
        let links: Vec<_> = changes.links.iter().map(|link| link.key).collect();
        prop_assert!(links.is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn no_event_of_the_batch_is_newer_than_what_is_taken(events in events()) {
        let changes = of(&events);
        for incoming in &events {
            match &incoming.event {
                Some(Event::AuthorCreated(b) | Event::AuthorUpdated(b) | Event::AuthorDeleted(b)) => {
                    let taken = changes.authors.iter().find(|t| t.state.author_id == b.author_id);
                    prop_assert!(taken.is_some_and(|taken| taken.version >= incoming.version));
                }
                Some(
                    Event::BookAuthorLinked(l) | Event::BookAuthorUnlinked(l)
                    | Event::AuthorBookLinked(l) | Event::AuthorBookUnlinked(l),
                ) => {
                    let taken = changes.links.iter().find(|t| t.key.author_id == l.author_id);
                    let register = l.clone().register();
                    let merged = taken.map(|taken| taken.register.clone().merge(register));
                    prop_assert_eq!(merged.as_ref(), taken.map(|taken| &taken.register));
                }
                _ => {}
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn who_waits_hears_of_a_batch_once_it_is_committed() {
    let ledger = Ledger {
        unpark: vec![Uuid::nil()],
        ..Ledger::default()
    };
    let event = author(7, 1, 1);
    let (changes, written) = (of(std::slice::from_ref(&event)), ledger.clone());
    let mut cache = MockAuthorsCache::new();
    cache
        .expect_apply()
        .withf(move |given, beside| *given == changes && *beside == written)
        .once()
        .return_once(|_, _| Ok(()));
    let cache_changed = Wakeup::default();
    let mut listener = cache_changed.listen();
    let apply = ApplyEvents::new(Arc::new(cache), cache_changed);
    apply.settle(&[&event], &ledger).await.unwrap();
    timeout(Duration::ZERO, listener.heard()).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn nobody_hears_of_a_batch_that_was_refused() {
    let refused = StoreError::Data("no".to_owned());
    let error = refused.clone();
    let mut cache = MockAuthorsCache::new();
    cache
        .expect_apply()
        .once()
        .return_once(move |_, _| Err(error));
    let cache_changed = Wakeup::default();
    let mut listener = cache_changed.listen();
    let apply = ApplyEvents::new(Arc::new(cache), cache_changed.clone());
    let settled = apply.settle(&[&author(7, 1, 1)], &Ledger::default()).await;
    assert_eq!(settled, Err(refused));
    let heard = timeout(Duration::from_secs(1), listener.heard()).await;
    assert!(heard.is_err());
}
