//! The copy of the books: a row takes only what is newer than what it holds.

use std::{collections::BTreeMap, slice::from_ref};

use authors_service::domain::{Author, CachedBook};
use fastrand::Rng;
use replication::sync::CachedRecords;
use tokio::task::JoinSet;

use crate::{
    records::{at_version, book, book_id, deleted_at, key, link, linked, told, version},
    store::Store,
};

/// An author of the book, through whom its copy can be seen.
async fn author_of(store: &Store, books: impl IntoIterator<Item = i64>) -> Author {
    let author = store.create_named("Their author").await;
    let id = author.state.author_id;
    let links: Vec<_> = books
        .into_iter()
        .map(|book| linked(None, &link(key(id, book), 1)))
        .collect();
    store.save(&links).await.unwrap();
    author
}

async fn counts(store: &Store) -> (u64, u64) {
    let CachedRecords { rows, tombstones } = store.cache.counts().await.unwrap();
    (rows, tombstones)
}

pub(crate) async fn a_book_is_taken_only_if_it_is_newer(store: Store) {
    let author = author_of(&store, [1]).await;
    let id = author.state.author_id;
    let book = book(1, "1-1");
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
        let title = format!("{epoch}-{number}");
        let told = at_version(&book, version(epoch, number), &title);
        store.hear(&[told], &[]).await;
        assert_eq!(store.titles_of(id).await, [held], "after {title}");
    }
    assert_eq!(counts(&store).await, (1, 0));
}

pub(crate) async fn the_same_version_again_changes_nothing(store: Store) {
    let author = author_of(&store, [1]).await;
    let first = book(1, "First");
    let other = at_version(&first, version(1, 1), "Other");
    store.hear(&[first], &[]).await;
    store.hear(&[other], &[]).await;
    assert_eq!(store.titles_of(author.state.author_id).await, ["First"]);
}

pub(crate) async fn a_tombstone_yields_only_to_a_greater_version(store: Store) {
    let author = author_of(&store, [1]).await;
    let id = author.state.author_id;
    let book = book(1, "1-1");
    store.hear(&[deleted_at(&book, version(1, 3))], &[]).await;
    assert_eq!(counts(&store).await, (0, 1));
    for late in [1, 2, 3] {
        let late = at_version(&book, version(1, late), "Late");
        store.hear(&[late], &[]).await;
        assert_eq!(counts(&store).await, (0, 1));
        assert!(store.titles_of(id).await.is_empty());
        assert_eq!(store.greatest_position(book_id(1)).await, None);
    }
    let restored = at_version(&book, version(1, 4), "Restored");
    store.hear(&[restored], &[]).await;
    assert_eq!(counts(&store).await, (1, 0));
    assert_eq!(store.titles_of(id).await, ["Restored"]);
}

/// Versions of the books 1 to `books`, and the newest of each.
fn histories(random: &mut Rng, books: i64) -> (Vec<CachedBook>, BTreeMap<i64, CachedBook>) {
    let mut told = Vec::new();
    let mut newest = BTreeMap::new();
    for number in 1..=books {
        for _ in 0..random.usize(1..=6) {
            let at = version(random.i64(1..=3), random.i64(1..=5));
            let title = format!("{number} at {}-{}", at.epoch, at.version);
            let state = at_version(&book(number, ""), at, &title);
            // Equal versions mean equal states.
            let state = CachedBook {
                deleted: (at.epoch + at.version + number) % 4 == 0,
                ..state
            };
            let held = newest.get(&number);
            if held.is_none_or(|held: &CachedBook| held.version < at) {
                newest.insert(number, state.clone());
            }
            told.push(state);
        }
    }
    random.shuffle(&mut told);
    (told, newest)
}

async fn assert_holds(store: &Store, author: &Author, newest: &BTreeMap<i64, CachedBook>) {
    let live = newest.values().filter(|book| !book.deleted);
    let titles: Vec<_> = live.map(|book| book.state.title.clone()).collect();
    let all = newest.len() as u64;
    let rows = titles.len() as u64;
    assert_eq!(counts(store).await, (rows, all - rows));
    assert_eq!(store.titles_of(author.state.author_id).await, titles);
}

pub(crate) async fn any_versions_in_any_order_leave_the_newest(store: Store) {
    const BOOKS: i64 = 40;
    let author = author_of(&store, 1..=BOOKS).await;
    let mut random = Rng::with_seed(20_261_120);
    let (told, newest) = histories(&mut random, BOOKS);
    for state in &told {
        store.hear(from_ref(state), &[]).await;
    }
    assert_holds(&store, &author, &newest).await;
    // A redelivery in batches, each book once in a batch.
    for chunk in told.chunks(25) {
        let by_id: BTreeMap<_, _> = chunk.iter().map(|b| (b.state.book_id, b)).collect();
        let batch: Vec<_> = by_id.into_values().cloned().collect();
        store.hear(&batch, &[]).await;
    }
    assert_holds(&store, &author, &newest).await;
}

pub(crate) async fn a_batch_larger_than_a_statement_is_taken_whole(store: Store) {
    let author = store.create_named("Prolific").await;
    let id = author.state.author_id;
    let books: Vec<_> = (1..=2_500).map(|n| book(n, &n.to_string())).collect();
    let links: Vec<_> = (1..=5_000).map(|n| told(key(id, n), 8, true, n)).collect();
    store.hear(&books, &links).await;
    assert_eq!(counts(&store).await, (2_500, 0));
    assert_eq!(store.view(id).await.books_total, 2_500);
    assert_eq!(store.greatest_position(book_id(2_500)).await, Some(500));
    let last = store.held_link(key(id, 5_000)).await;
    assert_eq!(last, links.last().map(|link| link.register.clone()));
}

pub(crate) async fn the_cache_is_counted_by_live_and_deleted_books(store: Store) {
    assert_eq!(counts(&store).await, (0, 0));
    let deleted = deleted_at(&book(3, "Three"), version(1, 2));
    store.hear(&[book(1, "One"), book(2, "Two"), deleted], &[]).await;
    assert_eq!(counts(&store).await, (2, 1));
    assert_eq!(counts(&store.opened_again()).await, (2, 1));
}

/// What the owner allows in passing, such as two books that swap their ISBNs, must not fail here.
pub(crate) async fn several_books_may_have_the_same_isbn(store: Store) {
    let with_isbn = |number| {
        let mut book = book(number, "Same");
        book.state.isbn = Some("9780000000002".to_owned());
        book
    };
    store.hear(&[with_isbn(1), with_isbn(2)], &[]).await;
    store.hear(&[with_isbn(3)], &[]).await;
    assert_eq!(counts(&store).await, (3, 0));
}

pub(crate) async fn batches_at_the_same_time_leave_the_newest(store: Store) {
    const BOOKS: i64 = 10;
    let author = author_of(&store, 1..=BOOKS).await;
    let mut random = Rng::with_seed(4_711);
    let (told, newest) = histories(&mut random, BOOKS);
    let mut hearing = JoinSet::new();
    for _ in 0..3 {
        let mut told = told.clone();
        random.shuffle(&mut told);
        for chunk in told.chunks(6) {
            let by_id: BTreeMap<_, _> = chunk.iter().map(|b| (b.state.book_id, b)).collect();
            let batch: Vec<_> = by_id.into_values().cloned().collect();
            let store = store.clone();
            hearing.spawn(async move { store.hear(&batch, &[]).await });
        }
    }
    hearing.join_all().await;
    assert_holds(&store, &author, &newest).await;
}
