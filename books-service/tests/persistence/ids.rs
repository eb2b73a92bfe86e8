//! New ids: gaps are fine, reuse is not.

use std::collections::BTreeSet;

use books_service::domain::SaveError;
use shared_events::BookId;
use tokio::task::JoinSet;

use crate::{
    records::{book, created, retitled, revised},
    store::Store,
};

pub(crate) async fn ids_ascend_and_are_as_many_as_asked_for(store: Store) {
    let mut greatest = None;
    for count in [0, 1, 99, 1, 100, 101, 7, 1_000] {
        let ids = store.books.next_ids(count).await.unwrap();
        assert_eq!(ids.len(), count as usize);
        assert!(ids.is_sorted_by(|a, b| a < b), "{ids:?}");
        assert!(ids.first().is_none_or(|first| Some(*first) > greatest));
        greatest = ids.last().copied().or(greatest);
    }
}

/// Callers of one process, and of two side by side.
pub(crate) async fn an_id_is_given_out_once_whoever_asks(store: Store) {
    let beside = store.opened_again();
    let mut asking = JoinSet::new();
    for caller in 0..16 {
        let store = if caller % 2 == 0 { &store } else { &beside };
        let books = store.books.clone();
        asking.spawn(async move {
            let mut ids: Vec<BookId> = Vec::new();
            for count in [1, 3, 40, 1, 101, 1] {
                ids.extend(books.next_ids(count).await.unwrap());
            }
            ids
        });
    }
    let ids: Vec<_> = asking.join_all().await.into_iter().flatten().collect();
    let different: BTreeSet<_> = ids.iter().collect();
    assert_eq!(ids.len(), 16 * 147);
    assert_eq!(different.len(), ids.len());
}

pub(crate) async fn an_id_is_not_given_out_again_after_a_restart(store: Store) {
    let mut given = BTreeSet::new();
    let mut store = store;
    for _ in 0..4 {
        for id in store.books.next_ids(3).await.unwrap() {
            assert!(given.insert(id), "{id} again");
        }
        store = store.opened_again();
    }
}

pub(crate) async fn an_id_whose_change_was_refused_is_not_given_out_again(store: Store) {
    let held = store.create_titled("Held").await;
    let refused = store.new_id().await;
    let changes = [
        created(&book(refused, "Refused")),
        revised(&retitled(&held, "Not so"), &held),
    ];
    assert_eq!(store.save(&changes).await, Err(SaveError::Conflict));
    for store in [store.clone(), store.opened_again()] {
        let ids = store.books.next_ids(5).await.unwrap();
        assert!(!ids.contains(&refused), "{ids:?}");
    }
}
