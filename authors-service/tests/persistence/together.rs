//! Callers at the same time, who may share a statement or a transaction.

use authors_service::domain::{Loaded, SaveError, Wanted};
use sea_orm::ConnectionTrait;
use tokio::task::JoinSet;

use crate::{
    records::{author, author_id, book, created, key, link, linked, renamed, removed, revised},
    store::Store,
};

const CALLERS: i64 = 24;

pub(crate) async fn of_many_saves_at_the_same_time_only_the_wrong_are_refused(store: Store) {
    let taken = store.create_named("There already").await;
    let stale = store.create_named("Revised before").await;
    let current = renamed(&stale, "Revised since");
    store.save(&[revised(&stale, &current)]).await.unwrap();
    let before = store.entries().await.len();

    let mut saves = JoinSet::new();
    for number in 0..CALLERS {
        let new = author(store.new_id().await, "New");
        let own = store.create_named("To be revised").await;
        let pair = link(key(own.state.author_id, number + 1), 1);
        for (change, expected) in [
            (created(&new), Ok(())),
            (revised(&own, &renamed(&own, "Revised")), Ok(())),
            (linked(None, &pair), Ok(())),
            (created(&taken), Err(SaveError::Conflict)),
            (
                revised(&stale, &renamed(&stale, "Too late")),
                Err(SaveError::Conflict),
            ),
        ] {
            let store = store.clone();
            saves.spawn(async move { (store.save(&[change]).await, expected) });
        }
    }
    for (outcome, expected) in saves.join_all().await {
        assert_eq!(outcome, expected);
    }

    assert_eq!(store.held(taken.state.author_id).await, Some(taken));
    assert_eq!(store.held(stale.state.author_id).await, Some(current));
    let entries = store.entries().await;
    assert_eq!(entries.len(), before + 4 * CALLERS as usize);
    let gapless = (1..).zip(&entries);
    assert!(
        gapless
            .into_iter()
            .all(|(sequence, entry)| entry.sequence == sequence)
    );
}

pub(crate) async fn of_loads_at_the_same_time_each_gets_its_own(store: Store) {
    let mut loads = JoinSet::new();
    for number in 0..CALLERS {
        let held = store.create_named(&format!("Author {number}")).await;
        let id = held.state.author_id;
        let pair = link(key(id, number + 1), 7);
        store.save(&[linked(None, &pair)]).await.unwrap();
        store.hear(&[book(number + 1, "Heard of")], &[]).await;
        let wanted = Wanted {
            authors: [id, author_id(900_000)].into(),
            books: [pair.key.book_id].into(),
            links: [pair.key].into(),
        };
        let expected = Loaded {
            authors: [(id, held)].into(),
            books: [(pair.key.book_id, 7)].into(),
            links: [(pair.key, pair.register)].into(),
        };
        let store = store.clone();
        loads.spawn(async move { (store.authors.load(&wanted).await, expected) });
    }
    for (loaded, expected) in loads.join_all().await {
        assert_eq!(loaded, Ok(expected));
    }
}

pub(crate) async fn of_reads_at_the_same_time_each_gets_its_own(store: Store) {
    let mut reads = JoinSet::new();
    for number in 0..CALLERS {
        let held = store.create_named(&format!("Author {number}")).await;
        let pair = link(key(held.state.author_id, number + 1), 1);
        let title = format!("Book {number}");
        store.save(&[linked(None, &pair)]).await.unwrap();
        store.hear(&[book(number + 1, &title)], &[]).await;
        for _again in 0..2 {
            let (store, held, title) = (store.clone(), held.clone(), title.clone());
            reads.spawn(async move {
                let view = store.view(held.state.author_id).await;
                assert_eq!(view.author, held);
                assert_eq!(view.books.len(), 1);
                assert_eq!(view.books[0].title, title);
                let nobody = store.queries.author(author_id(900_000 + number)).await;
                assert_eq!(nobody, Ok(None));
            });
        }
    }
    reads.join_all().await;
}

pub(crate) async fn what_somebody_else_has_locked_keeps_nothing_else_waiting(store: Store) {
    let Some(database) = store.migrate().await else {
        return;
    };
    if !store.features.several_processes {
        return;
    }
    let held = store.create_named("Held").await;
    let id = held.state.author_id;
    let pair = link(key(id, 1), 1);
    store.save(&[linked(None, &pair)]).await.unwrap();
    let mut free = Vec::new();
    for _ in 0..CALLERS {
        free.push(store.create_named("Free").await);
    }
    let by_hand = database.begin().await.unwrap();
    for lock in [
        format!("SELECT 1 FROM authors WHERE id = {id} FOR UPDATE"),
        format!("SELECT 1 FROM author_books WHERE author_id = {id} AND book_id = 1 FOR UPDATE"),
    ] {
        by_hand.execute_unprepared(&lock).await.unwrap();
    }

    let changes = [
        revised(&held, &renamed(&held, "Too early")),
        linked(Some(&pair.register), &removed(&pair)),
    ];
    let mut saves = JoinSet::new();
    for own in free {
        let wanted = [
            (changes[0].clone(), Err(SaveError::Conflict)),
            (changes[1].clone(), Err(SaveError::Conflict)),
            (revised(&own, &renamed(&own, "Revised")), Ok(())),
        ];
        for (change, expected) in wanted {
            let store = store.clone();
            saves.spawn(async move { (store.save(&[change]).await, expected) });
        }
    }
    for (outcome, expected) in saves.join_all().await {
        assert_eq!(outcome, expected);
    }

    by_hand.rollback().await.unwrap();
    for change in changes {
        store.save(&[change]).await.unwrap();
    }
}
