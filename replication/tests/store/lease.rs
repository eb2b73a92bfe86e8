//! The right to relay: a session lock on PostgreSQL.

use std::time::Duration;

use replication::{
    Wakeup,
    log::EventLog,
    sql::{Database, SqlEventLog},
};
use sea_orm::ConnectionTrait;
use tokio::time::Instant;

use crate::server::with_postgres_url;

/// Longer than a server takes to notice that a connection is closed.
const PATIENCE: Duration = Duration::from_secs(30);

fn log(url: &str) -> SqlEventLog {
    SqlEventLog::new(Database::open(url).unwrap(), Wakeup::default())
}

async fn eventually_leased(log: &SqlEventLog) {
    let deadline = Instant::now() + PATIENCE;
    while log.try_lease().await.unwrap().is_none() {
        assert!(Instant::now() < deadline, "the right is not let go");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run.sh"]
async fn a_second_process_gets_the_right_once_the_first_is_gone() {
    with_postgres_url(|url| async move {
        let (first, second) = (log(&url), log(&url));
        let mut lease = first.try_lease().await.unwrap().unwrap();
        for _ in 0..3 {
            assert!(second.try_lease().await.unwrap().is_none());
            assert!(first.try_lease().await.unwrap().is_none());
            assert!(lease.is_held().await);
        }
        drop(lease);
        eventually_leased(&second).await;
    })
    .await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run.sh"]
async fn a_right_whose_connection_is_ended_is_no_longer_held() {
    with_postgres_url(|url| async move {
        let (first, second) = (log(&url), log(&url));
        let mut lease = first.try_lease().await.unwrap().unwrap();
        let end = "SELECT pg_terminate_backend(pid) FROM pg_locks \
            WHERE locktype = 'advisory' AND pid <> pg_backend_pid() \
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
        let database = Database::open(&url).unwrap();
        database.reader().execute_unprepared(end).await.unwrap();
        assert!(!lease.is_held().await);
        eventually_leased(&second).await;
    })
    .await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run.sh"]
async fn the_right_is_held_per_database() {
    with_postgres_url(|one| async move {
        let _lease = log(&one).try_lease().await.unwrap().unwrap();
        with_postgres_url(|other| async move {
            assert!(log(&other).try_lease().await.unwrap().is_some());
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn on_sqlite_the_process_itself_has_the_right() {
    let folder = tempfile::tempdir().unwrap();
    let log = log(&format!(
        "sqlite://{}",
        folder.path().join("test.db").display()
    ));
    let mut lease = log.try_lease().await.unwrap().unwrap();
    assert!(lease.is_held().await);
}
