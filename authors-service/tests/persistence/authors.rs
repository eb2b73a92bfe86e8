//! Authors as they are saved, loaded and read.

use authors_service::domain::{AuthorFilter, Loaded, SaveError, Wanted};
use tokio::task::JoinSet;

use crate::{
    actions::EVERYTHING,
    records::{
        author, author_id, book, book_id, created, key, link, linked, now, renamed, revised, tombstone,
        whole_author,
    },
    store::Store,
};

pub(crate) async fn an_author_reads_back_as_it_was_saved(store: Store) {
    let author = whole_author(store.new_id().await);
    store.create(&author).await;
    let id = author.state.author_id;
    assert_eq!(store.held(id).await, Some(author.clone()));
    assert_eq!(store.view(id).await.author, author);
    let everyone = AuthorFilter::default();
    let listed = store.queries.authors(&everyone, EVERYTHING).await.unwrap();
    assert_eq!(listed[0].author, author);
    assert_eq!(store.opened_again().held(id).await, Some(author));
}

pub(crate) async fn an_author_of_the_fewest_fields_reads_back_so(store: Store) {
    let author = author(store.new_id().await, "Ovid");
    store.create(&author).await;
    let id = author.state.author_id;
    assert_eq!(store.held(id).await, Some(author.clone()));
    let view = store.view(id).await;
    assert_eq!(view.author, author);
    assert_eq!((view.books.len(), view.books_total), (0, 0));
}

pub(crate) async fn a_revision_replaces_every_field(store: Store) {
    let id = store.new_id().await;
    let whole = whole_author(id);
    store.create(&whole).await;
    let mut bare = renamed(&author(id, "Gabo"), "Gabo");
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
    for id in [reserved, author_id(77), author_id(i64::MAX)] {
        assert_eq!(store.held(id).await, None);
        assert_eq!(store.queries.author(id).await.unwrap(), None);
        assert_eq!(store.held_link(key(id, 1)).await, None);
    }
}

pub(crate) async fn a_load_returns_only_what_is_wanted_and_exists(store: Store) {
    let wanted_author = store.create_named("Wanted").await;
    let other_author = store.create_named("Other").await;
    let id = wanted_author.state.author_id;
    store
        .hear(
            &[book(1, "One"), book(2, "Two")],
            &[],
        )
        .await;
    let wanted_link = link(key(id, 1), 1);
    let others = [
        link(key(id, 2), 1),
        link(key(other_author.state.author_id, 1), 2),
    ];
    let mut changes = vec![linked(None, &wanted_link)];
    changes.extend(others.iter().map(|other| linked(None, other)));
    store.save(&changes).await.unwrap();

    let wanted = Wanted {
        authors: [id, author_id(9_999)].into(),
        books: [1, 9].map(book_id).into(),
        links: [key(id, 1), key(id, 9), key(author_id(9_999), 1)].into(),
    };
    let loaded = Loaded {
        authors: [(id, wanted_author)].into(),
        books: [(book_id(1), 2)].into(),
        links: [(wanted_link.key, wanted_link.register)].into(),
    };
    assert_eq!(store.authors.load(&wanted).await, Ok(loaded));
    let nothing = store.authors.load(&Wanted::default()).await;
    assert_eq!(nothing, Ok(Loaded::default()));
}

pub(crate) async fn a_save_from_a_stale_version_is_a_conflict_and_writes_nothing(store: Store) {
    let first = store.create_named("First").await;
    let second = renamed(&first, "Second");
    store.save(&[revised(&first, &second)]).await.unwrap();
    let log = store.entries().await;

    let stale = revised(&first, &renamed(&first, "Late"));
    assert_eq!(store.save(&[stale]).await, Err(SaveError::Conflict));
    let mut from_the_future = second.clone();
    from_the_future.version = 9;
    let ahead = revised(&from_the_future, &renamed(&from_the_future, "Ahead"));
    assert_eq!(store.save(&[ahead]).await, Err(SaveError::Conflict));
    assert_eq!(store.held(first.state.author_id).await, Some(second));
    assert_eq!(store.entries().await, log);
}

