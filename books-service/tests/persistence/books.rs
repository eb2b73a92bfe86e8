//! Books as they are saved, loaded and read.

use books_service::domain::{Claim, BookFilter, Loaded, SaveError, Wanted};
use tokio::task::JoinSet;

use crate::{
    actions::EVERYTHING,
    records::{
        book, book_id, author, author_id, created, key, link, linked, now, retitled, revised, tombstone,
        whole_book, with_isbn,
    },
    store::Store,
};

pub(crate) async fn a_book_reads_back_as_it_was_saved(store: Store) {
    let book = whole_book(store.new_id().await);
    store.create(&book).await;
    let id = book.state.book_id;
    assert_eq!(store.held(id).await, Some(book.clone()));
    assert_eq!(store.view(id).await.book, book);
    let everyone = BookFilter::default();
    let listed = store.queries.books(&everyone, EVERYTHING).await.unwrap();
    assert_eq!(listed[0].book, book);
    assert_eq!(store.opened_again().held(id).await, Some(book));
}

pub(crate) async fn a_book_of_the_fewest_fields_reads_back_so(store: Store) {
    let book = book(store.new_id().await, "Fasti");
    store.create(&book).await;
    let id = book.state.book_id;
    assert_eq!(store.held(id).await, Some(book.clone()));
    let view = store.view(id).await;
    assert_eq!(view.book, book);
    assert_eq!((view.authors.len(), view.authors_total), (0, 0));
}

pub(crate) async fn a_revision_replaces_every_field(store: Store) {
    let id = store.new_id().await;
    let whole = whole_book(id);
    store.create(&whole).await;
    let mut bare = retitled(&book(id, "Ficciones"), "Ficciones");
    bare.state.created_at = whole.state.created_at;
    store.save(&[revised(&whole, &bare)]).await.unwrap();
    assert_eq!(store.held(id).await, Some(bare.clone()));
    let mut whole_again = whole;
    whole_again.version = 3;
    let back = revised(&bare, &whole_again);
    store.save(&[back]).await.unwrap();
    assert_eq!(store.held(id).await, Some(whole_again));
}

pub(crate) async fn what_was_never_saved_is_not_found(store: Store) {
    let reserved = store.new_id().await;
    for id in [reserved, book_id(77), book_id(i64::MAX)] {
        assert_eq!(store.held(id).await, None);
        assert_eq!(store.queries.book(id).await.unwrap(), None);
        assert_eq!(store.held_link(key(id, 1)).await, None);
    }
}

pub(crate) async fn a_load_returns_only_what_is_wanted_and_exists(store: Store) {
    let wanted_book = book(store.new_id().await, "Wanted");
    let wanted_book = with_isbn(wanted_book, "9780000000002");
    store.create(&wanted_book).await;
    let other_book = store.create_titled("Other").await;
    let id = wanted_book.state.book_id;
    store
        .hear(
            &[author(1, "One"), author(2, "Two")],
            &[],
        )
        .await;
    let wanted_link = link(key(id, 1), 1);
    let others = [
        link(key(id, 2), 4),
        link(key(other_book.state.book_id, 1), 9),
    ];
    let mut changes = vec![linked(None, &wanted_link)];
    changes.extend(others.iter().map(|other| linked(None, other)));
    store.save(&changes).await.unwrap();

    let isbn = |isbn: &str| Claim::Isbn(isbn.to_owned());
    let wanted = Wanted {
        books: [id, book_id(9_999)].into(),
        authors: [1, 9].map(author_id).into(),
        links: [key(id, 1), key(id, 9), key(book_id(9_999), 1)].into(),
        positions: [id, book_id(9_999)].into(),
        claims: [isbn("9780000000002"), isbn("9780000000019")].into(),
    };
    let loaded = Loaded {
        books: [(id, wanted_book)].into(),
        authors: [author_id(1)].into(),
        links: [(wanted_link.key, wanted_link.register)].into(),
        positions: [(id, 4)].into(),
        claims: [(isbn("9780000000002"), id)].into(),
    };
    assert_eq!(store.books.load(&wanted).await, Ok(loaded));
    let nothing = store.books.load(&Wanted::default()).await;
    assert_eq!(nothing, Ok(Loaded::default()));
}

pub(crate) async fn a_save_from_a_stale_version_is_a_conflict_and_writes_nothing(store: Store) {
    let first = store.create_titled("First").await;
    let second = retitled(&first, "Second");
    store.save(&[revised(&first, &second)]).await.unwrap();
    let log = store.entries().await;

    let stale = revised(&first, &retitled(&first, "Late"));
    assert_eq!(store.save(&[stale]).await, Err(SaveError::Conflict));
    let mut from_the_future = second.clone();
    from_the_future.version = 9;
    let ahead = revised(&from_the_future, &retitled(&from_the_future, "Ahead"));
    assert_eq!(store.save(&[ahead]).await, Err(SaveError::Conflict));
    assert_eq!(store.held(first.state.book_id).await, Some(second));
    assert_eq!(store.entries().await, log);
}

