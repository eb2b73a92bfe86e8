//! A program as a process of its own.

use std::{
    env,
    ffi::OsStr,
    fs, io,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use local_servers::ends_with_this_thread;
use tokio::time::{Instant, sleep};

use crate::{
    failure::{Failure, Result},
    load::{Connection, write_get},
};

/// How long a program may take to start, or to end.
const PATIENCE: Duration = Duration::from_secs(120);
/// How long it may take to end when it is no longer needed.
const GRACE: Duration = Duration::from_secs(5);
const POLL: Duration = Duration::from_millis(20);

/// A process, at the head of a group of its own, with what it prints in a file. Dropping it ends
/// the group.
pub(crate) struct Process {
    name: String,
    child: Child,
    output: PathBuf,
}

impl Process {
    /// Starts `program` in `folder`. Of the environment it sees PATH and what is given.
    ///
    /// # Errors
    /// If it can't be started.
    pub(crate) fn start(
        program: &Path,
        folder: &Path,
        arguments: &[impl AsRef<OsStr>],
        environment: &[(&str, String)],
    ) -> Result<Self> {
        let name = program.file_name().unwrap_or_default().to_string_lossy();
        let output = folder.join(format!("{name}.log"));
        let file = fs::File::options()
            .create(true)
            .append(true)
            .open(&output)?;
        let mut command = ends_with_this_thread(program, &[]);
        let child = command
            .args(arguments)
            .env_clear()
            .envs(env::var_os("PATH").map(|path| ("PATH", path)))
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(file.try_clone()?)
            .stderr(file)
            .process_group(0)
            .spawn()?;
        Ok(Self {
            name: name.into_owned(),
            child,
            output,
        })
    }

    /// Its id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits until `path` on `port` answers 2xx; how long that took.
    ///
    /// # Errors
    /// If it ends instead, or does not become ready in time.
    pub(crate) async fn ready(&mut self, port: u16, path: &str) -> Result<Duration> {
        let began = Instant::now();
        while !answers(port, path).await {
            if let Some(status) = self.child.try_wait()? {
                return Err(self.failed(&format!("ended ({status}) before it was ready")));
            }
            if began.elapsed() > PATIENCE {
                return Err(self.failed("did not become ready"));
            }
            sleep(POLL).await;
        }
        Ok(began.elapsed())
    }

    /// Waits until it ends, which must be a good end.
    ///
    /// # Errors
    /// If it fails or takes too long.
    pub(crate) async fn done(&mut self) -> Result<()> {
        let began = Instant::now();
        loop {
            match self.child.try_wait()? {
                Some(status) if status.success() => return Ok(()),
                Some(status) => return Err(self.failed(&format!("ended: {status}"))),
                None if began.elapsed() > PATIENCE * 10 => {
                    return Err(self.failed("did not end"));
                }
                None => sleep(POLL).await,
            }
        }
    }

    /// What it has printed.
    ///
    /// # Errors
    /// If that can't be read.
    pub(crate) fn printed(&self) -> io::Result<String> {
        fs::read_to_string(&self.output)
    }

    /// Stops it politely, and waits until it is gone.
    ///
    /// # Errors
    /// If it can't be signaled.
    pub(crate) async fn stop(mut self) -> Result<()> {
        self.signal_group("TERM")?;
        let deadline = Instant::now() + PATIENCE;
        while self.child.try_wait()?.is_none() && Instant::now() < deadline {
            sleep(POLL).await;
        }
        Ok(())
    }

    fn failed(&self, how: &str) -> Failure {
        let printed = self.printed().unwrap_or_default();
        let lines: Vec<&str> = printed.lines().collect();
        let last = lines.get(lines.len().saturating_sub(10)..);
        let last = last.unwrap_or_default().join("\n");
        Failure::Program(format!("{} {how}:\n{last}", self.name))
    }

    fn signal_group(&self, name: &str) -> io::Result<()> {
        let script = "kill -\"$1\" \"-$2\"";
        Command::new("sh")
            .args(["-c", script, "sh", name, &self.id().to_string()])
            .stderr(Stdio::null())
            .status()
            .map(drop)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            // Workers of a program that has them end with it, if it is asked.
            let _asked = self.signal_group("TERM");
            let deadline = std::time::Instant::now() + GRACE;
            while matches!(self.child.try_wait(), Ok(None)) && std::time::Instant::now() < deadline
            {
                std::thread::sleep(POLL);
            }
        }
        // An error means that there is nothing left.
        let _ended = self.signal_group("KILL");
        let _killed = self.child.kill();
        let _waited = self.child.wait();
    }
}

async fn answers(port: u16, path: &str) -> bool {
    let Ok(mut connection) = Connection::open(port).await else {
        return false;
    };
    let mut request = String::new();
    write_get(&mut request, path);
    connection.exchange(&request).await.is_ok()
}
