//! Colophon's programs, as they are released.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use local_servers::free_port;
use tempfile::TempDir;

use super::{Bench, Databases, Process};
use crate::failure::{Failure, Result};

/// How what is delivered is built.
const PROFILE: &str = "dist";
const NAMES: [&str; 3] = ["authors-service", "books-service", "colophon"];

/// Where the programs are.
pub(crate) struct Programs(PathBuf);

/// A program that serves.
pub(crate) struct Service {
    /// The process.
    pub(crate) process: Process,
    /// Where it listens; of `colophon`, where authors are.
    pub(crate) port: u16,
    /// Where the books of `colophon` are.
    pub(crate) books_port: u16,
    /// From its start until it was ready.
    pub(crate) start_up: Duration,
    // Its folder goes with it.
    _folder: TempDir,
}

impl Programs {
    /// Those in `folder`.
    pub(super) fn in_folder(folder: &Path) -> Result<Self> {
        let folder = folder.canonicalize()?;
        for name in NAMES {
            if !folder.join(name).is_file() {
                let missing = format!("{} is not there", folder.join(name).display());
                return Err(Failure::Program(missing));
            }
        }
        Ok(Self(folder))
    }

    /// Those beside this program, after cargo has made them what the sources say. They are built
    /// by themselves, so that they hold what a release holds and nothing that is for tests.
    pub(super) fn built() -> Result<Self> {
        let own = env::current_exe()?;
        let folder = own.parent().map(Path::to_path_buf).unwrap_or_default();
        if let (Some(cargo), Some(target)) = (env::var_os("CARGO"), folder.parent()) {
            let mut command = Command::new(cargo);
            command.args(["build", "--profile", PROFILE, "--quiet", "--target-dir"]);
            command.arg(target);
            for name in NAMES {
                command.args(["--package", name]);
            }
            command.current_dir(env!("CARGO_MANIFEST_DIR"));
            if !command.status()?.success() {
                let failed = "the programs could not be built".to_owned();
                return Err(Failure::Program(failed));
            }
            return Self::in_folder(&target.join(PROFILE));
        }
        Self::in_folder(&folder)
    }

    /// One of them.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Makes the tables of both services.
    ///
    /// # Errors
    /// If that fails.
    pub(crate) async fn migrate(&self, bench: &Bench, databases: &Databases) -> Result<()> {
        let folder = bench.new_folder()?;
        let environment = [
            ("AUTHORS_DATABASE_URL", databases.authors.clone()),
            ("BOOKS_DATABASE_URL", databases.books.clone()),
        ];
        let path = self.path("colophon");
        let mut migrate = Process::start(&path, folder.path(), &["migrate"], &environment)?;
        migrate.done().await
    }

    /// Starts authors-service or books-service, and waits until it is ready.
    ///
    /// # Errors
    /// If it does not become so.
    pub(crate) async fn serve(
        &self,
        bench: &Bench,
        name: &str,
        database_url: &str,
        broker_url: &str,
    ) -> Result<Service> {
        self.serve_with(bench, name, database_url, broker_url, &[])
            .await
    }

    /// As [`Self::serve`], with more settings.
    ///
    /// # Errors
    /// If it does not become ready.
    pub(crate) async fn serve_with(
        &self,
        bench: &Bench,
        name: &str,
        database_url: &str,
        broker_url: &str,
        more: &[(&'static str, String)],
    ) -> Result<Service> {
        let port = free_port()?;
        let mut environment = vec![
            ("DATABASE_URL", database_url.to_owned()),
            ("BROKER_URL", broker_url.to_owned()),
            ("SERVICE_PORT", port.to_string()),
        ];
        environment.extend_from_slice(more);
        self.start(bench, name, [port, port], &environment).await
    }

    /// Starts `colophon` on these databases, and waits until it is ready.
    ///
    /// # Errors
    /// If it does not become so.
    pub(crate) async fn embedded(&self, bench: &Bench, databases: &Databases) -> Result<Service> {
        let ports = [free_port()?, free_port()?];
        let environment = [
            ("AUTHORS_DATABASE_URL", databases.authors.clone()),
            ("BOOKS_DATABASE_URL", databases.books.clone()),
            ("AUTHORS_PORT", ports[0].to_string()),
            ("BOOKS_PORT", ports[1].to_string()),
        ];
        self.start(bench, "colophon", ports, &environment).await
    }

    async fn start(
        &self,
        bench: &Bench,
        name: &str,
        [port, books_port]: [u16; 2],
        environment: &[(&str, String)],
    ) -> Result<Service> {
        let folder = bench.new_folder()?;
        let no_arguments: [&str; 0] = [];
        let path = self.path(name);
        let mut process = Process::start(&path, folder.path(), &no_arguments, environment)?;
        let mut start_up = Duration::ZERO;
        for port in [port, books_port] {
            start_up += process.ready(port, "/health/ready").await?;
        }
        Ok(Service {
            process,
            port,
            books_port,
            start_up,
            _folder: folder,
        })
    }
}

/// A URL of a broker that is not there: a relay that can't publish, a consumer that hears nothing.
///
/// # Errors
/// If there is no port left.
pub(crate) fn no_broker() -> Result<String> {
    Ok(format!("amqp://guest:guest@127.0.0.1:{}", free_port()?))
}
