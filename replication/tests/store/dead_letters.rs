//! Parked messages as an operator handles them.

use chrono::{DateTime, TimeDelta, Utc};
use replication::{
    inbox::Ledger,
    parked::{Chosen, Listed, ParkedCounts, ParkedMessage, message_id},
};

use crate::store::Store;

fn at(seconds: i64) -> DateTime<Utc> {
    let noon: DateTime<Utc> = "2026-11-20T12:00:00Z".parse().unwrap();
    noon + TimeDelta::seconds(seconds)
}

fn message(number: u32, next_attempt_at: Option<DateTime<Utc>>) -> ParkedMessage {
    let body = format!("message {number}");
    ParkedMessage {
        id: message_id(body.as_bytes()),
        position: None,
        event_id: None,
        event_type: None,
        body: body.into(),
        reason: "it breaks a rule".to_owned(),
        attempts: 4,
        first_failed_at: at(0),
        last_failed_at: at(31),
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

/// Twenty messages by id; each third is not dead yet.
async fn with_messages(store: &Store) -> Vec<ParkedMessage> {
    let due = |number: u32| number.is_multiple_of(3).then(|| at(i64::from(number)));
    let mut messages: Vec<_> = (0..20).map(|number| message(number, due(number))).collect();
    park(store, &messages).await;
    messages.sort_by_key(|message| message.id);
    messages
}

pub(crate) async fn messages_are_listed_by_id_in_pages(store: Store) {
    assert!(store.list(Listed::All, None, 10).await.is_empty());
    let all = with_messages(&store).await;
    let dead = all.iter().filter(|m| m.next_attempt_at.is_none());
    let dead = dead.cloned().collect();
    for (listed, expected) in [(Listed::All, all), (Listed::Dead, dead)] {
        let mut found: Vec<ParkedMessage> = Vec::new();
        loop {
            let after = found.last().map(|message| message.id);
            let page = store.list(listed, after, 7).await;
            assert!(page.len() <= 7);
            if page.is_empty() {
                break;
            }
            found.extend(page);
        }
        assert_eq!(found, expected);
    }
}

pub(crate) async fn a_message_is_found_by_its_id(store: Store) {
    let messages = with_messages(&store).await;
    for message in messages {
        assert_eq!(store.get(message.id).await, Some(message));
    }
    assert_eq!(store.get(message_id(b"never parked")).await, None);
}

pub(crate) async fn a_redriven_message_is_due_and_redriving_it_again_changes_nothing(store: Store) {
    let [dead, parked, other] = [
        message(1, None),
        message(2, Some(at(100))),
        message(3, None),
    ];
    park(&store, &[dead.clone(), parked.clone(), other.clone()]).await;
    for chosen in [&dead, &parked] {
        let one = Chosen::One(chosen.id);
        assert_eq!(store.redrive(one, at(50)).await, 1);
        assert_eq!(store.redrive(one, at(60)).await, 0);
        let expected = ParkedMessage {
            next_attempt_at: Some(at(50)),
            ..chosen.clone()
        };
        assert_eq!(store.get(chosen.id).await, Some(expected));
    }
    assert_eq!(store.due(at(50), 10).await.len(), 2);
    assert_eq!(store.next_due().await, Some(at(50)));
    assert_eq!(store.get(other.id).await, Some(other));
    let nobody = Chosen::One(message_id(b"never parked"));
    assert_eq!(store.redrive(nobody, at(50)).await, 0);
}

pub(crate) async fn all_dead_letters_are_redriven_and_no_other(store: Store) {
    with_messages(&store).await;
    assert_eq!(store.redrive(Chosen::AllDead, at(-1)).await, 13);
    assert_eq!(store.redrive(Chosen::AllDead, at(-1)).await, 0);
    assert_eq!(store.due(at(-1), 100).await.len(), 13);
    let counts = ParkedCounts {
        parked: 20,
        dead: 0,
    };
    assert_eq!(store.counts().await, counts);
}

pub(crate) async fn a_redriven_message_that_fails_again_is_dead_again(store: Store) {
    let dead = message(1, None);
    park(&store, std::slice::from_ref(&dead)).await;
    store.redrive(Chosen::One(dead.id), at(50)).await;
    let failed = ParkedMessage {
        reason: "another".to_owned(),
        attempts: 5,
        last_failed_at: at(51),
        ..dead
    };
    park(&store, std::slice::from_ref(&failed)).await;
    assert_eq!(store.get(failed.id).await, Some(failed));
}

pub(crate) async fn what_is_purged_is_forgotten(store: Store) {
    let [parked, other] = [message(1, Some(at(1))), message(2, Some(at(2)))];
    let dead = [3, 4, 5].map(|number| message(number, None));
    park(&store, &[parked.clone(), other.clone()]).await;
    park(&store, &dead).await;
    for id in [parked.id, dead[0].id] {
        assert_eq!(store.purge(Chosen::One(id)).await, 1);
        assert_eq!(store.get(id).await, None);
        assert_eq!(store.purge(Chosen::One(id)).await, 0);
    }
    assert_eq!(store.purge(Chosen::AllDead).await, 2);
    assert_eq!(store.purge(Chosen::AllDead).await, 0);
    assert_eq!(store.list(Listed::All, None, 10).await, [other]);
}
