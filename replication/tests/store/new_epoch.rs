//! The epoch that an owner begins after it was restored from a backup.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use replication::{
    Wakeup,
    inbox::{Checkpoints as _, Ledger, Position},
    log::EventLog as _,
    sql::{Database, NewEpoch, NewEpochError, SqlCheckpoints, SqlEventLog, new_epoch, reserve_ids},
};

use crate::{
    log::entry,
    server::{migrated, with_postgres_url, with_sqlite_url},
    store::Store,
};

const MARGIN: u32 = 1_000;

/// Makes a test of each of these for each database.
macro_rules! of_databases {
    ($($test:ident,)+) => {
        mod on_sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $test() {
                super::with_sqlite_url(super::$test).await;
            })+
        }

        mod on_postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            #[ignore = "needs PostgreSQL: tests/run.sh"]
            async fn $test() {
                super::with_postgres_url(super::$test).await;
            })+
        }
    };
}

of_databases! {
    an_epoch_is_named_by_its_second_or_else_by_the_next_number,
    new_ids_begin_behind_those_that_were_given_out_after_the_backup,
    the_log_goes_on_and_what_was_copied_is_to_be_taken_anew,
    no_epoch_begins_while_a_service_is_at_work,
}

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 999_999_000).unwrap()
}

/// As the command does: on its own, with nothing else open.
async fn begin(url: &str, seconds: i64) -> Result<NewEpoch, NewEpochError> {
    let database = Database::open(url).unwrap();
    let begun = new_epoch(&database, at(seconds), MARGIN).await;
    database.close().await;
    begun
}

async fn an_epoch_is_named_by_its_second_or_else_by_the_next_number(url: String) {
    migrated(&url).await.close().await;
    for (seconds, before, epoch) in [
        (1_795_000_000, 1, 1_795_000_000),
        (1_795_000_000, 1_795_000_000, 1_795_000_001),
        (1_794_999_000, 1_795_000_001, 1_795_000_002),
        (1_795_000_009, 1_795_000_002, 1_795_000_009),
    ] {
        let begun = begin(&url, seconds).await.unwrap();
        assert_eq!((begun.before, begun.epoch), (before, epoch));
    }
}

async fn new_ids_begin_behind_those_that_were_given_out_after_the_backup(url: String) {
    let database = migrated(&url).await;
    assert_eq!(reserve_ids(&database, 100).await.unwrap(), 1);
    database.close().await;
    for next_id in [1_101, 2_101] {
        assert_eq!(begin(&url, 0).await.unwrap().next_id, next_id);
    }
    let database = Database::open(&url).unwrap();
    assert_eq!(reserve_ids(&database, 1).await.unwrap(), 2_101);
    database.close().await;
}

async fn the_log_goes_on_and_what_was_copied_is_to_be_taken_anew(url: String) {
    let store = Store::Sql(migrated(&url).await.into());
    store.append(vec![entry("a", 1)]).await.unwrap();
    let settled = Position {
        producer: "another".to_owned(),
        epoch: 1,
        sequence: 4,
    };
    let ledger = Ledger {
        settled: vec![settled],
        ..Ledger::default()
    };
    store.write(&ledger).await.unwrap();
    store.database().close().await;

    let epoch = begin(&url, 1_795_000_000).await.unwrap().epoch;
    let store = Store::Sql(Database::open(&url).unwrap().into());
    store.append(vec![entry("a", 1)]).await.unwrap();
    let entries = store.entries().await;
    let told: Vec<_> = entries.iter().map(|e| (e.epoch, e.sequence)).collect();
    assert_eq!(told, [(1, 1), (epoch, 2)]);
    assert_eq!(store.checkpoints().await, BTreeMap::new());
    store.database().close().await;
}

async fn no_epoch_begins_while_a_service_is_at_work(url: String) {
    let service = migrated(&url).await;
    let log = SqlEventLog::new(service.clone(), Wakeup::default());
    let lease = log.try_lease().await.unwrap().unwrap();
    assert_eq!(log.head().await.unwrap().epoch, 1);
    assert_eq!(begin(&url, 1_795_000_000).await, Err(NewEpochError::AtWork));
    // The service is none the worse for it.
    assert_eq!(log.head().await.unwrap().epoch, 1);
    assert_eq!(reserve_ids(&service, 1).await.unwrap(), 1);
    drop(lease);
    service.close().await;

    let operator = Database::open(&url).unwrap();
    let begun = eventually_begun(&operator).await;
    assert_eq!(begun.before, 1);
    // Nor is who comes next, even if the operator is still there.
    let service = Database::open(&url).unwrap();
    assert_eq!(reserve_ids(&service, 1).await.unwrap(), begun.next_id);
    let checkpoints = SqlCheckpoints::new(service.clone());
    assert_eq!(checkpoints.checkpoints().await, Ok(BTreeMap::new()));
    for database in [operator, service] {
        database.close().await;
    }
}

/// The server takes a moment to notice that a lease's connection is gone.
async fn eventually_begun(database: &Database) -> NewEpoch {
    let begun = async {
        loop {
            match new_epoch(database, at(1_795_000_000), MARGIN).await {
                Err(NewEpochError::AtWork) => tokio::task::yield_now().await,
                begun => return begun.unwrap(),
            }
        }
    };
    let patience = std::time::Duration::from_secs(30);
    tokio::time::timeout(patience, begun).await.unwrap()
}
