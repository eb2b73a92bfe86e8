//! The log by key: every version, the newest first.

use std::sync::Arc;

use books_service::{adapters::persistence::LoggedBooks, domain::{Context, PastBooks}};
use replication::log::LogEntry;
use shared_events::Key;

use crate::{
    actions::EVERYTHING,
    records::{
        book_id, context, created, key, link, linked, removed, retitled, revised, tombstone,
        whole_book,
    },
    store::Store,
};

fn versions(entries: &[LogEntry]) -> Vec<i64> {
    entries.iter().map(|entry| entry.version).collect()
}

/// A book in five versions, and another one beside it whose number begins alike.
async fn with_versions(store: &Store) -> Key {
    let mut held = store.create_titled("1").await;
    let id = held.state.book_id;
    store.create(&whole_book(book_id(id.get() * 10))).await;
    for title in ["2", "3", "4", "5"] {
        let after = retitled(&held, title);
        store.save(&[revised(&held, &after)]).await.unwrap();
        held = after;
    }
    Key::Book(id)
}

pub(crate) async fn the_events_of_a_key_are_read_newest_first_and_in_pages(store: Store) {
    let key = with_versions(&store).await;
    for (before, limit, expected) in [
        (None, 100, vec![5, 4, 3, 2, 1]),
        (None, 2, vec![5, 4]),
        (Some(4), 2, vec![3, 2]),
        (Some(2), 2, vec![1]),
        (Some(1), 2, vec![]),
        (Some(i64::MAX), 1, vec![5]),
        (None, 0, vec![]),
    ] {
        let found = store.history.events_of(key, before, limit).await.unwrap();
        assert_eq!(versions(&found), expected, "before {before:?}, limit {limit}");
        assert!(found.iter().all(|entry| entry.key == key.to_string()));
    }
    let page = store.history.page_of(key, Some(5), 3).await.unwrap();
    assert_eq!(versions(&page.entries), [4, 3, 2]);
    assert_eq!((page.more, page.oldest), (true, Some(1)));
    let page = store.history.page_of(key, Some(5), 4).await.unwrap();
    assert_eq!((page.entries.len(), page.more), (4, false));

    let nobody = Key::Book(book_id(999_999));
    let page = store.history.page_of(nobody, None, 100).await.unwrap();
    assert_eq!((page.entries.len(), page.more, page.oldest), (0, false, None));
}

pub(crate) async fn an_event_is_read_by_its_version_as_it_stands_in_the_log(store: Store) {
    let key = with_versions(&store).await;
    let log = store.entries().await;
    for version in 1..=5 {
        let found = store.history.version_of(key, version).await.unwrap();
        let logged = log.iter().find(|entry| {
            (entry.key.as_str(), entry.version) == (key.to_string().as_str(), version)
        });
        assert_eq!(found.as_ref(), logged);
    }
    for version in [0, 6, i64::MAX] {
        assert_eq!(store.history.version_of(key, version).await, Ok(None));
    }
}

pub(crate) async fn the_history_of_a_link_is_what_this_side_did_to_it(store: Store) {
    let made = link(key(book_id(1), 2), 3);
    let gone = removed(&made);
    let beside = link(key(book_id(1), 21), 1);
    for change in [
        linked(None, &made),
        linked(None, &beside),
        linked(Some(&made.register), &gone),
    ] {
        store.save(&[change]).await.unwrap();
    }
    let link = Key::Link {
        book_id: made.key.book_id,
        author_id: made.key.author_id,
    };
    let found = store.history.events_of(link, None, 100).await.unwrap();
    let types: Vec<_> = found.iter().map(|entry| entry.event_type.as_str()).collect();
    assert_eq!(types, ["book_author.unlinked", "book_author.linked"]);
    let revision = gone.register.greatest_revision().get();
    assert_eq!(found[0].version, revision);
}

pub(crate) async fn an_book_is_read_as_it_once_was(store: Store) {
    let first = whole_book(store.new_id().await);
    let second = retitled(&first, "Renamed");
    let third = tombstone(&second);
    let named = Context {
        actor: Some("editor@example.org".to_owned()),
        ..context()
    };
    let changes = [
        created(&first),
        revised(&first, &second),
        revised(&second, &third),
    ];
    for change in changes {
        store.books.save(&[change], &named).await.unwrap();
    }
    let past = LoggedBooks::new(Arc::clone(&store.history));
    let id = first.state.book_id;
    for book in [&first, &second, &third] {
        let held = past.book_in(id, book.version).await.unwrap().unwrap();
        assert_eq!(held.book, *book);
        assert_eq!(held.at, named.now);
        assert_eq!(held.actor, named.actor);
        assert_eq!(held.correlation_id, named.correlation_id);
    }
    assert_eq!(past.book_in(id, 4).await, Ok(None));
}

pub(crate) async fn what_retention_pruned_is_not_there_and_nothing_else_suffers(store: Store) {
    let key = with_versions(&store).await;
    let pruned = format!("DELETE FROM events WHERE key = '{key}' AND version < 4");
    if !store.by_hand(&pruned).await {
        return;
    }
    let page = store.history.page_of(key, None, 100).await.unwrap();
    assert_eq!(versions(&page.entries), [5, 4]);
    assert_eq!((page.more, page.oldest), (false, Some(4)));
    assert_eq!(store.history.version_of(key, 3).await, Ok(None));
    let everyone = Default::default();
    assert_eq!(store.listed(&everyone, EVERYTHING).await.len(), 2);
}

/// A restore is saved like any change: the greater version, and what finds the book again.
pub(crate) async fn a_restored_book_is_found_again_with_all_that_it_had(store: Store) {
    let live = whole_book(store.new_id().await);
    store.create(&live).await;
    let deleted = tombstone(&live);
    store.save(&[revised(&live, &deleted)]).await.unwrap();
    let restored = deleted.restore(context().now);
    store.save(&[revised(&deleted, &restored)]).await.unwrap();
    let id = live.state.book_id;
    assert_eq!(store.held(id).await, Some(restored.clone()));
    assert_eq!((restored.version, restored.deleted), (3, false));
    let entry = store.entries().await.pop().unwrap();
    assert_eq!(entry.event_type, "book.updated");
    let everyone = Default::default();
    assert_eq!(store.listed(&everyone, EVERYTHING).await, [id]);
}
