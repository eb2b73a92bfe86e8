//! What receipts ask of a store.

use chrono::{DateTime, TimeDelta, Utc};
use replication::{
    inbox::{Ledger, Position},
    log::Place,
    parked::{ParkedMessage, message_id},
};
use shared_events::{
    AuthorId, Key, Receipt,
    control::{Unapplied, UnappliedState},
};

use crate::{
    log::{entry, now},
    store::Store,
};

const PRODUCER: &str = "things-service";

fn key(id: i64) -> Key {
    Key::Author(AuthorId::try_from(id).unwrap())
}

fn receipt(id: i64, epoch: i64, version: i64) -> Receipt {
    Receipt {
        key: key(id),
        epoch,
        version,
    }
}

fn place(epoch: i64, sequence: i64) -> Option<Place> {
    Some(Place {
        epoch,
        sequence,
        timestamp: now(),
    })
}

pub(crate) async fn a_receipt_leads_to_its_event(store: Store) {
    let (one, two) = (key(1).to_string(), key(2).to_string());
    let entries = vec![entry(&one, 1), entry(&two, 1), entry(&one, 2)];
    store.append(entries).await.unwrap();
    assert_eq!(store.place(&receipt(1, 1, 1)).await, place(1, 1));
    assert_eq!(store.place(&receipt(2, 1, 1)).await, place(1, 2));
    assert_eq!(store.place(&receipt(1, 1, 2)).await, place(1, 3));
    assert_eq!(store.place(&receipt(1, 1, 3)).await, None);
    assert_eq!(store.place(&receipt(3, 1, 1)).await, None);
    // In an epoch that never was, none was given.
    assert_eq!(store.place(&receipt(1, 2, 2)).await, None);
}

pub(crate) async fn a_record_of_an_earlier_epoch_is_named_in_the_present_one(store: Store) {
    let one = key(1).to_string();
    store.append(vec![entry(&one, 1)]).await.unwrap();
    store.begin_epoch(7).await;
    assert_eq!(store.place(&receipt(1, 7, 1)).await, place(1, 1));
    assert_eq!(store.place(&receipt(1, 8, 1)).await, None);
}

/// Parks a message that claims this place.
async fn park(store: &Store, at: Option<(&str, i64, i64)>, next: Option<DateTime<Utc>>) {
    let body = format!("{at:?}");
    let message = ParkedMessage {
        id: message_id(body.as_bytes()),
        position: at.map(|(producer, epoch, sequence)| Position {
            producer: producer.to_owned(),
            epoch,
            sequence,
        }),
        event_id: None,
        event_type: None,
        body: body.into(),
        reason: "it breaks a rule".to_owned(),
        attempts: 1,
        first_failed_at: now(),
        last_failed_at: now(),
        next_attempt_at: next,
    };
    let ledger = Ledger {
        park: vec![message],
        ..Ledger::default()
    };
    store.write(&ledger).await.unwrap();
}

pub(crate) async fn what_is_not_applied_is_told_by_sequence_and_of_one_log_only(store: Store) {
    assert_eq!(store.unapplied(PRODUCER, 1, 10).await, []);
    let later = Some(now() + TimeDelta::seconds(1));
    park(&store, Some((PRODUCER, 1, 9)), None).await;
    park(&store, Some((PRODUCER, 1, 4)), later).await;
    park(&store, Some((PRODUCER, 1, 7)), later).await;
    park(&store, Some((PRODUCER, 2, 5)), None).await;
    park(&store, Some(("other-service", 1, 6)), None).await;
    park(&store, None, None).await;
    let told = [
        (4, UnappliedState::Parked),
        (7, UnappliedState::Parked),
        (9, UnappliedState::Dead),
    ];
    let told = told.map(|(sequence, state)| Unapplied { sequence, state });
    assert_eq!(store.unapplied(PRODUCER, 1, 10).await, told);
    assert_eq!(store.unapplied(PRODUCER, 1, 2).await, told[1..]);
}
