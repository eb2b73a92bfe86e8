//! Which errors count against a message, and which only mean "not now".

use std::time::Duration;

use replication::{
    StoreError,
    sql::{Database, store_error},
};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, Statement};
use tokio::time::Instant;

use crate::server::{migrated, with_postgres_url};

async fn run(database: &Database, sql: &str) -> Result<(), StoreError> {
    let outcome = database.reader().execute_unprepared(sql).await;
    outcome.map(drop).map_err(store_error)
}

async fn bind(database: &Database, sql: &str, value: &str) -> Result<(), StoreError> {
    let backend = database.reader().get_database_backend();
    let statement = Statement::from_sql_and_values(backend, sql, [value.into()]);
    let outcome = database.reader().execute_raw(statement).await;
    outcome.map(drop).map_err(store_error)
}

#[track_caller]
fn is_data(outcome: Result<(), StoreError>) {
    assert!(matches!(outcome, Err(StoreError::Data(_))), "{outcome:?}");
}

#[track_caller]
fn is_unavailable(outcome: Result<(), StoreError>) {
    assert!(
        matches!(outcome, Err(StoreError::Unavailable(_))),
        "{outcome:?}"
    );
}

const TABLE: &str = "CREATE TABLE things (id BIGINT PRIMARY KEY, name TEXT NOT NULL UNIQUE, \
    size INTEGER CHECK (size > 0))";

#[tokio::test]
async fn on_sqlite_a_constraint_is_the_message_s_fault_and_the_rest_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("test.db").display());
    let database = migrated(&url).await;
    run(&database, TABLE).await.unwrap();
    run(&database, "INSERT INTO things VALUES (1, 'a', 1)")
        .await
        .unwrap();
    for bad in [
        "INSERT INTO things VALUES (1, 'b', 1)",
        "INSERT INTO things VALUES (2, 'a', 1)",
        "INSERT INTO things VALUES (2, NULL, 1)",
        "INSERT INTO things VALUES (2, 'b', -1)",
        // The key is an INTEGER.
        "INSERT INTO log_head (id, epoch, last_sequence) VALUES ('x', 1, 1)",
    ] {
        is_data(run(&database, bad).await);
    }
    bind(&database, "INSERT INTO things VALUES (3, $1, 1)", "a\0b")
        .await
        .unwrap();
    for broken in [
        "SELECT nonsense",
        "INSERT INTO no_such_table VALUES (1)",
        "not SQL",
    ] {
        is_unavailable(run(&database, broken).await);
    }
    database.close().await;
    is_unavailable(run(&database, "SELECT 1").await);
    is_unavailable(database.begin().await.map(drop).map_err(store_error));
}

#[tokio::test]
async fn on_sqlite_a_file_that_another_process_writes_to_is_busy() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("test.db").display());
    let database = migrated(&url).await;
    let other_process = Database::open(&url).unwrap();
    let writing = other_process.begin().await.unwrap();
    is_unavailable(database.begin().await.map(drop).map_err(store_error));
    writing.rollback().await.unwrap();
    database.begin().await.unwrap().commit().await.unwrap();
}

