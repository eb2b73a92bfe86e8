//! Callers at the same time, who may share a statement or a transaction.

use books_service::domain::{Claim, Loaded, SaveError, Wanted};
use sea_orm::ConnectionTrait;
use tokio::task::JoinSet;

use crate::{
    records::{author, book, book_id, created, key, link, linked, retitled, removed, revised, with_isbn},
    store::Store,
};

const CALLERS: i64 = 24;

pub(crate) async fn of_many_saves_at_the_same_time_only_the_wrong_are_refused(store: Store) {
    let isbn = "9780000000002";
    let taken = with_isbn(book(store.new_id().await, "There already"), isbn);
    store.create(&taken).await;
    let stale = store.create_titled("Revised before").await;
    let current = retitled(&stale, "Revised since");
    store.save(&[revised(&stale, &current)]).await.unwrap();
    let before = store.entries().await.len();

    let mut saves = JoinSet::new();
    for number in 0..CALLERS {
        let new = book(store.new_id().await, "New");
        let twin = with_isbn(book(store.new_id().await, "The same ISBN"), isbn);
        let own = store.create_titled("To be revised").await;
        let pair = link(key(own.state.book_id, number + 1), 1);
        for (change, expected) in [
            (created(&new), Ok(())),
            (revised(&own, &retitled(&own, "Revised")), Ok(())),
            (linked(None, &pair), Ok(())),
            (created(&taken), Err(SaveError::Conflict)),
            (created(&twin), Err(SaveError::Conflict)),
            (
                revised(&stale, &retitled(&stale, "Too late")),
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

    let owner = store.owner(&Claim::Isbn(isbn.to_owned())).await;
    assert_eq!(owner, Some(taken.state.book_id));
    assert_eq!(store.held(taken.state.book_id).await, Some(taken));
    assert_eq!(store.held(stale.state.book_id).await, Some(current));
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
        let isbn = format!("978000000{number:04}");
        let claim = Claim::Isbn(isbn.clone());
        let held = with_isbn(book(store.new_id().await, "Held"), &isbn);
        store.create(&held).await;
        let id = held.state.book_id;
        let pair = link(key(id, number + 1), 7);
        store.save(&[linked(None, &pair)]).await.unwrap();
        store.hear(&[author(number + 1, "Heard of")], &[]).await;
        let wanted = Wanted {
            books: [id, book_id(900_000)].into(),
            authors: [pair.key.author_id].into(),
            links: [pair.key].into(),
            positions: [id].into(),
            claims: [claim.clone()].into(),
        };
        let expected = Loaded {
            books: [(id, held)].into(),
            authors: [pair.key.author_id].into(),
            links: [(pair.key, pair.register)].into(),
            positions: [(id, 7)].into(),
            claims: [(claim, id)].into(),
        };
        let store = store.clone();
        loads.spawn(async move { (store.books.load(&wanted).await, expected) });
    }
    for (loaded, expected) in loads.join_all().await {
        assert_eq!(loaded, Ok(expected));
    }
}

pub(crate) async fn of_reads_at_the_same_time_each_gets_its_own(store: Store) {
    let mut reads = JoinSet::new();
    for number in 0..CALLERS {
        let held = store.create_titled(&format!("Book {number}")).await;
        let pair = link(key(held.state.book_id, number + 1), 1);
        let name = format!("Author {number}");
        store.save(&[linked(None, &pair)]).await.unwrap();
        store.hear(&[author(number + 1, &name)], &[]).await;
        for _again in 0..2 {
            let (store, held, name) = (store.clone(), held.clone(), name.clone());
            reads.spawn(async move {
                let view = store.view(held.state.book_id).await;
                assert_eq!(view.book, held);
                assert_eq!(store.names_of(held.state.book_id).await, [name]);
                let nobody = store.queries.book(book_id(900_000 + number)).await;
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
    let held = store.create_titled("Held").await;
    let id = held.state.book_id;
    let pair = link(key(id, 1), 1);
    store.save(&[linked(None, &pair)]).await.unwrap();
    let mut free = Vec::new();
    for _ in 0..CALLERS {
        free.push(store.create_titled("Free").await);
    }
    let by_hand = database.begin().await.unwrap();
    for lock in [
        format!("SELECT 1 FROM books WHERE id = {id} FOR UPDATE"),
        format!("SELECT 1 FROM book_authors WHERE book_id = {id} AND author_id = 1 FOR UPDATE"),
    ] {
        by_hand.execute_unprepared(&lock).await.unwrap();
    }

    let changes = [
        revised(&held, &retitled(&held, "Too early")),
        linked(Some(&pair.register), &removed(&pair)),
    ];
    let mut saves = JoinSet::new();
    for own in free {
        let wanted = [
            (changes[0].clone(), Err(SaveError::Conflict)),
            (changes[1].clone(), Err(SaveError::Conflict)),
            (revised(&own, &retitled(&own, "Revised")), Ok(())),
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
