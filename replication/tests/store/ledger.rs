//! What goes beside a batch is in the batch's transaction.

use std::time::Duration;

use replication::{
    inbox::Ledger,
    parked::{ParkedMessage, message_id},
    sql::write_ledger,
};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use tokio::time::Instant;

use crate::{checkpoints::settled, log::now, server::on_postgres, store::Store};

pub(crate) async fn what_is_rolled_back_is_not_settled(store: Store) {
    store.write(&settled([1, 2])).await.unwrap();
    let before = store.checkpoints().await;
    let parked = ParkedMessage {
        id: message_id(b"a"),
        position: None,
        event_id: None,
        event_type: None,
        body: b"a".as_slice().into(),
        reason: "no matter".to_owned(),
        attempts: 1,
        first_failed_at: now(),
        last_failed_at: now(),
        next_attempt_at: Some(now()),
    };
    let ledger = Ledger {
        park: vec![parked],
        ..settled([3, 5])
    };
    let transaction = store.database().begin().await.unwrap();
    write_ledger(&transaction, &ledger).await.unwrap();
    transaction.rollback().await.unwrap();
    assert_eq!(store.checkpoints().await, before);
    assert_eq!(store.counts().await.parked, 0);

    // Dropped, as it is when its task is ended in the middle.
    let transaction = store.database().begin().await.unwrap();
    write_ledger(&transaction, &ledger).await.unwrap();
    drop(transaction);
    store.write(&settled([3])).await.unwrap();
    let held = store.checkpoints().await.into_values().next().unwrap();
    assert_eq!((held.through(), held.gaps()), (3, vec![]));
    assert_eq!(store.counts().await.parked, 0);
}

/// Neither finds a row to lock: the second must wait for the first and see what it settled.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: tests/run.sh"]
async fn two_who_settle_the_first_events_at_once_lose_nothing() {
    on_postgres(|store| async move {
        let database = store.database();
        let first = database.begin().await.unwrap();
        write_ledger(&first, &settled([1])).await.unwrap();
        let other = store.clone();
        let second = tokio::spawn(async move { other.write(&settled([2])).await });
        let waits = "SELECT 1 FROM pg_locks WHERE NOT granted AND locktype = 'transactionid' \
            AND pid IN (SELECT pid FROM pg_stat_activity WHERE datname = current_database())";
        let waits = Statement::from_string(DbBackend::Postgres, waits);
        let deadline = Instant::now() + Duration::from_secs(8);
        while database
            .reader()
            .query_one_raw(waits.clone())
            .await
            .unwrap()
            .is_none()
        {
            assert!(Instant::now() < deadline, "the second does not wait");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        first.commit().await.unwrap();
        second.await.unwrap().unwrap();
        let held = store.checkpoints().await.into_values().next().unwrap();
        assert_eq!((held.through(), held.gaps()), (2, vec![]));
    })
    .await;
}
