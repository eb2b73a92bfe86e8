//! The log: gapless, in commit order, one event for each change.

use std::{collections::BTreeSet, time::Duration};

use authors_service::domain::{AuthorFilter, Change, Context, SaveError};
use replication::log::{Head, LogEntry};
use serde_json::json;
use shared_events::{AuthorState, LinkState, Revision};
use tokio::{
    task::JoinSet,
    time::{Instant, timeout},
};

use crate::{
    actions::EVERYTHING,
    records::{
        author, author_id, created, key, link, linked, now, removed, renamed, revised, tombstone,
        whole_author,
    },
    store::Store,
};

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) async fn a_log_begins_empty(store: Store) {
    let head = Head {
        epoch: 1, first_sequence: 1,
        last_sequence: 0,
        published_through: 0,
    };
    assert_eq!(store.log.head().await, Ok(head));
    assert!(store.entries().await.is_empty());
}

pub(crate) async fn each_change_is_one_event_in_its_order(store: Store) {
    let [first, second] = [whole_author(author_id(501)), author(author_id(502), "Second")];
    let new_link = link(key(first.state.author_id, 7), 1);
    let context = Context {
        correlation_id: "request ü".to_owned(),
        traceparent: Some("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".to_owned()),
        actor: Some("editor@example.org".to_owned()),
        now: "2026-11-20T09:30:00.000007Z".parse().unwrap(),
    };
    // The order of the changes, not of the keys.
    let changes = [
        created(&second),
        linked(None, &new_link),
        created(&first),
    ];
    store.authors.save(&changes, &context).await.unwrap();
    let other = Context {
        correlation_id: "request-2".to_owned(),
        traceparent: None,
        actor: None,
        now: now(),
    };
    let renamed = renamed(&second, "Renamed");
    let deleted = tombstone(&renamed);
    for change in [revised(&second, &renamed), revised(&renamed, &deleted)] {
        store.authors.save(&[change], &other).await.unwrap();
    }

    let entries = store.entries().await;
    let told: Vec<_> = entries
        .iter()
        .map(|entry| (entry.event_type.as_str(), entry.key.as_str(), entry.version))
        .collect();
    let revision = new_link.register.greatest_revision().get();
    assert_eq!(
        told,
        [
            ("author.created", "author:502", 1),
            ("author_book.linked", "link:501:7", revision),
            ("author.created", "author:501", 1),
            ("author.updated", "author:502", 2),
            ("author.deleted", "author:502", 3),
        ]
    );
    for (sequence, entry) in (1..).zip(&entries) {
        let context = if sequence <= 3 { &context } else { &other };
        assert_eq!((entry.epoch, entry.sequence), (1, sequence));
        assert_eq!(entry.correlation_id, context.correlation_id);
        assert_eq!(entry.traceparent, context.traceparent);
        assert_eq!(entry.timestamp, context.now);
        assert_eq!(entry.actor, context.actor);
    }
    let ids: BTreeSet<_> = entries.iter().map(|entry| entry.event_id).collect();
    assert_eq!(ids.len(), entries.len());

    let payload = |at: usize| -> serde_json::Value {
        serde_json::from_str(&entries[at].payload).unwrap()
    };
    let state: AuthorState = serde_json::from_value(payload(2)["data"].clone()).unwrap();
    assert_eq!(state, first.state);
    assert_eq!(payload(2).get("previous"), None);
    assert_eq!(payload(3)["data"]["name"], "Renamed");
    assert_eq!(payload(3)["previous"], json!({ "name": "Second" }));
    assert_eq!(payload(4)["data"]["name"], "Renamed");
    assert_eq!(store.log.head().await.unwrap().last_sequence, 5);
}

pub(crate) async fn a_link_s_event_carries_the_whole_register(store: Store) {
    let made = link(key(author_id(1), 2), 3);
    store.save(&[linked(None, &made)]).await.unwrap();
    let gone = removed(&made);
    let change = linked(Some(&made.register), &gone);
    store.save(&[change]).await.unwrap();
    let entries = store.entries().await;
    assert_eq!(entries[1].event_type, "author_book.unlinked");
    assert_eq!(entries[1].version, gone.register.presence.revision.get());
    let payload: serde_json::Value = serde_json::from_str(&entries[1].payload).unwrap();
    let state: LinkState = serde_json::from_value(payload["data"].clone()).unwrap();
    assert_eq!(state.register(), gone.register);
    assert_eq!(payload["previous"], json!({ "present": true }));
}

