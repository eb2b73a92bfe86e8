//! Opening a database, and asking whether it is there.

use std::net::TcpListener;

use replication::sql::{Database, Engine, Unreachable};
use sea_orm::{ConnectionTrait, Statement, TransactionTrait};
use tokio::{sync::mpsc, task::JoinSet};
use url::Url;

use crate::server::{migrated, server_url, with_postgres_url};

#[tokio::test]
async fn a_url_of_no_use_is_refused_in_one_line_without_its_secrets() {
    for url in [
        "",
        "hunter2",
        "hunter2@host:5432/name",
        "mysql://user:hunter2@host/name",
        "postgres//user:hunter2@host/name",
        "postgres://user:hunter2@host:port/name",
        "postgres://user:hunter2@[::1/name",
        "sqlite:",
        "sqlite://",
        "sqlite::memory:",
        "sqlite://:memory:",
        "sqlite://%3Amemory%3A",
        "sqlite://test.db?mode=memory",
        "sqlite://file:test?mode=memory",
        "sqlite://test.db?nonsense=1",
    ] {
        let Err(error) = Database::open(url) else {
            panic!("{url} was opened");
        };
        let text = error.to_string();
        assert!(!text.contains('\n'), "{text}");
        assert!(!text.contains("hunter2"), "{text}");
        assert!(
            text.contains("sqlite://") && text.contains("postgres://"),
            "{text}"
        );
    }
}

#[tokio::test]
async fn opening_connects_to_nothing() {
    let sqlite = Database::open("sqlite:///no/such/folder/test.db").unwrap();
    assert_eq!(sqlite.engine(), Engine::Sqlite);
    for url in [
        "postgres://user@127.0.0.1:1/name",
        "postgresql://[::1]:1/name",
    ] {
        assert_eq!(Database::open(url).unwrap().engine(), Engine::Postgres);
    }
}

#[tokio::test]
async fn a_file_that_can_not_be_a_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let nonsense = folder.path().join("nonsense.db");
    std::fs::write(
        &nonsense,
        "not a database, but long enough to be looked at ".repeat(100),
    )
    .unwrap();
    let missing = folder.path().join("no folder").join("test.db");
    for path in [nonsense, missing] {
        let database = Database::open(&format!("sqlite://{}", path.display())).unwrap();
        let outcome = database.ping().await;
        assert!(
            matches!(outcome, Err(Unreachable::Refused(_))),
            "{outcome:?}"
        );
    }
}

#[tokio::test]
async fn a_new_file_is_made_durable_and_answers() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("test.db").display());
    let database = Database::open(&url).unwrap();
    assert_eq!(database.ping().await, Ok(()));
    let pragma = |name: &str| {
        Statement::from_string(
            sea_orm::DbBackend::Sqlite,
            format!("SELECT CAST({name} AS TEXT) AS value FROM pragma_{name}"),
        )
    };
    for (name, expected) in [("journal_mode", "wal"), ("synchronous", "2")] {
        for connection in ["reader", "writer"] {
            let found = if connection == "reader" {
                database.reader().query_one_raw(pragma(name)).await
            } else {
                let transaction = database.begin().await.unwrap();
                transaction.query_one_raw(pragma(name)).await
            };
            let value: String = found.unwrap().unwrap().try_get("", "value").unwrap();
            assert_eq!(value, expected, "{name} of a {connection}");
        }
    }
}

/// `.cargo/config.toml` says why.
#[tokio::test]
async fn sqlite_plans_a_statement_once_whatever_its_values() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("test.db").display());
    let options = Statement::from_string(
        sea_orm::DbBackend::Sqlite,
        "SELECT compile_options AS name FROM pragma_compile_options",
    );
    let rows = Database::open(&url).unwrap();
    let rows = rows.reader().query_all_raw(options).await.unwrap();
    let names: Vec<String> = rows
        .iter()
        .map(|row| row.try_get("", "name").unwrap())
        .collect();
    for name in ["ENABLE_QPSG", "DEFAULT_MEMSTATUS=0"] {
        assert!(names.iter().any(|held| held == name), "{name}: {names:?}");
    }
}

