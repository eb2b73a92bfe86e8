//! What is written beside a batch: how far the other side's log is settled.

use std::{collections::BTreeMap, slice::from_ref};

use authors_service::domain::{CacheChanges, Link};
use fastrand::Rng;
use replication::{
    StoreError,
    checkpoint::Checkpoint,
    inbox::{Ledger, Position},
};
use tokio::task::JoinSet;

use crate::{
    parked::{later, message},
    records::{at_version, book, key, told, version},
    store::Store,
};

const BOOKS: &str = "books-service";

fn position(producer: &str, epoch: i64, sequence: i64) -> Position {
    Position {
        producer: producer.to_owned(),
        epoch,
        sequence,
    }
}

fn settled(sequences: impl IntoIterator<Item = i64>) -> Ledger {
    let positions = sequences.into_iter().map(|n| position(BOOKS, 1, n));
    Ledger {
        settled: positions.collect(),
        ..Ledger::default()
    }
}

async fn checkpoint(store: &Store) -> Checkpoint {
    let mut all = store.checkpoints.checkpoints().await.unwrap();
    all.remove(&(BOOKS.to_owned(), 1)).unwrap_or_default()
}

pub(crate) async fn a_batch_and_its_checkpoint_are_one_transaction(store: Store) {
    let id = store.create_named("Gabo").await.state.author_id;
    let changes = CacheChanges {
        books: vec![book(1, "One")],
        links: vec![told(key(id, 1), 8, true, 2)],
    };
    let ledger = Ledger {
        park: vec![message(b"broken", 1)],
        ..settled([1, 2])
    };
    store.cache.apply(&changes, &ledger).await.unwrap();
    assert_eq!(store.titles_of(id).await, ["One"]);
    assert_eq!(checkpoint(&store).await.through(), 2);
    assert_eq!(store.parked.counts().await.unwrap().parked, 1);
}

/// The store in memory refuses nothing, so there is nothing to see of it.
pub(crate) async fn a_batch_that_is_refused_changes_nothing(store: Store) {
    if !store.features.refuses_nul {
        return;
    }
    let id = store.create_named("Gabo").await.state.author_id;
    let held = book(1, "Held");
    let held_link = told(key(id, 1), 8, true, 2);
    store.hear(from_ref(&held), from_ref(&held_link)).await;
    store.write(&settled([1])).await;
    let parked = message(b"parked before", 1);
    store.park(&parked).await;

    let new_link: Link = told(key(id, 2), 8, true, 2);
    let changes = CacheChanges {
        books: vec![
            at_version(&held, version(1, 2), "Newer"),
            book(2, "New"),
            book(3, "a NUL\0in between"),
        ],
        links: vec![told(key(id, 1), 10, false, 12), new_link.clone()],
    };
    let ledger = Ledger {
        park: vec![message(b"parked now", 1)],
        unpark: vec![parked.id],
        ..settled([2, 3])
    };
    for _ in 0..3 {
        let refused = store.cache.apply(&changes, &ledger).await;
        assert!(matches!(refused, Err(StoreError::Data(_))), "{refused:?}");
        assert_eq!(store.titles_of(id).await, ["Held"]);
        assert_eq!(store.held_link(held_link.key).await.as_ref(), Some(&held_link.register));
        assert_eq!(store.held_link(new_link.key).await, None);
        assert_eq!(store.cache.counts().await.unwrap().rows, 1);
        assert_eq!(checkpoint(&store).await, Checkpoint::restore(1, []));
        let due = store.parked.due(later(60), 10).await;
        assert_eq!(due, Ok(vec![parked.clone()]));
    }
    // The same batch without what was refused is taken.
    let changes = CacheChanges {
        books: changes.books[..2].to_vec(),
        ..changes
    };
    store.cache.apply(&changes, &ledger).await.unwrap();
    assert_eq!(store.titles_of(id).await, ["New"]);
    assert_eq!(checkpoint(&store).await.through(), 3);
}

pub(crate) async fn a_checkpoint_shows_gaps_until_they_are_filled(store: Store) {
    store.write(&settled([2, 1, 5, 9, 8])).await;
    let held = checkpoint(&store).await;
    assert_eq!((held.through(), held.lag()), (2, 7));
    assert_eq!(held.gaps(), [3..=4, 6..=7]);
    store.write(&settled([4])).await;
    assert_eq!(checkpoint(&store).await.gaps(), [3..=3, 6..=7]);
    store.write(&settled([3])).await;
    assert_eq!(checkpoint(&store).await.through(), 5);
    store.write(&settled([6, 7])).await;
    assert_eq!(checkpoint(&store).await, Checkpoint::restore(9, []));
}

pub(crate) async fn checkpoints_are_kept_by_producer_and_epoch(store: Store) {
    assert_eq!(store.checkpoints.checkpoints().await, Ok(BTreeMap::new()));
    let ledger = Ledger {
        settled: vec![
            position(BOOKS, 1, 1),
            position("another-service", 1, 1),
            position(BOOKS, 2, 3),
            position(BOOKS, 1, 2),
        ],
        ..Ledger::default()
    };
    store.write(&ledger).await;
    let expected = BTreeMap::from([
        ((BOOKS.to_owned(), 1), Checkpoint::restore(2, [])),
        ((BOOKS.to_owned(), 2), Checkpoint::restore(0, [3..=3])),
        (("another-service".to_owned(), 1), Checkpoint::restore(1, [])),
    ]);
    assert_eq!(store.checkpoints.checkpoints().await, Ok(expected));
}

pub(crate) async fn settling_again_changes_nothing(store: Store) {
    store.write(&settled([1, 2, 3, 7])).await;
    let held = checkpoint(&store).await;
    for again in [settled([2]), settled([7, 1]), settled([])] {
        store.write(&again).await;
        assert_eq!(checkpoint(&store).await, held);
    }
}

pub(crate) async fn checkpoints_survive_a_restart(store: Store) {
    store.write(&settled([1, 2, 5])).await;
    let held = checkpoint(&store.opened_again()).await;
    assert_eq!(held, Checkpoint::restore(2, [5..=5]));
}

/// Two consumers at once are one too many, and yet neither may undo what the other has settled;
/// least of all at the very first message.
pub(crate) async fn batches_at_the_same_time_settle_everything(store: Store) {
    const MESSAGES: i64 = 160;
    let mut sequences: Vec<i64> = (1..=MESSAGES).collect();
    Rng::with_seed(1).shuffle(&mut sequences);
    let beside = store.opened_again();
    let mut consumers = JoinSet::new();
    for (at, batch) in sequences.chunks(10).enumerate() {
        let store = if at % 2 == 0 { &store } else { &beside }.clone();
        let ledger = settled(batch.iter().copied());
        consumers.spawn(async move { store.write(&ledger).await });
    }
    consumers.join_all().await;
    assert_eq!(checkpoint(&store).await, Checkpoint::restore(MESSAGES, []));
}
