//! A PostgreSQL server of the test's own, which it may stop, kill and start again.
//!
//! It runs the installed programs on its own data and port, listens on loopback only, and touches
//! no other server. The system ends it with the test's thread; dropping it removes its data.

use std::{
    env, fs,
    net::Ipv4Addr,
    os::unix::fs::chown,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use tempfile::TempDir;
use tokio::net::TcpStream;

use crate::{
    databases::{connect, try_connect},
    ports::free_port,
    process::{ends_with_this_thread, signal},
    waiting::{PATIENCE, eventually},
};

/// Small and quick: tests share a small machine. Durability stays on.
const SETTINGS: [&str; 8] = [
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "max_connections=100",
    "shared_buffers=32MB",
    "timezone=UTC",
    "log_timezone=UTC",
    "autovacuum=off",
    "max_wal_size=256MB",
];

/// PostgreSQL refuses to run as root, so root runs it as one of these.
const USERS: [&str; 2] = ["postgres", "nobody"];

/// A server. Dropping it ends it and removes its data.
pub struct PrivatePostgres {
    // In the order in which they go: the server before its data.
    server: Option<Server>,
    user: Option<User>,
    programs: PathBuf,
    port: u16,
    home: TempDir,
}

struct Server(Child);

struct User {
    name: &'static str,
    user_id: u32,
    group_id: u32,
}

impl PrivatePostgres {
    /// Makes a server and waits until it answers.
    ///
    /// # Panics
    /// If PostgreSQL is not installed or does not start.
    pub async fn start() -> Self {
        let mut postgres = Self {
            server: None,
            user: User::other_than_root(),
            programs: programs(),
            port: free_port(),
            home: tempfile::tempdir().unwrap(),
        };
        if let Some(user) = &postgres.user {
            let (user, group) = (Some(user.user_id), Some(user.group_id));
            chown(postgres.home.path(), user, group).unwrap();
        }
        postgres.make_data();
        postgres.start_again().await;
        postgres
    }

    /// Makes a database; its URL.
    ///
    /// # Panics
    /// If the server refuses.
    pub async fn create_database(&self, name: &str) -> String {
        let server = connect(&self.url("postgres")).await;
        let statement = format!("CREATE DATABASE {name}");
        sea_orm::ConnectionTrait::execute_unprepared(&server, &statement)
            .await
            .unwrap();
        server.close().await.unwrap();
        self.url(name)
    }

    /// Ends the server without warning (SIGKILL); what it forked notices and ends, too.
    pub fn kill_9(&mut self) {
        self.server = None;
    }

    /// Stops it as an operator would in a hurry (SIGINT: a fast shutdown, which does not wait for
    /// clients to leave), and waits until it is gone.
    ///
    /// # Panics
    /// If it does not end.
    pub async fn stop(&mut self) {
        if let Some(Server(child)) = &mut self.server {
            signal(child, "INT");
            eventually(PATIENCE, "the end of PostgreSQL", async || {
                child.try_wait().unwrap()
            })
            .await;
        }
        self.server = None;
    }

    /// Starts it on the same data and port, and waits until it answers.
    ///
    /// # Panics
    /// If it does not.
    pub async fn start_again(&mut self) {
        let url = self.url("postgres");
        eventually(PATIENCE, "PostgreSQL", async || {
            // After a kill it does not start while a process of the one before still runs.
            let ended = match &mut self.server {
                Some(Server(child)) => child.try_wait().unwrap().is_some(),
                None => true,
            };
            if ended {
                self.server = Some(Server(self.spawn()));
            }
            // It listens a little before it serves, and a pool would wait long for it to listen.
            let port = (Ipv4Addr::LOCALHOST, self.port);
            TcpStream::connect(port).await.ok()?;
            try_connect(&url).await.ok()?.close().await.ok()
        })
        .await;
    }

    fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    fn data(&self) -> PathBuf {
        self.home.path().join("data")
    }

    fn make_data(&self) {
        let output = self
            .command("initdb")
            .args(["--username", "postgres", "--encoding", "UTF8"])
            .args(["--locale", "C.UTF-8", "--auth", "trust"])
            .args(["--no-sync", "--no-instructions", "--pgdata"])
            .arg(self.data())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "initdb failed: {said}");
    }

    fn spawn(&self) -> Child {
        let log = fs::File::options()
            .create(true)
            .append(true)
            .open(self.home.path().join("server.log"))
            .unwrap();
        let mut command = self.command("postgres");
        command.arg("-D").arg(self.data());
        command.args(["-p", &self.port.to_string()]);
        for setting in SETTINGS {
            command.args(["-c", setting]);
        }
        command
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap()
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
}

impl Drop for Server {
    fn drop(&mut self) {
        // An error means that it has ended already.
        let _ended = self.0.kill().and_then(|()| self.0.wait());
    }
}

impl User {
    fn other_than_root() -> Option<Self> {
        if id(&["-u"]) != Some(0) {
            return None;
        }
        USERS.into_iter().find_map(|name| {
            Some(Self {
                name,
                user_id: id(&["-u", name])?,
                group_id: id(&["-g", name])?,
            })
        })
    }
}

fn id(arguments: &[&str]) -> Option<u32> {
    let output = Command::new("id").args(arguments).output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    printed.trim().parse().ok()
}

/// The folder of the newest server's programs. Debian keeps them out of PATH.
fn programs() -> PathBuf {
    let mut packaged: Vec<(u32, PathBuf)> = Vec::new();
    for entry in fs::read_dir("/usr/lib/postgresql").into_iter().flatten() {
        let folder = entry.unwrap().path();
        let version = folder
            .file_name()
            .and_then(|name| name.to_str()?.parse().ok());
        packaged.extend(version.map(|version| (version, folder.join("bin"))));
    }
    packaged.sort();
    let path = env::var_os("PATH").unwrap_or_default();
    packaged
        .into_iter()
        .map(|(_, folder)| folder)
        .rev()
        .chain(env::split_paths(&path))
        .find(|folder| is_complete(folder))
        .expect("initdb and postgres must be installed: use tests/run.sh")
}

fn is_complete(folder: &Path) -> bool {
    ["initdb", "postgres"]
        .iter()
        .all(|program| folder.join(program).is_file())
}
