//! The copy of the authors: a row takes only what is newer than what it holds.

use std::{
    collections::{BTreeMap, BTreeSet},
    slice::from_ref,
};

use books_service::domain::{Book, CachedAuthor};
use fastrand::Rng;
use replication::sync::CachedRecords;
use tokio::task::JoinSet;

use crate::{
    records::{at_version, author, author_id, deleted_at, key, link, linked, told, version},
    store::Store,
};

/// A book of the author, through whom its copy can be seen.
async fn book_of(store: &Store, authors: impl IntoIterator<Item = i64>) -> Book {
    let book = store.create_titled("Their book").await;
    let id = book.state.book_id;
    let links: Vec<_> = authors
        .into_iter()
        .map(|author| linked(None, &link(key(id, author), 1)))
        .collect();
    store.save(&links).await.unwrap();
    book
}

async fn counts(store: &Store) -> (u64, u64) {
    let CachedRecords { rows, tombstones } = store.cache.counts().await.unwrap();
    (rows, tombstones)
}

pub(crate) async fn an_author_is_taken_only_if_it_is_newer(store: Store) {
    let book = book_of(&store, [1]).await;
    let id = book.state.book_id;
    let author = author(1, "1-1");
    // Epoch and version, and what is held afterwards: the epoch counts before the version.
    for (epoch, number, held) in [
        (1, 3, "1-3"),
        (1, 2, "1-3"),
        (1, 3, "1-3"),
        (1, 4, "1-4"),
        (2, 1, "2-1"),
        (1, 99, "2-1"),
        (2, 2, "2-2"),
        (2, 1, "2-2"),
        (3, 1, "3-1"),
    ] {
        let name = format!("{epoch}-{number}");
        let told = at_version(&author, version(epoch, number), &name);
        store.hear(&[told], &[]).await;
        assert_eq!(store.names_of(id).await, [held], "after {name}");
    }
    assert_eq!(counts(&store).await, (1, 0));
}

pub(crate) async fn the_same_version_again_changes_nothing(store: Store) {
    let book = book_of(&store, [1]).await;
    let first = author(1, "First");
    let other = at_version(&first, version(1, 1), "Other");
    store.hear(&[first], &[]).await;
    store.hear(&[other], &[]).await;
    assert_eq!(store.names_of(book.state.book_id).await, ["First"]);
}

pub(crate) async fn a_tombstone_yields_only_to_a_greater_version(store: Store) {
    let book = book_of(&store, [1]).await;
    let id = book.state.book_id;
    let author = author(1, "1-1");
    store.hear(&[deleted_at(&author, version(1, 3))], &[]).await;
    assert_eq!(counts(&store).await, (0, 1));
    for late in [1, 2, 3] {
        let late = at_version(&author, version(1, late), "Late");
        store.hear(&[late], &[]).await;
        assert_eq!(counts(&store).await, (0, 1));
        assert!(store.names_of(id).await.is_empty());
        assert!(!store.knows_author(author_id(1)).await);
    }
    let restored = at_version(&author, version(1, 4), "Restored");
    store.hear(&[restored], &[]).await;
    assert_eq!(counts(&store).await, (1, 0));
    assert_eq!(store.names_of(id).await, ["Restored"]);
}

/// Versions of the authors 1 to `authors`, and the newest of each.
fn histories(random: &mut Rng, authors: i64) -> (Vec<CachedAuthor>, BTreeMap<i64, CachedAuthor>) {
    let mut told = Vec::new();
    let mut newest = BTreeMap::new();
    for number in 1..=authors {
        for _ in 0..random.usize(1..=6) {
            let at = version(random.i64(1..=3), random.i64(1..=5));
            let name = format!("{number} at {}-{}", at.epoch, at.version);
            let state = at_version(&author(number, ""), at, &name);
            // Equal versions mean equal states.
            let state = CachedAuthor {
                deleted: (at.epoch + at.version + number) % 4 == 0,
                ..state
            };
            let held = newest.get(&number);
            if held.is_none_or(|held: &CachedAuthor| held.version < at) {
                newest.insert(number, state.clone());
            }
            told.push(state);
        }
    }
    random.shuffle(&mut told);
    (told, newest)
}

