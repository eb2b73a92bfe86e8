//! The log: gapless, in commit order, each version of a key once.

use std::time::Duration;

use chrono::{DateTime, Utc};
use replication::{
    StoreError,
    log::{Head, NewEntry, event_id},
};
use tokio::{task::JoinSet, time::Instant};

use crate::store::Store;

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) fn now() -> DateTime<Utc> {
    "2026-11-20T09:30:00.000007Z".parse().unwrap()
}

pub(crate) fn entry(key: &str, version: i64) -> NewEntry {
    NewEntry {
        event_id: event_id(now()),
        event_type: "thing.updated",
        key: key.to_owned(),
        version,
        correlation_id: "request".to_owned(),
        actor: None,
        timestamp: now(),
        payload: r#"{"data":{}}"#.to_owned(),
        traceparent: None,
    }
}

async fn sequences(store: &Store) -> Vec<i64> {
    let entries = store.entries().await;
    entries.iter().map(|entry| entry.sequence).collect()
}

pub(crate) async fn a_log_begins_empty(store: Store) {
    let head = Head {
        epoch: 1, first_sequence: 1,
        last_sequence: 0,
        published_through: 0,
    };
    assert_eq!(store.head().await, head);
    assert!(store.entries().await.is_empty());
    store.append(vec![]).await.unwrap();
    assert_eq!(store.head().await, head);
}

pub(crate) async fn an_entry_reads_back_as_it_was_appended(store: Store) {
    let full = NewEntry {
        correlation_id: "Größe \u{1f4d6} ' \" \\ {}".to_owned(),
        actor: Some("editor@example.org".to_owned()),
        payload: r#"{"data":{"name":"a\u0000b","n":1.50,"list":[1, 2]}}"#.to_owned(),
        traceparent: Some(
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".to_owned(),
        ),
        timestamp: "0999-12-31T23:59:59.999999Z".parse().unwrap(),
        ..entry("thing:1", i64::MAX)
    };
    let plain = entry("", 1);
    let appended = vec![full, plain];
    store.append(appended.clone()).await.unwrap();
    let entries = store.entries().await;
    assert_eq!(entries.len(), 2);
    for ((sequence, new), read) in (1..).zip(appended).zip(entries) {
        assert_eq!((read.epoch, read.sequence), (1, sequence));
        let again = NewEntry {
            event_id: read.event_id,
            event_type: new.event_type,
            key: read.key,
            version: read.version,
            correlation_id: read.correlation_id,
            actor: read.actor,
            timestamp: read.timestamp,
            payload: read.payload,
            traceparent: read.traceparent,
        };
        assert_eq!(read.event_type, new.event_type);
        assert_eq!(again, new);
    }
}

pub(crate) async fn entries_get_the_next_sequences_in_their_order(store: Store) {
    store.append(vec![entry("b", 1), entry("a", 1)]).await.unwrap();
    store.append(vec![entry("c", 1)]).await.unwrap();
    store.append(vec![entry("a", 2), entry("a", 4), entry("a", 3)]).await.unwrap();
    let entries = store.entries().await;
    let told: Vec<_> = entries
        .iter()
        .map(|entry| (entry.sequence, entry.key.as_str(), entry.version))
        .collect();
    assert_eq!(
        told,
        [(1, "b", 1), (2, "a", 1), (3, "c", 1), (4, "a", 2), (5, "a", 4), (6, "a", 3)]
    );
    assert_eq!(store.head().await.last_sequence, 6);
}

pub(crate) async fn a_version_of_a_key_is_appended_once(store: Store) {
    store.append(vec![entry("a", 1), entry("b", 1)]).await.unwrap();
    for _ in 0..3 {
        let outcome = store.append(vec![entry("c", 1), entry("a", 1)]).await;
        assert!(matches!(outcome, Err(StoreError::Data(_))), "{outcome:?}");
    }
    store.append(vec![entry("c", 1), entry("a", 2)]).await.unwrap();
    assert_eq!(sequences(&store).await, [1, 2, 3, 4]);
    assert_eq!(store.head().await.last_sequence, 4);
}

pub(crate) async fn two_entries_of_one_version_are_refused_together(store: Store) {
    let outcome = store.append(vec![entry("a", 1), entry("b", 1), entry("a", 1)]).await;
    assert!(matches!(outcome, Err(StoreError::Data(_))), "{outcome:?}");
    assert_eq!(store.head().await.last_sequence, 0);
    store.append(vec![entry("a", 1)]).await.unwrap();
    assert_eq!(sequences(&store).await, [1]);
}

