//! The PostgreSQL server.

use std::{
    cell::RefCell,
    path::{Path, PathBuf},
};

use local_servers::{PrivatePostgres, postgres_programs};
use sea_orm::ConnectionTrait;
use url::Url;

use super::connect;
use crate::failure::{Failure, Result};

/// Everything else is as the installation has it; durability is on by default. Commit times are
/// kept for telling how long after one commit another came.
const SETTINGS: [&str; 1] = ["track_commit_timestamp=on"];

/// A private PostgreSQL server, or a running one.
pub(crate) struct Postgres {
    url: Url,
    made: RefCell<Vec<String>>,
    // Dropping it ends it.
    _private: Option<PrivatePostgres>,
}

/// The databases of both services.
#[derive(Debug, Clone)]
pub(crate) struct Databases {
    /// Of authors-service.
    pub(crate) authors: String,
    /// Of books-service.
    pub(crate) books: String,
}

impl Postgres {
    /// The one at this URL, or a private one.
    pub(super) async fn new(url: Option<&str>) -> Result<Self> {
        let (url, private) = match url {
            Some(url) => (url.to_owned(), None),
            None => {
                let private = PrivatePostgres::start(&SETTINGS).await?;
                (private.url("postgres"), Some(private))
            }
        };
        let url = url.parse().map_err(|error| {
            Failure::Program(format!("the database's URL can't be read: {error}"))
        })?;
        Ok(Self {
            url,
            made: RefCell::default(),
            _private: private,
        })
    }

    /// Makes an empty database; its URL.
    ///
    /// # Errors
    /// If the server refuses.
    pub(crate) async fn create(&self, purpose: &str) -> Result<String> {
        let name = format!("colophon_bench_{:08x}_{purpose}", fastrand::u32(..));
        self.execute(&format!("CREATE DATABASE {name}")).await?;
        self.made.borrow_mut().push(name.clone());
        let mut url = self.url.clone();
        url.set_path(&name);
        Ok(url.into())
    }

    /// Drops everything that was made here. A private server takes it along anyway.
    pub(super) async fn drop_databases(&self) -> Result<()> {
        for name in self.made.take() {
            let statement = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
            self.execute(&statement).await?;
        }
        Ok(())
    }

    /// What it calls itself.
    ///
    /// # Errors
    /// If it can't be asked.
    pub(crate) async fn version(&self) -> Result<String> {
        let connection = connect(self.url.as_str()).await?;
        let statement = sea_orm::Statement::from_string(
            connection.get_database_backend(),
            "SHOW server_version",
        );
        let row = connection.query_one_raw(statement).await?;
        let version = row.and_then(|row| row.try_get("", "server_version").ok());
        Ok(version.unwrap_or_default())
    }

    /// One of its programs, such as pgbench.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        postgres_programs()
            .map(|folder| folder.join(name))
            .filter(|program| program.is_file())
            .unwrap_or_else(|| name.into())
    }

    async fn execute(&self, statement: &str) -> Result<()> {
        let connection = connect(self.url.as_str()).await?;
        connection.execute_unprepared(statement).await?;
        connection.close().await?;
        Ok(())
    }
}

impl Databases {
    /// SQLite files in a folder.
    pub(crate) fn files(folder: &Path) -> Self {
        let file = |name: &str| format!("sqlite://{}/{name}.db", folder.display());
        Self {
            authors: file("authors"),
            books: file("books"),
        }
    }
}
