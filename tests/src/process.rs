//! A program as a process of its own.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Child, ExitStatus, Stdio},
    time::{Duration, Instant},
};

use local_servers::{ends_with_this_thread, signal};
use serde_json::Value;

use crate::waiting::{PATIENCE, eventually};

/// What the programs read from the environment; a test's program sees only what the test sets.
const SETTINGS: [&str; 20] = [
    "AUTHORS_DATABASE_URL",
    "AUTHORS_PORT",
    "AUTHORS_URL",
    "BOOKS_DATABASE_URL",
    "BOOKS_PORT",
    "BOOKS_URL",
    "BROKER_URL",
    "COLOPHON_FAIL_POINT",
    "CORS_ORIGINS",
    "DATABASE_URL",
    "DATA_DIR",
    "DRIFT_INTERVAL",
    "HEARTBEAT_INTERVAL",
    "LOG_FORMAT",
    "REQUIRE_IF_MATCH",
    "RUST_BACKTRACE",
    "RUST_LOG",
    "SERVICE_HOST",
    "SERVICE_PORT",
    "http_proxy",
];

/// How much of a log a failed test shows.
const LAST_LINES: usize = 12;

/// One of the programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Program {
    /// Both services in one process, and the commands.
    Colophon,
    /// The owner of authors alone.
    AuthorsService,
    /// The owner of books alone.
    BooksService,
}

impl Program {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Colophon => "colophon",
            Self::AuthorsService => "authors-service",
            Self::BooksService => "books-service",
        }
    }

    /// Where cargo put it when it built the tests.
    fn path(self) -> PathBuf {
        let variable = format!("CARGO_BIN_EXE_tested-{}", self.name());
        match env::var_os(&variable) {
            Some(path) => path.into(),
            None => panic!("{variable} is not set: run the tests with `cargo test`"),
        }
    }
}

/// A program that was started. Dropping it ends it.
pub struct Process {
    program: Program,
    folder: PathBuf,
    child: Child,
    ended: Option<ExitStatus>,
}

/// How a program ended.
#[derive(Debug, Clone, Copy)]
pub struct Stopped {
    /// Its exit code; `None` if a signal ended it.
    pub code: Option<i32>,
    /// From the signal to the end.
    pub took: Duration,
}

impl Process {
    /// Starts `program` in `folder`, which also takes what it prints: `stdout` and `stderr`, each
    /// continued if it is there.
    ///
    /// # Panics
    /// If it can't be started.
    pub fn start(
        program: Program,
        folder: &Path,
        arguments: &[&str],
        environment: &[(&str, &str)],
    ) -> Self {
        fs::create_dir_all(folder).unwrap();
        let file = |name: &str| {
            fs::File::options()
                .create(true)
                .append(true)
                .open(folder.join(name))
                .unwrap()
        };
        let mut command = ends_with_this_thread(&program.path(), &[]);
        for setting in SETTINGS {
            command.env_remove(setting);
        }
        let child = command
            .args(arguments)
            .envs(environment.iter().copied())
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(file("stdout"))
            .stderr(file("stderr"))
            .spawn()
            .unwrap();
        Self {
            program,
            folder: folder.to_owned(),
            child,
            ended: None,
        }
    }

    /// What it printed on standard output: its log.
    pub fn stdout(&self) -> String {
        fs::read_to_string(self.folder.join("stdout")).unwrap()
    }

    /// What it printed on standard error.
    pub fn stderr(&self) -> String {
        fs::read_to_string(self.folder.join("stderr")).unwrap()
    }

    /// The lines of its log.
    ///
    /// # Panics
    /// If a whole line is not JSON.
    pub fn log(&self) -> Vec<Value> {
        let text = self.stdout();
        // The last line may be under way.
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        whole
            .lines()
            .map(|line| match serde_json::from_str(line) {
                Ok(value) => value,
                Err(error) => panic!("a line of the log is no JSON: {error}: {line}"),
            })
            .collect()
    }

    /// Whether a line of its log holds this message.
    pub fn has_logged(&self, message: &str) -> bool {
        let says = |line: &Value| line["message"] == message;
        self.log().iter().any(says)
    }

    /// Ends it without warning (SIGKILL).
    pub fn kill_9(&mut self) {
        if self.ended.is_none() {
            // An error means that it has ended already.
            let _ended = self.child.kill();
            self.ended = self.child.wait().ok();
        }
    }

    /// Asks it to stop (SIGTERM).
    pub fn ask_to_stop(&self) {
        signal(&self.child, "TERM").unwrap();
    }

    /// Asks it to stop and waits until it has.
    ///
    /// # Panics
    /// If it does not end in a minute.
    pub async fn terminate(&mut self) -> Stopped {
        let began = Instant::now();
        self.ask_to_stop();
        let code = self.ended(PATIENCE).await;
        Stopped {
            code,
            took: began.elapsed(),
        }
    }

    /// Waits until it ends; its exit code, if no signal ended it.
    ///
    /// # Panics
    /// If it does not end in time.
    pub async fn ended(&mut self, patience: Duration) -> Option<i32> {
        let what = format!("the end of {}", self.program.name());
        let status = eventually(patience, &what, async || {
            self.ended = self.ended.or(self.child.try_wait().unwrap());
            self.ended
        });
        status.await.code()
    }

    #[expect(clippy::print_stderr, reason = "a failed test shows why")]
    fn show(&self) {
        for name in ["stdout", "stderr"] {
            let text = fs::read_to_string(self.folder.join(name)).unwrap_or_default();
            let lines: Vec<_> = text.lines().collect();
            let last = &lines[lines.len().saturating_sub(LAST_LINES)..];
            if !last.is_empty() {
                eprintln!("--- the end of {}'s {name}", self.program.name());
                eprintln!("{}", last.join("\n"));
            }
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill_9();
        if std::thread::panicking() {
            self.show();
        }
    }
}