pub(crate) async fn a_conflict_leaves_no_gap(store: Store) {
    let mut held = store.create_named("0").await;
    let stale = held.clone();
    for round in 1..=5 {
        let late = revised(&stale, &renamed(&stale, "Late"));
        let newcomer = created(&author(store.new_id().await, "Newcomer"));
        let outcome = store.save(&[newcomer, late]).await;
        let after = renamed(&held, &round.to_string());
        if round > 1 {
            assert_eq!(outcome, Err(SaveError::Conflict));
            store.save(&[revised(&held, &after)]).await.unwrap();
            held = after;
        } else {
            // Nobody was faster yet.
            outcome.unwrap();
            held = renamed(&stale, "Late");
        }
    }
    let sequences: Vec<_> = store.entries().await.iter().map(|e| e.sequence).collect();
    assert_eq!(sequences, (1..=7).collect::<Vec<_>>());
}

/// 16 writers, some of whose saves are conflicts, and a reader that never waits for anybody: it
/// must never see a sequence before the one below it.
pub(crate) async fn sequences_are_gapless_and_in_commit_order_whoever_writes(store: Store) {
    const WRITERS: usize = 16;
    const ROUNDS: usize = 8;
    let mut shared = Vec::new();
    for name in ["a", "b", "c"] {
        shared.push(store.create_named(name).await.state.author_id);
    }
    let beside = store.opened_again();
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        let store = if writer % 2 == 0 { &store } else { &beside }.clone();
        let shared = shared.clone();
        writers.spawn(async move {
            let mut saved = 0;
            for round in 0..ROUNDS {
                store.create_named(&format!("{writer}/{round}")).await;
                saved += 1;
                let id = shared[(writer + round) % shared.len()];
                let before = store.held(id).await.unwrap();
                let after = renamed(&before, &format!("{writer}/{round}"));
                let also = created(&author(store.new_id().await, "Also"));
                match store.save(&[also, revised(&before, &after)]).await {
                    Ok(()) => saved += 2,
                    Err(error) => assert_eq!(error, SaveError::Conflict),
                }
            }
            saved
        });
    }
    let writing = tokio::spawn(writers.join_all());
    let mut seen: Vec<LogEntry> = Vec::new();
    while !writing.is_finished() {
        let after = seen.last().map_or(0, |entry| entry.sequence);
        let page = store.log.read_after(after, 5).await.unwrap();
        assert!(page.iter().map(|e| e.sequence).eq((after + 1..).take(page.len())));
        seen.extend(page);
        tokio::task::yield_now().await;
    }
    let saved: usize = writing.await.unwrap().into_iter().sum();

    let entries = store.entries().await;
    assert_eq!(entries.len(), shared.len() + saved);
    assert!(entries.iter().map(|entry| entry.sequence).eq(1..=entries.len() as i64));
    assert!(entries.starts_with(&seen));
    let head = store.log.head().await.unwrap();
    assert_eq!(head.last_sequence, entries.len() as i64);
    let versions: BTreeSet<_> = entries.iter().map(|e| (&e.key, e.version)).collect();
    assert_eq!(versions.len(), entries.len());
    for id in shared {
        let events = entries.iter().filter(|e| e.key == format!("author:{id}"));
        let versions: Vec<_> = events.map(|entry| entry.version).collect();
        let held = store.held(id).await.unwrap();
        assert_eq!(versions, (1..=held.version).collect::<Vec<_>>());
    }
}

