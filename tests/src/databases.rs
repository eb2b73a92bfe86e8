//! Databases of a test's own, and reading them past the services.

use std::{env, thread};

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection};
use url::Url;

/// A PostgreSQL database that is dropped with this.
#[derive(Debug)]
pub struct OwnDatabase {
    url: Url,
    name: String,
}

impl OwnDatabase {
    /// Makes one on the server that `TEST_DATABASE_URL` names.
    ///
    /// # Panics
    /// If that is not set, or the server refuses.
    pub async fn create(purpose: &str) -> Self {
        Self::create_with(purpose, "").await
    }

    /// As [`Self::create`], with these options of `CREATE DATABASE`.
    ///
    /// # Panics
    /// If the server refuses.
    pub async fn create_with(purpose: &str, options: &str) -> Self {
        let name = format!("colophon_test_{:016x}_{purpose}", fastrand::u64(..));
        execute(&format!("CREATE DATABASE {name} {options}")).await;
        let mut url = server();
        url.set_path(&name);
        Self { url, name }
    }

    /// Where it is.
    pub fn url(&self) -> &Url {
        &self.url
    }
}

impl Drop for OwnDatabase {
    fn drop(&mut self) {
        let statement = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        // Where there is no waiting, on a thread that may wait. If it fails, only a database is
        // left behind, on a server that is the tests' own.
        let _dropped = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            runtime.unwrap().block_on(execute(&statement));
        })
        .join();
    }
}

/// Connects to a database past the service that owns it.
///
/// # Panics
/// If it can't be reached.
pub async fn connect(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options).await.unwrap()
}

async fn execute(statement: &str) {
    let server = connect(server().as_str()).await;
    server.execute_unprepared(statement).await.unwrap();
    server.close().await.unwrap();
}

fn server() -> Url {
    let url = env::var("TEST_DATABASE_URL")
        .expect("TEST_DATABASE_URL must name a PostgreSQL server: use tests/run.sh");
    url.parse().expect("TEST_DATABASE_URL must be a URL")
}
