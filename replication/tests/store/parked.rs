//! Parked messages: kept byte for byte until they are applied.

use chrono::{DateTime, TimeDelta, Utc};
use replication::{
    inbox::{Ledger, Position},
    parked::{ParkedCounts, ParkedMessage, message_id},
};
use uuid::Uuid;

use crate::store::Store;

fn at(seconds: i64) -> DateTime<Utc> {
    let noon: DateTime<Utc> = "2026-11-20T12:00:00Z".parse().unwrap();
    noon + TimeDelta::seconds(seconds)
}

fn message(body: &'static [u8], next_attempt_at: Option<DateTime<Utc>>) -> ParkedMessage {
    ParkedMessage {
        id: message_id(body),
        position: Some(Position {
            producer: "things-service".to_owned(),
            epoch: 2,
            sequence: 7,
        }),
        event_id: Some(Uuid::from_u128(7)),
        event_type: Some("thing.updated".to_owned()),
        body: body.into(),
        reason: "it breaks a rule".to_owned(),
        attempts: 1,
        first_failed_at: at(0),
        last_failed_at: at(0),
        next_attempt_at,
    }
}

async fn park(store: &Store, messages: &[ParkedMessage]) {
    let ledger = Ledger {
        park: messages.to_vec(),
        ..Ledger::default()
    };
    store.write(&ledger).await.unwrap();
}

async fn all(store: &Store) -> Vec<ParkedMessage> {
    store.due(at(1_000_000), u32::MAX).await
}

pub(crate) async fn a_message_reads_back_as_it_was_parked(store: Store) {
    let body = b"\0\xff not { JSON \xf0\x9f\x93\x96";
    let parked = ParkedMessage {
        reason: "Größe \u{fffd} ' \"".to_owned(),
        attempts: 3,
        first_failed_at: "2026-11-20T11:59:59.123456Z".parse().unwrap(),
        last_failed_at: "2026-11-20T12:00:00.000001Z".parse().unwrap(),
        ..message(body, Some(at(25)))
    };
    park(&store, std::slice::from_ref(&parked)).await;
    assert_eq!(all(&store).await, [parked]);
}

pub(crate) async fn a_message_of_which_nothing_is_known_is_parked_too(store: Store) {
    let parked = ParkedMessage {
        position: None,
        event_id: None,
        event_type: None,
        ..message(b"", Some(at(1)))
    };
    park(&store, std::slice::from_ref(&parked)).await;
    assert_eq!(all(&store).await, [parked]);
    assert!(store.checkpoints().await.is_empty());
}

pub(crate) async fn parking_settles_nothing_by_itself_and_unparking_forgets(store: Store) {
    let [a, b] = [message(b"a", Some(at(1))), message(b"b", Some(at(2)))];
    park(&store, &[a.clone(), b.clone()]).await;
    assert!(store.checkpoints().await.is_empty());
    let ledger = Ledger {
        settled: a.position.clone().into_iter().collect(),
        unpark: vec![a.id, message_id(b"never parked")],
        ..Ledger::default()
    };
    store.write(&ledger).await.unwrap();
    assert_eq!(all(&store).await, [b]);
    assert_eq!(store.checkpoints().await.len(), 1);
}

pub(crate) async fn messages_are_due_in_order_and_not_before_their_time(store: Store) {
    // A whole second, and fractions of more and fewer digits: text would sort some of them wrong.
    let times = [
        "12:00:01.5Z",
        "12:00:00Z",
        "12:00:01.000001Z",
        "12:00:00.1Z",
        "12:00:01Z",
        "12:00:00.123456Z",
        "11:59:59.999999Z",
    ]
    .map(|time| format!("2026-11-20T{time}").parse::<DateTime<Utc>>().unwrap());
    let bodies: [&[u8]; 7] = [b"1", b"2", b"3", b"4", b"5", b"6", b"7"];
    let messages = bodies.iter().zip(times).map(|(body, time)| message(body, Some(time)));
    park(&store, &messages.collect::<Vec<_>>()).await;

    let mut ascending = times;
    ascending.sort();
    assert_eq!(store.next_due().await, Some(ascending[0]));
    for (count, now) in (1..).zip(ascending) {
        let due = store.due(now, 100).await;
        let due: Vec<_> = due.iter().map(|parked| parked.next_attempt_at.unwrap()).collect();
        assert_eq!(due, ascending[..count], "due at {now}");
        let before = store.due(now - TimeDelta::microseconds(1), 100).await;
        assert_eq!(before.len(), count - 1, "due just before {now}");
    }
    let first = store.due(at(100), 2).await;
    let first: Vec<_> = first.iter().map(|parked| parked.next_attempt_at.unwrap()).collect();
    assert_eq!(first, ascending[..2]);
}

pub(crate) async fn the_same_attempt_again_changes_nothing(store: Store) {
    let mut parked = message(b"a", Some(at(30)));
    parked.attempts = 2;
    park(&store, std::slice::from_ref(&parked)).await;
    for attempts in [1, 2] {
        let again = ParkedMessage {
            attempts,
            reason: "another".to_owned(),
            first_failed_at: at(50),
            last_failed_at: at(50),
            next_attempt_at: Some(at(51)),
            ..parked.clone()
        };
        park(&store, &[again]).await;
        assert_eq!(all(&store).await, [parked.clone()]);
    }
}

pub(crate) async fn a_later_attempt_keeps_the_first_failure(store: Store) {
    let first = message(b"a", Some(at(1)));
    park(&store, std::slice::from_ref(&first)).await;
    let second = ParkedMessage {
        attempts: 2,
        reason: "still".to_owned(),
        first_failed_at: at(1),
        last_failed_at: at(1),
        next_attempt_at: Some(at(6)),
        ..first.clone()
    };
    park(&store, std::slice::from_ref(&second)).await;
    let expected = ParkedMessage {
        first_failed_at: at(0),
        ..second
    };
    assert_eq!(all(&store).await, [expected]);
}

pub(crate) async fn dead_letters_are_counted_and_never_due(store: Store) {
    let none = ParkedCounts { parked: 0, dead: 0 };
    assert_eq!(store.counts().await, none);
    assert_eq!(store.next_due().await, None);
    park(&store, &[message(b"a", None), message(b"b", Some(at(9))), message(b"c", None)]).await;
    assert_eq!(store.counts().await, ParkedCounts { parked: 1, dead: 2 });
    assert_eq!(store.next_due().await, Some(at(9)));
    assert_eq!(all(&store).await.len(), 1);
    let dead = ParkedMessage {
        attempts: 4,
        ..message(b"b", None)
    };
    park(&store, &[dead]).await;
    assert_eq!(store.counts().await, ParkedCounts { parked: 0, dead: 3 });
    assert_eq!(store.next_due().await, None);
    // Delivered again, it must not wake up.
    park(&store, &[message(b"b", Some(at(10)))]).await;
    assert_eq!(store.counts().await, ParkedCounts { parked: 0, dead: 3 });
}

pub(crate) async fn a_message_twice_in_one_batch_is_parked_once(store: Store) {
    let parked = message(b"a", Some(at(1)));
    park(&store, &[parked.clone(), parked.clone()]).await;
    assert_eq!(all(&store).await, [parked]);
}
