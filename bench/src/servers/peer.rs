//! A service of another make that does a like work, if its sources are at hand.

use std::{path::PathBuf, process::Stdio};

use local_servers::free_port;
use tempfile::TempDir;
use tokio::process::Command;
use url::Url;

use super::{Bench, Process};
use crate::failure::{Failure, Result};

/// Where the peer's sources are, and what runs them.
#[derive(Debug, Clone)]
pub(crate) struct Peers {
    /// Folder with `fastapi/app.py` and `limits/setup.sql`.
    pub(crate) folder: PathBuf,
    /// The Python with what it needs.
    pub(crate) python: PathBuf,
}

/// The peer at work.
pub(crate) struct Peer {
    /// Where it listens.
    pub(crate) port: u16,
    // In the order in which they go.
    _process: Process,
    _folder: TempDir,
}

impl Peers {
    /// Starts it on a database of its own, with its tables; with a broker, if there is a URL.
    ///
    /// # Errors
    /// If it does not become ready.
    pub(crate) async fn start(&self, bench: &Bench, broker_url: Option<&str>) -> Result<Peer> {
        let postgres = bench.postgres().await?;
        let database_url = postgres.create("peer").await?;
        let tables = Command::new(postgres.program("psql"))
            .args(["--quiet", "--no-psqlrc", "--set", "ON_ERROR_STOP=1"])
            .arg("--file")
            .arg(self.folder.join("limits/setup.sql"))
            .arg(&database_url)
            .stdin(Stdio::null())
            .output()
            .await?;
        if !tables.status.success() {
            let complaint = String::from_utf8_lossy(&tables.stderr);
            let failed = format!("the peer's tables could not be made: {complaint}");
            return Err(Failure::Program(failed));
        }
        let port = free_port()?;
        let (sources, port_text) = (self.folder.join("fastapi"), port.to_string());
        let sources = sources.to_string_lossy();
        let arguments = [
            "-m",
            "uvicorn",
            "app:app",
            "--app-dir",
            &sources,
            "--port",
            &port_text,
            "--workers",
            "2",
            "--log-level",
            "warning",
            "--no-access-log",
        ];
        let mut environment = vec![("DATABASE_URL", with_driver(&database_url))];
        environment.extend(broker_url.map(|url| ("AMQP", url.to_owned())));
        let folder = bench.new_folder()?;
        let mut process = Process::start(&self.python, folder.path(), &arguments, &environment)?;
        process.ready(port, "/authors/1").await?;
        Ok(Peer {
            port,
            _process: process,
            _folder: folder,
        })
    }
}

/// The URL as SQLAlchemy wants it.
fn with_driver(database_url: &str) -> String {
    match database_url.parse::<Url>() {
        Ok(url) => database_url.replacen(url.scheme(), "postgresql+asyncpg", 1),
        Err(_) => database_url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_driver_takes_the_place_of_the_scheme() {
        assert_eq!(
            with_driver("postgres://postgres@127.0.0.1:5432/postgres"),
            "postgresql+asyncpg://postgres@127.0.0.1:5432/postgres"
        );
    }
}