async fn assert_holds(store: &Store, book: &Book, newest: &BTreeMap<i64, CachedAuthor>) {
    let live = newest.values().filter(|author| !author.deleted);
    let names: BTreeSet<_> = live.map(|author| author.state.name.clone()).collect();
    let all = newest.len() as u64;
    let rows = names.len() as u64;
    assert_eq!(counts(store).await, (rows, all - rows));
    let shown = store.names_of(book.state.book_id).await;
    assert_eq!(shown.into_iter().collect::<BTreeSet<_>>(), names);
}

pub(crate) async fn any_versions_in_any_order_leave_the_newest(store: Store) {
    const AUTHORS: i64 = 40;
    let book = book_of(&store, 1..=AUTHORS).await;
    let mut random = Rng::with_seed(20_261_120);
    let (told, newest) = histories(&mut random, AUTHORS);
    for state in &told {
        store.hear(from_ref(state), &[]).await;
    }
    assert_holds(&store, &book, &newest).await;
    // A redelivery in batches, each author once in a batch.
    for chunk in told.chunks(25) {
        let by_id: BTreeMap<_, _> = chunk.iter().map(|b| (b.state.author_id, b)).collect();
        let batch: Vec<_> = by_id.into_values().cloned().collect();
        store.hear(&batch, &[]).await;
    }
    assert_holds(&store, &book, &newest).await;
}

pub(crate) async fn a_batch_larger_than_a_statement_is_taken_whole(store: Store) {
    let book = store.create_titled("Prolific").await;
    let id = book.state.book_id;
    let authors: Vec<_> = (1..=2_500).map(|n| author(n, &n.to_string())).collect();
    let links: Vec<_> = (1..=5_000).map(|n| told(key(id, n), 8, true, n)).collect();
    store.hear(&authors, &links).await;
    assert_eq!(counts(&store).await, (2_500, 0));
    assert_eq!(store.view(id).await.authors_total, 2_500);
    assert_eq!(store.greatest_position(id).await, 999);
    assert!(store.knows_author(author_id(2_500)).await);
    let last = store.held_link(key(id, 5_000)).await;
    assert_eq!(last, links.last().map(|link| link.register.clone()));
}

pub(crate) async fn the_cache_is_counted_by_live_and_deleted_authors(store: Store) {
    assert_eq!(counts(&store).await, (0, 0));
    let deleted = deleted_at(&author(3, "Three"), version(1, 2));
    store.hear(&[author(1, "One"), author(2, "Two"), deleted], &[]).await;
    assert_eq!(counts(&store).await, (2, 1));
    assert_eq!(counts(&store.opened_again()).await, (2, 1));
}

/// What the owner allows, or allows in passing, must not fail here.
pub(crate) async fn several_authors_may_have_the_same_identifier(store: Store) {
    let identified = |number| {
        let mut author = author(number, "Same");
        let identifiers = &mut author.state.identifiers;
        identifiers.insert("viaf".to_owned(), "95218067".to_owned());
        author
    };
    store.hear(&[identified(1), identified(2)], &[]).await;
    store.hear(&[identified(3)], &[]).await;
    assert_eq!(counts(&store).await, (3, 0));
}

pub(crate) async fn batches_at_the_same_time_leave_the_newest(store: Store) {
    const AUTHORS: i64 = 10;
    let book = book_of(&store, 1..=AUTHORS).await;
    let mut random = Rng::with_seed(4_711);
    let (told, newest) = histories(&mut random, AUTHORS);
    let mut hearing = JoinSet::new();
    for _ in 0..3 {
        let mut told = told.clone();
        random.shuffle(&mut told);
        for chunk in told.chunks(6) {
            let by_id: BTreeMap<_, _> = chunk.iter().map(|b| (b.state.author_id, b)).collect();
            let batch: Vec<_> = by_id.into_values().cloned().collect();
            let store = store.clone();
            hearing.spawn(async move { store.hear(&batch, &[]).await });
        }
    }
    hearing.join_all().await;
    assert_holds(&store, &book, &newest).await;
}
