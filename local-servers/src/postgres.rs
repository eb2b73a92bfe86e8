//! A PostgreSQL server of one's own, which may be stopped, killed and started again.
//!
//! It runs the installed programs on its own data and port, listens on loopback only, and touches
//! no other server. The system ends it with the thread that started it; dropping it removes its
//! data.

use std::{
    env, fs, io,
    net::Ipv4Addr,
    os::unix::fs::chown,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DbErr};
use tempfile::TempDir;
use tokio::{
    net::TcpStream,
    time::{Instant, sleep},
};

use crate::{NoFreePort, ends_with_this_thread, free_port, signal, user::User};

/// How long the server may take to start or to stop, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

const POLL: Duration = Duration::from_millis(40);

/// What makes it private; the rest is whose it is to say.
const SETTINGS: [&str; 4] = [
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "timezone=UTC",
    "log_timezone=UTC",
];

/// Why a private server could not be had.
#[derive(Debug, thiserror::Error)]
pub enum PrivatePostgresError {
    /// The programs are missing.
    #[error("initdb and postgres are not installed (package postgresql)")]
    NotInstalled,
    /// The data could not be made.
    #[error("initdb failed: {0}")]
    Data(String),
    /// It did not start or stop in time.
    #[error("the private PostgreSQL server did not {0} in time: {1}")]
    Late(&'static str, String),
    /// It refused a statement.
    #[error("the private PostgreSQL server refused: {0}")]
    Refused(#[from] DbErr),
    /// A process or a file could not be made.
    #[error("the private PostgreSQL server could not be set up: {0}")]
    Io(#[from] io::Error),
    /// Every port is taken.
    #[error(transparent)]
    Port(#[from] NoFreePort),
}

/// A server. Dropping it ends it and removes its data.
pub struct PrivatePostgres {
    // In the order in which they go: the server before its data.
    server: Option<Server>,
    user: Option<User>,
    settings: Vec<String>,
    programs: PathBuf,
    port: u16,
    home: TempDir,
}

struct Server(Child);

impl PrivatePostgres {
    /// Makes a server with these settings (`name=value`) besides the installation's defaults, and
    /// waits until it answers.
    ///
    /// # Errors
    /// [`PrivatePostgresError`] if PostgreSQL is not installed or does not start.
    pub async fn start(settings: &[&str]) -> Result<Self, PrivatePostgresError> {
        let settings = SETTINGS.iter().chain(settings);
        let mut postgres = Self {
            server: None,
            user: User::other_than_root()?,
            settings: settings.map(|setting| (*setting).to_owned()).collect(),
            programs: postgres_programs().ok_or(PrivatePostgresError::NotInstalled)?,
            port: free_port()?,
            home: tempfile::tempdir()?,
        };
        if let Some(user) = &postgres.user {
            let (user, group) = (Some(user.user_id), Some(user.group_id));
            chown(postgres.home.path(), user, group)?;
        }
        postgres.make_data()?;
        postgres.start_again().await?;
        Ok(postgres)
    }

    /// Where a database of this name is, or would be.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    /// Makes a database; its URL.
    ///
    /// # Errors
    /// If the server refuses.
    pub async fn create_database(&self, name: &str) -> Result<String, PrivatePostgresError> {
        let mut options = ConnectOptions::new(self.url("postgres"));
        options.max_connections(1).sqlx_logging(false);
        let server = Database::connect(options).await?;
        let statement = format!("CREATE DATABASE {name}");
        server.execute_unprepared(&statement).await?;
        server.close().await?;
        Ok(self.url(name))
    }

    /// Ends the server without warning (SIGKILL); what it forked notices and ends, too.
    pub fn kill_9(&mut self) {
        self.server = None;
    }

    /// Stops it as an operator would in a hurry (SIGINT: a fast shutdown, which does not wait for
    /// clients to leave), and waits until it is gone.
    ///
    /// # Errors
    /// If it does not end.
    pub async fn stop(&mut self) -> Result<(), PrivatePostgresError> {
        if let Some(Server(child)) = &mut self.server {
            signal(child, "INT")?;
            let deadline = Instant::now() + PATIENCE;
            while child.try_wait()?.is_none() {
                if Instant::now() > deadline {
                    return Err(PrivatePostgresError::Late("stop", self.last_words()));
                }
                sleep(POLL).await;
            }
        }
        self.server = None;
        Ok(())
    }

    /// Starts it on the same data and port, and waits until it answers.
    ///
    /// # Errors
    /// If it does not.
    pub async fn start_again(&mut self) -> Result<(), PrivatePostgresError> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            // After a kill it does not start while a process of the one before still runs.
            let ended = match &mut self.server {
                Some(Server(child)) => child.try_wait()?.is_some(),
                None => true,
            };
            if ended {
                self.server = Some(Server(self.spawn()?));
            }
            if self.answers().await {
                return Ok(());
            }
            if Instant::now() > deadline {
                return Err(PrivatePostgresError::Late("start", self.last_words()));
            }
            sleep(POLL).await;
        }
    }

    async fn answers(&self) -> bool {
        // It listens a little before it serves, and a pool would wait long for it to listen.
        let port = (Ipv4Addr::LOCALHOST, self.port);
        if TcpStream::connect(port).await.is_err() {
            return false;
        }
        let mut options = ConnectOptions::new(self.url("postgres"));
        options.max_connections(1).sqlx_logging(false);
        match Database::connect(options).await {
            Ok(connection) => connection.close().await.is_ok(),
            Err(_) => false,
        }
    }

    fn make_data(&self) -> Result<(), PrivatePostgresError> {
        let output = self
            .command("initdb")
            .args(["--username", "postgres", "--encoding", "UTF8"])
            .args(["--locale", "C.UTF-8", "--auth", "trust"])
            .args(["--no-sync", "--no-instructions", "--pgdata"])
            .arg(self.home.path().join("data"))
            .output()?;
        if output.status.success() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        Err(PrivatePostgresError::Data(said))
    }

    fn spawn(&self) -> io::Result<Child> {
        let log = fs::File::options()
            .create(true)
            .append(true)
            .open(self.log())?;
        let mut command = self.command("postgres");
        command.arg("-D").arg(self.home.path().join("data"));
        command.args(["-p", &self.port.to_string()]);
        for setting in &self.settings {
            command.args(["-c", setting]);
        }
        command
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
    }

    /// One of PostgreSQL's programs, in the server's home, as a user that it accepts.
    fn command(&self, program: &str) -> Command {
        let as_user = match &self.user {
            Some(user) => vec![
                "--reuid".to_owned(),
                user.name.to_owned(),
                "--regid".to_owned(),
                user.group_id.to_string(),
                "--clear-groups".to_owned(),
            ],
            None => Vec::new(),
        };
        let mut command = ends_with_this_thread(&self.programs.join(program), &as_user);
        command
            .current_dir(self.home.path())
            .env("HOME", self.home.path());
        command
    }

    fn log(&self) -> PathBuf {
        self.home.path().join("server.log")
    }

    fn last_words(&self) -> String {
        let log = fs::read_to_string(self.log()).unwrap_or_default();
        let lines: Vec<_> = log.lines().collect();
        let from = lines.len().saturating_sub(10);
        lines.get(from..).unwrap_or_default().join("\n")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // An error means that it has ended already.
        let _ended = self.0.kill().and_then(|()| self.0.wait());
    }
}

/// The folder of the newest PostgreSQL's programs, if a server is installed. Debian keeps them out
/// of PATH.
pub fn postgres_programs() -> Option<PathBuf> {
    let mut packaged: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let folder = entry.ok()?.path();
            let version = folder.file_name()?.to_str()?.parse().ok()?;
            Some((version, folder.join("bin")))
        })
        .collect();
    packaged.sort();
    let path = env::var_os("PATH").unwrap_or_default();
    packaged
        .into_iter()
        .map(|(_, folder)| folder)
        .rev()
        .chain(env::split_paths(&path))
        .find(|folder| is_complete(folder))
}

fn is_complete(folder: &Path) -> bool {
    ["initdb", "postgres"]
        .iter()
        .all(|program| folder.join(program).is_file())
}
