//! Databases of a test's own.

use std::{env, panic, sync::Arc};

use migrations::{AuthorsMigrator, migrate};
use replication::sql::Database;
use sea_orm::ConnectionTrait;
use url::Url;

use crate::store::Store;

/// Runs a contract in a file that is gone afterwards.
pub(crate) async fn on_sqlite<F: Future<Output = ()>>(contract: fn(Store) -> F) {
    with_sqlite_url(|url| async move {
        let database = migrated(&url).await;
        contract(Store::Sql(Arc::new(database.clone()))).await;
        database.close().await;
    })
    .await;
}

/// Runs a test with the URL of a file that is not there yet and is gone afterwards.
pub(crate) async fn with_sqlite_url<F: Future<Output = ()>>(test: impl FnOnce(String) -> F) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("test.db").display());
    test(url).await;
}

/// Runs a contract in a database that is dropped afterwards, however it ends.
pub(crate) async fn on_postgres<F>(contract: fn(Store) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    with_postgres_url(move |url| async move {
        contract(Store::Sql(Arc::new(migrated(&url).await))).await;
    })
    .await;
}

/// Runs a test with the URL of an empty database, which is dropped afterwards, however it ends.
pub(crate) async fn with_postgres_url<F, G>(test: F)
where
    F: FnOnce(String) -> G,
    G: Future<Output = ()> + Send + 'static,
{
    let server = server_url();
    let name = format!("colophon_replication_{:016x}", fastrand::u64(..));
    let mut url = Url::parse(&server).unwrap();
    url.set_path(&name);
    let server = Database::open(&server).unwrap();
    let create = format!("CREATE DATABASE {name}");
    server.reader().execute_unprepared(&create).await.unwrap();

    let outcome = tokio::spawn(test(url.into())).await;

    let drop = format!("DROP DATABASE {name} WITH (FORCE)");
    server.reader().execute_unprepared(&drop).await.unwrap();
    if let Err(failure) = outcome {
        panic::resume_unwind(failure.into_panic());
    }
}

/// Where PostgreSQL is.
pub(crate) fn server_url() -> String {
    let Ok(server) = env::var("TEST_DATABASE_URL") else {
        panic!("TEST_DATABASE_URL must name a PostgreSQL server, as tests/run.sh does");
    };
    server
}

pub(crate) async fn migrated(url: &str) -> Database {
    let database = Database::open(url).unwrap();
    let transaction = database.begin().await.unwrap();
    migrate::<AuthorsMigrator>(transaction).await.unwrap();
    database
}
