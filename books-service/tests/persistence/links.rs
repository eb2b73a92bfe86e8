//! Links as this side saves them, conditional on what it read.

use std::slice::from_ref;

use books_service::domain::{Link, SaveError, Wanted};
use shared_events::{LinkRegister, Revision, Side};
use tokio::task::JoinSet;

use crate::{
    records::{
        book_id, author, author_id, deleted_at, key, link, linked, now, removed, told, version,
    },
    store::Store,
};

pub(crate) async fn a_link_reads_back_as_it_was_saved(store: Store) {
    let mut made = link(key(book_id(1), 2), i32::MAX);
    made.register.credit.role = "Übersetzer, 訳者".to_owned();
    made.register.credit.credited_as = Some("G. G. Márquez".to_owned());
    made.register.credit.revision = Revision::new(4);
    store.save(&[linked(None, &made)]).await.unwrap();
    assert_eq!(store.held_link(made.key).await, Some(made.register));
}

pub(crate) async fn a_removed_link_is_still_loaded(store: Store) {
    let made = link(key(book_id(1), 2), 1);
    let gone = removed(&made);
    store.save(&[linked(None, &made)]).await.unwrap();
    let change = linked(Some(&made.register), &gone);
    store.save(&[change]).await.unwrap();
    assert_eq!(store.held_link(made.key).await, Some(gone.register));
}

pub(crate) async fn a_link_is_saved_only_on_the_revisions_that_were_read(store: Store) {
    let made = link(key(book_id(1), 2), 1);
    let elsewhere = link(key(book_id(1), 3), 1);
    store.save(&[linked(None, &made)]).await.unwrap();
    let log = store.entries().await;

    let after = removed(&made);
    let with_revisions = |presence: i64, credit: i64| {
        let mut register = made.register.clone();
        register.presence.revision = Revision::new(presence);
        register.credit.revision = Revision::new(credit);
        register
    };
    let held = made.register.presence.revision.get();
    let stale = [
        None,
        Some(with_revisions(held - 2, held)),
        Some(with_revisions(held, held - 2)),
        Some(with_revisions(held + 2, held)),
        Some(with_revisions(held, held + 2)),
    ];
    for before in stale {
        let changes = [linked(None, &elsewhere), linked(before.as_ref(), &after)];
        assert_eq!(store.save(&changes).await, Err(SaveError::Conflict));
    }
    // One that is not there can't have been read.
    let never = linked(Some(&made.register), &removed(&elsewhere));
    assert_eq!(store.save(&[never]).await, Err(SaveError::Conflict));

    assert_eq!(store.held_link(made.key).await, Some(made.register.clone()));
    assert_eq!(store.held_link(elsewhere.key).await, None);
    assert_eq!(store.entries().await, log);
    let change = linked(Some(&made.register), &after);
    store.save(&[change]).await.unwrap();
}

pub(crate) async fn a_link_that_was_merged_meanwhile_is_a_conflict(store: Store) {
    let made = link(key(book_id(1), 2), 1);
    store.save(&[linked(None, &made)]).await.unwrap();
    let later = now().timestamp_millis() + 5;
    let register = made.register.clone();
    let edited = Link {
        key: made.key,
        register: register.with_credit("editor".to_owned(), 4, None, later, Side::Authors),
    };
    store.hear(&[], from_ref(&edited)).await;

    let decided_before = linked(Some(&made.register), &removed(&made));
    assert_eq!(store.save(&[decided_before]).await, Err(SaveError::Conflict));
    let read_again = store.held_link(made.key).await.unwrap();
    assert_eq!(read_again, edited.register);
    let decided_again = linked(Some(&read_again), &removed(&edited));
    store.save(&[decided_again]).await.unwrap();
    let held = store.held_link(made.key).await.unwrap();
    assert!(!held.presence.present);
    assert_eq!(held.credit.role, "editor");
}

pub(crate) async fn the_greatest_position_counts_present_links_only(store: Store) {
    let (one, two) = (book_id(1), book_id(2));
    assert_eq!(store.greatest_position(one).await, 0);

    // Both sides' links count, only this book's, and also those whose author is not known here.
    store
        .save(&[
            linked(None, &link(key(one, 1), 3)),
            linked(None, &link(key(two, 1), 99)),
        ])
        .await
        .unwrap();
    assert_eq!(store.greatest_position(one).await, 3);
    let from_the_other_side = told(key(one, 2), 8, true, 7);
    store.hear(&[], &[from_the_other_side]).await;
    assert_eq!(store.greatest_position(one).await, 7);
    let absent = told(key(one, 2), 10, false, 7);
    store.hear(&[], &[absent]).await;
    assert_eq!(store.greatest_position(one).await, 3);
    let made = link(key(one, 1), 3);
    let change = linked(Some(&made.register), &removed(&made));
    store.save(&[change]).await.unwrap();
    assert_eq!(store.greatest_position(one).await, 0);
    assert_eq!(store.greatest_position(two).await, 99);
}

pub(crate) async fn authors_that_are_deleted_or_unknown_are_not_loaded(store: Store) {
    let deleted = deleted_at(&author(2, "Two"), version(1, 2));
    let of_unknown = told(key(book_id(1), 3), 8, true, 7);
    let of_deleted = told(key(book_id(1), 2), 8, true, 7);
    store
        .hear(&[author(1, "One"), deleted], &[of_deleted, of_unknown])
        .await;
    let wanted = Wanted {
        authors: [1, 2, 3].map(author_id).into(),
        ..Wanted::default()
    };
    let loaded = store.books.load(&wanted).await.unwrap();
    assert_eq!(loaded.authors, [author_id(1)].into());
}

pub(crate) async fn of_several_links_of_one_pair_one_is_saved(store: Store) {
    let key = key(book_id(1), 2);
    let mut before: Option<LinkRegister> = None;
    for round in 0..4 {
        let mut saves = JoinSet::new();
        for writer in 0..16 {
            let store = store.clone();
            let now_ms = now().timestamp_millis() + round * 100 + writer;
            let before = before.clone();
            let register = match before.clone() {
                None => LinkRegister::new(1, now_ms, Side::Books),
                Some(held) => {
                    let present = !held.presence.present;
                    held.with_presence(present, now_ms, Side::Books)
                }
            };
            let after = Link { key, register };
            let change = linked(before.as_ref(), &after);
            saves.spawn(async move { (store.save(&[change]).await, after.register) });
        }
        let mut saved = Vec::new();
        for (outcome, register) in saves.join_all().await {
            match outcome {
                Ok(()) => saved.push(register),
                Err(error) => assert_eq!(error, SaveError::Conflict),
            }
        }
        assert_eq!(saved.len(), 1);
        before = saved.pop();
        assert_eq!(store.held_link(key).await, before);
    }
    assert_eq!(store.entries().await.len(), 4);
}