pub(crate) async fn an_id_is_created_only_once(store: Store) {
    let first = store.create_named("First").await;
    let id = first.state.author_id;
    let again = created(&author(id, "Again"));
    assert_eq!(store.save(&[again]).await, Err(SaveError::Conflict));
    assert_eq!(store.held(id).await, Some(first));
    assert_eq!(store.entries().await.len(), 1);
}

pub(crate) async fn an_author_that_never_was_can_not_be_revised(store: Store) {
    let never = author(store.new_id().await, "Never");
    let change = revised(&never, &renamed(&never, "Still not"));
    assert_eq!(store.save(&[change]).await, Err(SaveError::Conflict));
    assert_eq!(store.held(never.state.author_id).await, None);
    assert!(store.entries().await.is_empty());
}

/// Whichever of the changes is the stale one.
pub(crate) async fn changes_are_saved_all_or_none(store: Store) {
    let held = store.create_named("Held").await;
    let moved_on = renamed(&held, "Moved on");
    store.save(&[revised(&held, &moved_on)]).await.unwrap();
    let held_link = link(key(held.state.author_id, 1), 1);
    store.save(&[linked(None, &held_link)]).await.unwrap();
    let log = store.entries().await;

    let newcomer = author(store.new_id().await, "Newcomer");
    let new_link = link(key(newcomer.state.author_id, 2), 1);
    let good = [
        created(&newcomer),
        linked(None, &new_link),
        revised(&moved_on, &renamed(&moved_on, "Further")),
    ];
    let stale_author = revised(&held, &renamed(&held, "Late"));
    let stale_link = linked(None, &held_link);
    for stale in [stale_author, stale_link] {
        for place in 0..=good.len() {
            let mut changes = good.to_vec();
            // One save changes a record once, so the good revision makes way for the stale one.
            if place < 2 {
                changes.truncate(2);
            }
            changes.insert(place.min(changes.len()), stale.clone());
            assert_eq!(store.save(&changes).await, Err(SaveError::Conflict));
            let id = held.state.author_id;
            assert_eq!(store.held(id).await, Some(moved_on.clone()));
            assert_eq!(store.held(newcomer.state.author_id).await, None);
            assert_eq!(store.held_link(new_link.key).await, None);
            assert_eq!(store.entries().await, log);
        }
    }
    store.save(&good).await.unwrap();
    assert_eq!(store.held(newcomer.state.author_id).await, Some(newcomer));
    assert_eq!(store.entries().await.len(), log.len() + good.len());
}

pub(crate) async fn no_changes_are_saved_without_a_trace(store: Store) {
    store.save(&[]).await.unwrap();
    assert!(store.entries().await.is_empty());
    assert_eq!(store.log.head().await.unwrap().last_sequence, 0);
}

pub(crate) async fn a_deleted_author_stays_as_a_tombstone(store: Store) {
    let living = whole_author(store.new_id().await);
    store.create(&living).await;
    let id = living.state.author_id;
    let deleted = tombstone(&living);
    store.save(&[revised(&living, &deleted)]).await.unwrap();
    assert_eq!(store.held(id).await, Some(deleted.clone()));
    assert_eq!(store.view(id).await.author, deleted);
    // Nothing brings it back: neither an edit that was on its way, nor its id given out anew.
    let late = revised(&living, &renamed(&living, "Late"));
    assert_eq!(store.save(&[late]).await, Err(SaveError::Conflict));
    let reused = created(&author(id, "Reused"));
    assert_eq!(store.save(&[reused]).await, Err(SaveError::Conflict));
    assert_eq!(store.held(id).await, Some(deleted));
}

pub(crate) async fn of_several_revisions_of_one_version_one_is_saved(store: Store) {
    let held = store.create_named("Held").await;
    let mut saves = JoinSet::new();
    for writer in 0..16 {
        let store = store.clone();
        let after = renamed(&held, &format!("By writer {writer}"));
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
    let id = held.state.author_id;
    assert_eq!(store.held(id).await.as_ref(), saved.first());
    assert_eq!(store.entries().await.len(), 2);
    assert_eq!(saved[0].state.created_at, now());
}