pub(crate) async fn what_is_rolled_back_leaves_no_gap(store: Store) {
    for version in 1..=3 {
        store.append_and_roll_back(vec![entry("gone", 1), entry("gone", 2)]).await;
        store.append(vec![entry("kept", version)]).await.unwrap();
    }
    assert_eq!(sequences(&store).await, [1, 2, 3]);
    assert!(store.entries().await.iter().all(|entry| entry.key == "kept"));
}

/// 16 writers, some of whose transactions are rolled back or refused, and a reader that waits for
/// nobody: it must never see a sequence before the one below it.
pub(crate) async fn sequences_are_gapless_and_in_commit_order_whoever_appends(store: Store) {
    const ROUNDS: i64 = 20;
    store.append(vec![entry("taken", 1)]).await.unwrap();
    let mut writers = JoinSet::new();
    for writer in 0..16 {
        let store = store.clone();
        writers.spawn(async move {
            let mut random = fastrand::Rng::with_seed(writer);
            let key = format!("writer:{writer}");
            let mut version = 0;
            for _ in 0..ROUNDS {
                let count = random.i64(1..4);
                let batch = |from: i64| (from..from + count).map(|v| entry(&key, v));
                match random.u8(..4) {
                    0 => store.append_and_roll_back(batch(version + 1).collect()).await,
                    1 => {
                        let mut refused: Vec<_> = batch(version + 1).collect();
                        refused.push(entry("taken", 1));
                        let outcome = store.append(refused).await;
                        assert!(matches!(outcome, Err(StoreError::Data(_))), "{outcome:?}");
                    }
                    _ => {
                        store.append(batch(version + 1).collect()).await.unwrap();
                        version += count;
                    }
                }
            }
            version
        });
    }
    let reader = store.clone();
    let writing = writers.join_all();
    tokio::pin!(writing);
    let deadline = Instant::now() + PATIENCE;
    let mut seen = Vec::new();
    let versions: Vec<i64> = loop {
        tokio::select! {
            page = reader.read_after(seen.len() as i64, 7) => seen.extend(page),
            versions = &mut writing => break versions,
        }
        let read = seen.iter().map(|entry| entry.sequence);
        assert!(read.eq(1..=seen.len() as i64), "a late committer was missed");
        assert!(Instant::now() < deadline);
        tokio::task::yield_now().await;
    };

    let entries = store.entries().await;
    let appended = 1 + versions.iter().sum::<i64>();
    assert!(entries.iter().map(|entry| entry.sequence).eq(1..=appended));
    assert!(entries.starts_with(&seen));
    assert_eq!(store.head().await.last_sequence, appended);
    for writer in 0..16 {
        let key = format!("writer:{writer}");
        let own = entries.iter().filter(|entry| entry.key == key);
        let own: Vec<_> = own.map(|entry| entry.version).collect();
        assert!(own.iter().copied().eq(1..=own.len() as i64), "{key}: {own:?}");
    }
}

pub(crate) async fn more_entries_than_a_statement_takes_are_appended_in_order(store: Store) {
    let many = (1..=4_500).map(|version| entry("thing:1", version));
    store.append(many.collect()).await.unwrap();
    store.append(vec![entry("thing:1", 4_501)]).await.unwrap();
    let entries = store.entries().await;
    assert_eq!(entries.len(), 4_501);
    for (at, entry) in (1..).zip(&entries) {
        assert_eq!((entry.sequence, entry.version), (at, at));
    }
}

pub(crate) async fn the_log_is_read_in_pages(store: Store) {
    store.append((1..=5).map(|version| entry("a", version)).collect()).await.unwrap();
    for (after, limit, expected) in [
        (0, 2, vec![1, 2]),
        (2, 2, vec![3, 4]),
        (4, 2, vec![5]),
        (5, 2, vec![]),
        (99, 2, vec![]),
        (-1, 1, vec![1]),
        (1, 100, vec![2, 3, 4, 5]),
        (0, 0, vec![]),
    ] {
        let page = store.read_after(after, limit).await;
        let sequences: Vec<_> = page.iter().map(|entry| entry.sequence).collect();
        assert_eq!(sequences, expected, "after {after}, limit {limit}");
    }
}

pub(crate) async fn what_is_published_never_goes_back(store: Store) {
    store.append((1..=3).map(|version| entry("a", version)).collect()).await.unwrap();
    for (told, expected) in [(1, 1), (3, 3), (2, 3), (0, 3), (3, 3)] {
        store.set_published_through(told).await;
        assert_eq!(store.head().await.published_through, expected);
        assert_eq!(store.head().await.last_sequence, 3);
    }
}
