//! Messages that could not be applied.

use std::slice::from_ref;

use chrono::{DateTime, TimeDelta, Utc};
use replication::{
    inbox::{Ledger, Position},
    parked::{ParkedCounts, ParkedMessage, message_id},
};
use uuid::Uuid;

use crate::{records::now, store::Store};

pub(crate) fn later(seconds: i64) -> DateTime<Utc> {
    now() + TimeDelta::seconds(seconds)
}

/// A message that failed `attempts` times and is due a second after the last failure.
pub(crate) fn message(body: &'static [u8], attempts: u32) -> ParkedMessage {
    let failed_at = later(i64::from(attempts));
    ParkedMessage {
        id: message_id(body),
        position: Some(Position {
            producer: "books-service".to_owned(),
            epoch: 2,
            sequence: 4_711,
        }),
        event_id: Some(Uuid::from_u128(7)),
        event_type: Some("book.updated".to_owned()),
        body: body.into(),
        reason: format!("failed {attempts} times: «ü»"),
        attempts,
        first_failed_at: later(1),
        last_failed_at: failed_at,
        next_attempt_at: Some(failed_at + TimeDelta::seconds(1)),
    }
}

fn dead(body: &'static [u8]) -> ParkedMessage {
    ParkedMessage {
        next_attempt_at: None,
        ..message(body, 4)
    }
}

async fn due(store: &Store, seconds: i64, limit: u32) -> Vec<ParkedMessage> {
    store.parked.due(later(seconds), limit).await.unwrap()
}

async fn counts(store: &Store) -> (u64, u64) {
    let ParkedCounts { parked, dead } = store.parked.counts().await.unwrap();
    (parked, dead)
}

pub(crate) async fn a_parked_message_reads_back_as_it_was_parked(store: Store) {
    let parked = message(b"{\"broken\": \0\xff\xfe", 1);
    store.park(&parked).await;
    assert_eq!(due(&store, 60, 10).await, *from_ref(&parked));
    assert_eq!(due(&store.opened_again(), 60, 10).await, [parked]);
}

pub(crate) async fn a_message_of_which_nothing_could_be_read_is_parked_too(store: Store) {
    let unreadable = ParkedMessage {
        position: None,
        event_id: None,
        event_type: None,
        ..message(b"", 1)
    };
    store.park(&unreadable).await;
    assert_eq!(due(&store, 60, 10).await, [unreadable]);
}

pub(crate) async fn messages_are_due_in_order(store: Store) {
    assert_eq!(store.parked.next_due().await, Ok(None));
    let at = |body, seconds| ParkedMessage {
        next_attempt_at: Some(later(seconds)),
        ..message(body, 1)
    };
    let [c, a, b] = [at(b"c", 30), at(b"a", 10), at(b"b", 20)];
    let ledger = Ledger {
        park: vec![c.clone(), a.clone(), b.clone()],
        ..Ledger::default()
    };
    store.write(&ledger).await;
    assert_eq!(store.parked.next_due().await, Ok(Some(later(10))));
    assert!(due(&store, 9, 10).await.is_empty());
    assert_eq!(due(&store, 10, 10).await, *from_ref(&a));
    assert_eq!(due(&store, 29, 10).await, [a.clone(), b.clone()]);
    assert_eq!(due(&store, 60, 2).await, [a.clone(), b.clone()]);
    assert_eq!(due(&store, 60, 10).await, [a, b, c]);
    assert_eq!(counts(&store).await, (3, 0));
}

pub(crate) async fn the_same_attempt_again_changes_nothing(store: Store) {
    let parked = message(b"redelivered", 2);
    store.park(&parked).await;
    let redelivered = ParkedMessage {
        reason: "another".to_owned(),
        next_attempt_at: Some(later(50)),
        last_failed_at: later(49),
        ..parked.clone()
    };
    let twice = Ledger {
        park: vec![redelivered.clone(), redelivered],
        ..Ledger::default()
    };
    store.write(&twice).await;
    assert_eq!(due(&store, 60, 10).await, [parked]);
    assert_eq!(counts(&store).await, (1, 0));
}

pub(crate) async fn a_later_attempt_replaces_the_earlier_one_and_keeps_the_first_failure(
    store: Store,
) {
    store.park(&message(b"stubborn", 1)).await;
    // What comes again from the queue does not know when it failed first.
    let again = ParkedMessage {
        first_failed_at: later(40),
        ..message(b"stubborn", 2)
    };
    store.park(&again).await;
    let kept = message(b"stubborn", 2);
    assert_eq!(due(&store, 60, 10).await, [kept]);
    assert_eq!(counts(&store).await, (1, 0));
}

pub(crate) async fn a_dead_letter_is_counted_and_never_due(store: Store) {
    store.park(&message(b"parked", 1)).await;
    store.park(&dead(b"dead")).await;
    assert_eq!(counts(&store).await, (1, 1));
    assert_eq!(due(&store, 1_000_000, 10).await, [message(b"parked", 1)]);
    store.park(&dead(b"parked")).await;
    assert_eq!(counts(&store).await, (0, 2));
    assert_eq!(store.parked.next_due().await, Ok(None));
}

pub(crate) async fn a_message_that_was_applied_is_gone(store: Store) {
    let [applied, other] = [message(b"applied", 1), message(b"other", 1)];
    store.park(&applied).await;
    store.park(&other).await;
    let unpark = Ledger {
        unpark: vec![applied.id, message_id(b"never parked")],
        ..Ledger::default()
    };
    store.write(&unpark).await;
    assert_eq!(due(&store, 60, 10).await, [other]);
    store.write(&unpark).await;
    assert_eq!(counts(&store).await, (1, 0));
}

pub(crate) async fn an_earlier_attempt_does_not_wake_a_dead_letter(store: Store) {
    store.park(&dead(b"dead")).await;
    store.park(&message(b"dead", 1)).await;
    assert_eq!(counts(&store).await, (0, 1));
    assert!(due(&store, 60, 10).await.is_empty());
}
