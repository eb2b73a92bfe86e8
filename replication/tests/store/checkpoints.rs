//! Checkpoints: whatever order things are settled in, they say what is settled.

use replication::{
    checkpoint::Checkpoint,
    inbox::{Ledger, Position},
};
use tokio::task::JoinSet;

use crate::store::Store;

const PRODUCER: &str = "things-service";

fn position(producer: &str, epoch: i64, sequence: i64) -> Position {
    Position {
        producer: producer.to_owned(),
        epoch,
        sequence,
    }
}

pub(crate) fn settled(sequences: impl IntoIterator<Item = i64>) -> Ledger {
    let positions = sequences.into_iter().map(|at| position(PRODUCER, 1, at));
    Ledger {
        settled: positions.collect(),
        ..Ledger::default()
    }
}

async fn checkpoint(store: &Store, producer: &str, epoch: i64) -> Checkpoint {
    let checkpoints = store.checkpoints().await;
    checkpoints[&(producer.to_owned(), epoch)].clone()
}

pub(crate) async fn nothing_is_settled_at_first(store: Store) {
    assert!(store.checkpoints().await.is_empty());
    store.write(&Ledger::default()).await.unwrap();
    assert!(store.checkpoints().await.is_empty());
}

pub(crate) async fn gaps_are_filled_across_transactions(store: Store) {
    for (sequences, through, gaps) in [
        (vec![5, 4], 0, vec![1..=3]),
        (vec![9, 1], 1, vec![2..=3, 6..=8]),
        (vec![7], 1, vec![2..=3, 6..=6, 8..=8]),
        (vec![8, 3], 1, vec![2..=2, 6..=6]),
        (vec![2], 5, vec![6..=6]),
        (vec![6], 9, vec![]),
        (vec![12, 10, 11], 12, vec![]),
    ] {
        store.write(&settled(sequences)).await.unwrap();
        let held = checkpoint(&store, PRODUCER, 1).await;
        assert_eq!((held.through(), held.gaps()), (through, gaps));
    }
}

pub(crate) async fn each_producer_and_epoch_has_its_own_checkpoint(store: Store) {
    let ledger = Ledger {
        settled: vec![
            position("b", 1, 1),
            position("a", 2, 3),
            position("a", 1, 1),
            position("a", 2, 1),
            position("a", 1, 2),
        ],
        ..Ledger::default()
    };
    store.write(&ledger).await.unwrap();
    store.write(&ledger).await.unwrap();
    let checkpoints = store.checkpoints().await;
    let told: Vec<_> = checkpoints
        .iter()
        .map(|((producer, epoch), held)| (producer.as_str(), *epoch, held.through(), held.lag()))
        .collect();
    assert_eq!(told, [("a", 1, 2, 0), ("a", 2, 1, 2), ("b", 1, 1, 0)]);
}

pub(crate) async fn settling_again_changes_nothing(store: Store) {
    store.write(&settled([1, 2, 3, 5, 6])).await.unwrap();
    let before = store.checkpoints().await;
    for sequences in [vec![1], vec![3, 2], vec![5, 6], vec![6, 5, 1, 1]] {
        store.write(&settled(sequences)).await.unwrap();
        assert_eq!(store.checkpoints().await, before);
    }
}

/// Also the very first ones, when there is no row yet whose lock would put them in order.
pub(crate) async fn batches_settled_at_the_same_time_lose_nothing(store: Store) {
    const WRITERS: i64 = 16;
    const EACH: i64 = 8;
    let mut writers = JoinSet::new();
    for writer in 1..=WRITERS {
        let store = store.clone();
        writers.spawn(async move {
            for round in 0..EACH {
                let ledger = settled([round * WRITERS + writer]);
                store.write(&ledger).await.unwrap();
            }
        });
    }
    writers.join_all().await;
    let held = checkpoint(&store, PRODUCER, 1).await;
    assert_eq!((held.through(), held.gaps()), (WRITERS * EACH, vec![]));
}

/// A message may bear any number, and none must make its batch fail.
pub(crate) async fn any_sequence_can_be_settled(store: Store) {
    for sequences in [vec![1, i64::MAX], vec![i64::MIN, -1, 0], vec![i64::MAX - 1, 2]] {
        store.write(&settled(sequences)).await.unwrap();
    }
    let held = checkpoint(&store, PRODUCER, 1).await;
    assert_eq!(held.through(), 2);
    assert_eq!(held.above(), [i64::MAX - 1..=i64::MAX]);
}