#[tokio::test]
async fn where_nothing_listens_the_database_is_only_away() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let url = format!("postgres://user:hunter2@127.0.0.1:{port}/name");
    let outcome = Database::open(&url).unwrap().ping().await;
    let Err(Unreachable::Now(text)) = outcome else {
        panic!("{outcome:?}");
    };
    assert!(!text.contains("hunter2") && !text.contains('\n'), "{text}");
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run.sh"]
async fn a_wrong_role_or_database_is_refused() {
    let url = Url::parse(&server_url()).unwrap();
    let mut wrong_database = url.clone();
    wrong_database.set_path("colophon_no_such_database");
    let mut wrong_role = url.clone();
    wrong_role.set_username("colophon_no_such_role").unwrap();
    wrong_role.set_password(Some("hunter2")).unwrap();
    for url in [wrong_database, wrong_role] {
        let outcome = Database::open(url.as_str()).unwrap().ping().await;
        let Err(Unreachable::Refused(text)) = outcome else {
            panic!("{outcome:?}");
        };
        assert!(!text.contains("hunter2") && !text.contains('\n'), "{text}");
    }
    assert_eq!(Database::open(url.as_str()).unwrap().ping().await, Ok(()));
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run.sh"]
async fn every_connection_is_durable_and_reads_what_is_committed_whatever_the_server_says() {
    with_postgres_url(|url| async move {
        let database = migrated(&url).await;
        for setting in [
            "default_transaction_isolation = 'serializable'",
            "synchronous_commit = off",
        ] {
            let name = url.rsplit('/').next().unwrap();
            let alter = format!("ALTER DATABASE {name} SET {setting}");
            database.reader().execute_unprepared(&alter).await.unwrap();
        }
        let opened_later = Database::open(&url).unwrap();
        let transaction = opened_later.begin().await.unwrap();
        for (name, expected) in [
            ("transaction_isolation", "read committed"),
            ("synchronous_commit", "on"),
            ("statement_timeout", "30s"),
            ("lock_timeout", "10s"),
            ("idle_in_transaction_session_timeout", "10s"),
            ("tcp_keepalives_idle", "30"),
            ("tcp_keepalives_interval", "10"),
            ("tcp_keepalives_count", "3"),
        ] {
            let show = format!("SELECT current_setting('{name}') AS value");
            let row = Statement::from_string(sea_orm::DbBackend::Postgres, show);
            let row = transaction.query_one_raw(row).await.unwrap().unwrap();
            let value: String = row.try_get("", "value").unwrap();
            assert_eq!(value, expected, "{name}");
        }
    })
    .await;
}

#[tokio::test]
async fn however_many_search_others_get_their_connections_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("test.db").display());
    others_get_their_connections(&url).await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run.sh"]
async fn however_many_search_others_get_their_connections_on_postgres() {
    with_postgres_url(|url| async move { others_get_their_connections(&url).await }).await;
}

async fn others_get_their_connections(url: &str) {
    let database = Database::open(url).unwrap();
    let (began, mut begun) = mpsc::channel(1);
    let mut searching = JoinSet::new();
    for _ in 0..100 {
        let (database, began) = (database.clone(), began.clone());
        searching.spawn(async move {
            let transaction = database.searcher().begin().await;
            began.send(()).await.unwrap();
            std::future::pending::<()>().await;
            drop(transaction);
        });
    }
    for _ in 0..Database::SEARCHERS {
        begun.recv().await.unwrap();
    }
    let read = database.reader().execute_unprepared("SELECT 1").await;
    read.unwrap();
    database.begin().await.unwrap().commit().await.unwrap();
    assert_eq!(database.ping().await, Ok(()));
}
