//! The end of a snapshot: what it did not name goes, and nothing of it comes back.

use std::slice::from_ref;

use books_service::domain::{CacheChanges, CachedAuthor};
use replication::{
    StoreError,
    checkpoint::Checkpoint,
    inbox::{Ledger, Position},
    records::Table,
};
use tokio::task::JoinSet;

use crate::{
    healing::{NOTHING, healed, record},
    records::{at_version, author, book_id, deleted_at, key, told, version},
    rows::{author_row, link_row},
    store::Store,
};

const AUTHORS: &str = "authors-service";

fn as_of(epoch: i64, sequence: i64) -> Position {
    Position {
        producer: AUTHORS.to_owned(),
        epoch,
        sequence,
    }
}

async fn checkpoint(store: &Store, epoch: i64) -> Checkpoint {
    let mut all = store.checkpoints.checkpoints().await.unwrap();
    all.remove(&(AUTHORS.to_owned(), epoch)).unwrap_or_default()
}

async fn complete(store: &Store, epoch: i64, sequence: i64) -> u64 {
    let completed = store
        .records
        .complete_snapshot(&as_of(epoch, sequence))
        .await;
    completed.unwrap()
}

fn in_epoch(number: i64, epoch: i64) -> CachedAuthor {
    at_version(
        &author(number, ""),
        version(epoch, 1),
        &format!("{number} of {epoch}"),
    )
}

pub(crate) async fn what_a_snapshot_did_not_name_goes_with_its_epoch(store: Store) {
    let gone = [
        in_epoch(1, 1),
        deleted_at(&author(2, ""), version(1, 9)),
        in_epoch(3, 2),
    ];
    let named = [
        in_epoch(4, 3),
        deleted_at(&author(5, ""), version(3, 2)),
        in_epoch(6, 4),
    ];
    let link = told(key(book_id(1), 1), 4, true, 3);
    store.hear(&gone, from_ref(&link)).await;
    store.hear(&named, &[]).await;
    assert_eq!(complete(&store, 3, 7).await, 3);
    assert_eq!(
        store.all(Table::Cached).await,
        named.each_ref().map(author_row)
    );
    assert_eq!(store.all(Table::Links).await, [link_row(&link)]);
    assert_eq!(checkpoint(&store, 3).await, Checkpoint::restore(7, []));
    assert_eq!(complete(&store, 3, 7).await, 0);
}

pub(crate) async fn a_snapshot_moves_the_checkpoint_on_and_never_back(store: Store) {
    let settled = [1, 2, 4, 9, 10].map(|sequence| as_of(1, sequence));
    let ledger = Ledger {
        settled: settled.into(),
        ..Ledger::default()
    };
    store.write(&ledger).await;
    for (sequence, expected) in [
        (1, Checkpoint::restore(2, [4..=4, 9..=10])),
        (5, Checkpoint::restore(5, [9..=10])),
        (8, Checkpoint::restore(10, [])),
        (3, Checkpoint::restore(10, [])),
        (12, Checkpoint::restore(12, [])),
    ] {
        complete(&store, 1, sequence).await;
        assert_eq!(checkpoint(&store, 1).await, expected, "as of {sequence}");
    }
}

pub(crate) async fn a_snapshot_of_what_is_not_copied_here_is_refused(store: Store) {
    let held = in_epoch(1, 1);
    store.hear(from_ref(&held), &[]).await;
    let mut own = as_of(9, 1);
    own.producer = "books-service".to_owned();
    let refused = store.records.complete_snapshot(&own).await;
    assert!(matches!(refused, Err(StoreError::Data(_))), "{refused:?}");
    assert_eq!(store.all(Table::Cached).await, [author_row(&held)]);
    assert!(store.checkpoints.checkpoints().await.unwrap().is_empty());
}

/// Whichever way they come: as events, as rows, as repairs.
pub(crate) async fn records_of_an_epoch_that_is_over_are_not_taken_any_more(store: Store) {
    let current = in_epoch(1, 2);
    store.hear(from_ref(&current), &[]).await;
    complete(&store, 2, 5).await;
    let late = [
        at_version(&current, version(1, 99), "Late"),
        deleted_at(&author(2, ""), version(1, 1)),
    ];
    let link = told(key(book_id(1), 1), 4, true, 3);
    let changes = CacheChanges {
        authors: late.to_vec(),
        links: vec![link.clone()],
    };
    let ledger = Ledger {
        settled: vec![as_of(1, 1), as_of(1, 2)],
        ..Ledger::default()
    };
    store.cache.apply(&changes, &ledger).await.unwrap();
    // Settled all the same, and the links are merged: they have no epoch.
    assert_eq!(checkpoint(&store, 1).await.through(), 2);
    assert_eq!(store.all(Table::Links).await, [link_row(&link)]);
    let rows = late.each_ref().map(author_row);
    store.take(&rows).await;
    let repairs = rows
        .each_ref()
        .map(|row| record(row, Some(current.version)));
    assert_eq!(store.heal(&repairs).await, NOTHING);
    assert_eq!(store.all(Table::Cached).await, [author_row(&current)]);

    // Those of the epoch are, and of a later one.
    let repairs = [in_epoch(3, 2), in_epoch(4, 3)].map(|author| record(&author_row(&author), None));
    assert_eq!(store.heal(&repairs).await, healed(2));
    store.hear(&[in_epoch(5, 2)], &[]).await;
    assert_eq!(store.all(Table::Cached).await.len(), 4);
}

/// Anybody who can publish could end an epoch, if one event with a great number did.
pub(crate) async fn an_epoch_is_not_over_before_the_next_is_settled_from_its_beginning(store: Store) {
    let alone = Ledger {
        settled: vec![as_of(1, 1), as_of(i64::MAX, 5)],
        ..Ledger::default()
    };
    store.write(&alone).await;
    store.hear(&[in_epoch(1, 1)], &[]).await;
    assert_eq!(store.all(Table::Cached).await.len(), 1);

    complete(&store, 2, 0).await;
    store.hear(&[in_epoch(2, 1)], &[]).await;
    assert!(store.all(Table::Cached).await.is_empty());
}

/// Consumers that are late, or of another process, hold no row of the old epoch against the end of
/// the snapshot.
pub(crate) async fn no_late_batch_survives_the_end_of_a_snapshot(store: Store) {
    let beside = store.opened_again();
    for round in 2..8 {
        let mut tasks = JoinSet::new();
        for writer in 0..8_i64 {
            let store = if writer % 2 == 0 { &store } else { &beside }.clone();
            tasks.spawn(async move {
                for batch in 0..4_i64 {
                    let first = 100 * writer + 10 * batch + 1;
                    let late = (first..first + 10).map(|number| in_epoch(number, round - 1));
                    store.hear(&late.collect::<Vec<_>>(), &[]).await;
                }
            });
        }
        let completing = beside.clone();
        tasks.spawn(async move {
            complete(&completing, round, round).await;
        });
        tasks.join_all().await;
        let rows = store.all(Table::Cached).await;
        assert!(rows.is_empty(), "round {round}: {} rows", rows.len());
        assert_eq!(checkpoint(&store, round).await.through(), round);
    }
}