/// Even if a domain should ever decide so.
pub(crate) async fn a_version_of_a_record_is_logged_once(store: Store) {
    let made = link(key(author_id(1), 2), 3);
    store.save(&[linked(None, &made)]).await.unwrap();
    let mut same_version = made.clone();
    same_version.register.presence.present = false;
    let change = linked(Some(&made.register), &same_version);
    assert!(store.save(&[change]).await.is_err());
    assert_eq!(store.held_link(made.key).await, Some(made.register.clone()));
    assert_eq!(store.entries().await.len(), 1);

    let mut greater = same_version;
    greater.register.presence.revision = Revision::new(made.register.presence.revision.get() + 2);
    let change = linked(Some(&made.register), &greater);
    store.save(&[change]).await.unwrap();
    assert_eq!(store.entries().await[1].sequence, 2);
}

pub(crate) async fn the_log_is_read_in_pages(store: Store) {
    for name in ["1", "2", "3", "4", "5"] {
        store.create_named(name).await;
    }
    for (after, limit, expected) in [
        (0, 2, vec![1, 2]),
        (2, 2, vec![3, 4]),
        (4, 2, vec![5]),
        (5, 2, vec![]),
        (99, 2, vec![]),
        (1, 100, vec![2, 3, 4, 5]),
        (0, 0, vec![]),
    ] {
        let page = store.log.read_after(after, limit).await.unwrap();
        let sequences: Vec<_> = page.iter().map(|entry| entry.sequence).collect();
        assert_eq!(sequences, expected, "after {after}, limit {limit}");
    }
}

pub(crate) async fn a_save_larger_than_a_statement_is_logged_whole(store: Store) {
    let ids = store.authors.next_ids(2_500).await.unwrap();
    let author = store.create_named("Prolific").await;
    let mut changes: Vec<Change> = Vec::new();
    for (position, id) in (1..).zip(&ids) {
        let link = link(key(author.state.author_id, id.get()), position);
        changes.push(linked(None, &link));
    }
    store.save(&changes).await.unwrap();
    let entries = store.entries().await;
    assert!(entries.iter().map(|entry| entry.sequence).eq(1..=2_501));
    let told = entries.iter().skip(1).map(|entry| entry.key.clone());
    let id = author.state.author_id;
    assert!(told.eq(ids.iter().map(|book| format!("link:{id}:{book}"))));
}

pub(crate) async fn what_is_published_never_goes_back(store: Store) {
    for name in ["1", "2", "3"] {
        store.create_named(name).await;
    }
    for (told, expected) in [(1, 1), (3, 3), (2, 3), (0, 3), (3, 3)] {
        store.log.set_published_through(told).await.unwrap();
        let head = store.log.head().await.unwrap();
        assert_eq!(head.published_through, expected);
        assert_eq!(head.last_sequence, 3);
    }
    let head = store.opened_again().log.head().await.unwrap();
    assert_eq!(head.published_through, 3);
}

pub(crate) async fn a_save_rings_for_the_relay(store: Store) {
    let held = store.create_named("Before anybody listens").await;
    let mut listener = store.log.wakeup().listen();
    let conflict = revised(&renamed(&held, "Not so"), &held);
    store.save(&[conflict]).await.unwrap_err();
    let silence = timeout(Duration::ZERO, listener.heard()).await;
    assert!(silence.is_err(), "rung without a commit");
    store.create_named("New").await;
    timeout(PATIENCE, listener.heard()).await.unwrap();
    // By the time it rings, the event is there to be read.
    assert_eq!(store.log.read_after(1, 1).await.unwrap().len(), 1);
    let everyone = AuthorFilter::default();
    assert_eq!(store.listed(&everyone, EVERYTHING).await.len(), 2);
}

pub(crate) async fn the_right_to_relay_is_held_until_it_is_let_go(store: Store) {
    let mut lease = store.log.try_lease().await.unwrap().unwrap();
    assert!(lease.is_held().await);
    if !store.features.several_processes {
        return;
    }
    let other = store.opened_again();
    assert!(other.log.try_lease().await.unwrap().is_none());
    assert!(lease.is_held().await);
    drop(lease);
    let deadline = Instant::now() + PATIENCE;
    while other.log.try_lease().await.unwrap().is_none() {
        assert!(Instant::now() < deadline, "the right is not let go");
        tokio::task::yield_now().await;
    }
}