#[tokio::test]
async fn on_sqlite_a_writer_that_does_not_end_keeps_the_next_one_waiting_only_so_long() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("test.db").display());
    let database = migrated(&url).await;
    let _writing = database.begin().await.unwrap();
    is_unavailable(database.begin().await.map(drop).map_err(store_error));
    // Readers do not care.
    run(&database, "SELECT 1").await.unwrap();
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run.sh"]
async fn on_postgres_classes_22_and_23_are_the_message_s_fault_and_the_rest_is_not() {
    with_postgres_url(|url| async move {
        let database = Database::open(&url).unwrap();
        run(&database, TABLE).await.unwrap();
        run(&database, "INSERT INTO things VALUES (1, 'a', 1)")
            .await
            .unwrap();
        for bad in [
            "INSERT INTO things VALUES (1, 'b', 1)",
            "INSERT INTO things VALUES (2, 'a', 1)",
            "INSERT INTO things VALUES (2, NULL, 1)",
            "INSERT INTO things VALUES (2, 'b', -1)",
            "INSERT INTO things VALUES (99999999999999999999, 'b', 1)",
            "SELECT 1 / 0",
            "SELECT '2026-02-30'::date",
            "SELECT '{\"a\": \"\\u0000\"}'::jsonb",
        ] {
            is_data(run(&database, bad).await);
        }
        is_data(bind(&database, "INSERT INTO things VALUES (3, $1, 1)", "a\0b").await);
        for broken in [
            "SELECT nonsense",
            "INSERT INTO no_such_table VALUES (1)",
            "not SQL",
        ] {
            is_unavailable(run(&database, broken).await);
        }
        database.close().await;
        is_unavailable(run(&database, "SELECT 1").await);
    })
    .await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run.sh"]
async fn on_postgres_what_takes_too_long_may_work_later() {
    with_postgres_url(|url| async move {
        let database = Database::open(&url).unwrap();
        run(&database, TABLE).await.unwrap();
        let slow = database.begin().await.unwrap();
        execute(&slow, "SET LOCAL statement_timeout = 20")
            .await
            .unwrap();
        is_unavailable(execute(&slow, "SELECT pg_sleep(30)").await);

        let holder = database.begin().await.unwrap();
        execute(&holder, "LOCK TABLE things").await.unwrap();
        let waiter = database.begin().await.unwrap();
        execute(&waiter, "SET LOCAL lock_timeout = 20")
            .await
            .unwrap();
        is_unavailable(execute(&waiter, "SELECT * FROM things").await);
    })
    .await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run.sh"]
async fn on_postgres_a_connection_that_is_ended_may_work_later() {
    with_postgres_url(|url| async move {
        let database = Database::open(&url).unwrap();
        let transaction = database.begin().await.unwrap();
        let pid = Statement::from_string(DbBackend::Postgres, "SELECT pg_backend_pid() AS pid");
        let row = transaction.query_one_raw(pid).await.unwrap().unwrap();
        let pid: i32 = row.try_get("", "pid").unwrap();
        run(&database, &format!("SELECT pg_terminate_backend({pid})"))
            .await
            .unwrap();
        is_unavailable(execute(&transaction, "SELECT 1").await);
        is_unavailable(transaction.commit().await.map_err(store_error));
        // The pool makes another one.
        run(&database, "SELECT 1").await.unwrap();
    })
    .await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run.sh"]
async fn on_postgres_who_is_ended_for_a_deadlock_may_try_again() {
    with_postgres_url(|url| async move {
        let database = Database::open(&url).unwrap();
        run(&database, TABLE).await.unwrap();
        let rows = "INSERT INTO things VALUES (1, 'a', 1), (2, 'b', 1)";
        run(&database, rows).await.unwrap();
        let update = |id: i64| format!("UPDATE things SET size = 2 WHERE id = {id}");
        let (one, other) = (
            database.begin().await.unwrap(),
            database.begin().await.unwrap(),
        );
        execute(&one, &update(1)).await.unwrap();
        execute(&other, &update(2)).await.unwrap();
        let started = Instant::now();
        let (update_1, update_2) = (update(1), update(2));
        let (first, second) = tokio::join!(end_with(one, &update_2), end_with(other, &update_1));
        assert!(
            started.elapsed() < Duration::from_secs(9),
            "a time-out, not a deadlock"
        );
        match (&first, &second) {
            (Ok(()), _) => is_unavailable(second),
            (_, Ok(())) => is_unavailable(first),
            _ => panic!("{first:?} {second:?}"),
        }
    })
    .await;
}

async fn execute(transaction: &DatabaseTransaction, sql: &str) -> Result<(), StoreError> {
    let outcome = transaction.execute_unprepared(sql).await;
    outcome.map(drop).map_err(store_error)
}

async fn end_with(transaction: DatabaseTransaction, sql: &str) -> Result<(), StoreError> {
    let outcome = execute(&transaction, sql).await;
    let ended: Result<(), DbErr> = match outcome {
        Ok(()) => transaction.commit().await,
        Err(_) => transaction.rollback().await,
    };
    outcome.and(ended.map_err(store_error))
}