pub(crate) async fn an_id_is_created_only_once(store: Store) {
    let first = store.create_titled("First").await;
    let id = first.state.book_id;
    let again = created(&book(id, "Again"));
    assert_eq!(store.save(&[again]).await, Err(SaveError::Conflict));
    assert_eq!(store.held(id).await, Some(first));
    assert_eq!(store.entries().await.len(), 1);
}

pub(crate) async fn a_book_that_never_was_can_not_be_revised(store: Store) {
    let never = book(store.new_id().await, "Never");
    let change = revised(&never, &retitled(&never, "Still not"));
    assert_eq!(store.save(&[change]).await, Err(SaveError::Conflict));
    assert_eq!(store.held(never.state.book_id).await, None);
    assert!(store.entries().await.is_empty());
}

/// Whichever of the changes is the stale one.
pub(crate) async fn changes_are_saved_all_or_none(store: Store) {
    let held = store.create_titled("Held").await;
    let moved_on = retitled(&held, "Moved on");
    store.save(&[revised(&held, &moved_on)]).await.unwrap();
    let held_link = link(key(held.state.book_id, 1), 1);
    store.save(&[linked(None, &held_link)]).await.unwrap();
    let log = store.entries().await;

    let newcomer = book(store.new_id().await, "Newcomer");
    let new_link = link(key(newcomer.state.book_id, 2), 1);
    let good = [
        created(&newcomer),
        linked(None, &new_link),
        revised(&moved_on, &retitled(&moved_on, "Further")),
    ];
    let stale_book = revised(&held, &retitled(&held, "Late"));
    let stale_link = linked(None, &held_link);
    for stale in [stale_book, stale_link] {
        for place in 0..=good.len() {
            let mut changes = good.to_vec();
            // One save changes a record once, so the good revision makes way for the stale one.
            if place < 2 {
                changes.truncate(2);
            }
            changes.insert(place.min(changes.len()), stale.clone());
            assert_eq!(store.save(&changes).await, Err(SaveError::Conflict));
            let id = held.state.book_id;
            assert_eq!(store.held(id).await, Some(moved_on.clone()));
            assert_eq!(store.held(newcomer.state.book_id).await, None);
            assert_eq!(store.held_link(new_link.key).await, None);
            assert_eq!(store.entries().await, log);
        }
    }
    store.save(&good).await.unwrap();
    assert_eq!(store.held(newcomer.state.book_id).await, Some(newcomer));
    assert_eq!(store.entries().await.len(), log.len() + good.len());
}

pub(crate) async fn no_changes_are_saved_without_a_trace(store: Store) {
    store.save(&[]).await.unwrap();
    assert!(store.entries().await.is_empty());
    assert_eq!(store.log.head().await.unwrap().last_sequence, 0);
}

pub(crate) async fn a_deleted_book_stays_as_a_tombstone(store: Store) {
    let living = whole_book(store.new_id().await);
    store.create(&living).await;
    let id = living.state.book_id;
    let deleted = tombstone(&living);
    store.save(&[revised(&living, &deleted)]).await.unwrap();
    assert_eq!(store.held(id).await, Some(deleted.clone()));
    assert_eq!(store.view(id).await.book, deleted);
    // Nothing brings it back: neither an edit that was on its way, nor its id given out anew.
    let late = revised(&living, &retitled(&living, "Late"));
    assert_eq!(store.save(&[late]).await, Err(SaveError::Conflict));
    let reused = created(&book(id, "Reused"));
    assert_eq!(store.save(&[reused]).await, Err(SaveError::Conflict));
    assert_eq!(store.held(id).await, Some(deleted));
}

pub(crate) async fn of_several_revisions_of_one_version_one_is_saved(store: Store) {
    let held = store.create_titled("Held").await;
    let mut saves = JoinSet::new();
    for writer in 0..16 {
        let store = store.clone();
        let after = retitled(&held, &format!("By writer {writer}"));
        let change = revised(&held, &after);
        saves.spawn(async move { (store.save(&[change]).await, after) });
    }
    let outcomes = saves.join_all().await;
    let saved: Vec<_> = outcomes
        .into_iter()
        .filter_map(|(outcome, after)| match outcome {
            Ok(()) => Some(after),
            Err(error) => {
                assert_eq!(error, SaveError::Conflict);
                None
            }
        })
        .collect();
    assert_eq!(saved.len(), 1);
    let id = held.state.book_id;
    assert_eq!(store.held(id).await.as_ref(), saved.first());
    assert_eq!(store.entries().await.len(), 2);
    assert_eq!(saved[0].state.created_at, now());
}
