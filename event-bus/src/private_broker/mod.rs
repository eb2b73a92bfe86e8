//! A RabbitMQ server of the test's own, which it may stop, kill and start again.
//!
//! It runs the installed program with its own node, data, cookie, ports and name service, listens
//! on loopback only, and touches no other broker. However the test process ends, a watchdog ends
//! the server and removes its directory.
//!
//! Everything here blocks; from async code call it in `tokio::task::spawn_blocking`.

mod home;
mod program;
mod watchdog;

use std::{
    io::{self, Read, Write},
    net::{Ipv4Addr, TcpStream},
    os::unix::process::CommandExt,
    process::{Child, Command, Stdio},
    sync::{Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use home::Home;
use watchdog::Watchdog;

/// How long the server may take to answer, on a busy machine.
const START_DEADLINE: Duration = Duration::from_secs(120);

/// How long a polite stop may take before it becomes a kill.
const STOP_DEADLINE: Duration = Duration::from_secs(30);

const POLL: Duration = Duration::from_millis(50);

/// Another process may take a port between choosing it and listening on it.
const START_ATTEMPTS: usize = 3;

/// Why a private broker did not start.
#[derive(Debug, thiserror::Error)]
pub enum PrivateBrokerError {
    /// A program is missing; the text says which and where it was looked for.
    #[error("{0}")]
    NotInstalled(String),
    /// The server ended, or did not answer in time.
    #[error("the private RabbitMQ server did not start: {0}")]
    NotStarted(String),
    /// `rabbitmqctl` failed.
    #[error("rabbitmqctl failed: {0}")]
    Control(String),
    /// A process or a file could not be made.
    #[error("the private RabbitMQ server could not be set up: {0}")]
    Io(#[from] io::Error),
}

/// A running server. Dropping it ends the server and removes its directory.
pub struct PrivateBroker {
    home: Home,
    processes: Mutex<Processes>,
}

struct Processes {
    server: Option<Child>,
    name_service: Child,
    watchdog: Watchdog,
}

impl PrivateBroker {
    /// Starts a server and waits until it answers.
    ///
    /// # Errors
    /// [`PrivateBrokerError`] if RabbitMQ is not installed, or does not start within two minutes.
    pub fn start() -> Result<Self, PrivateBrokerError> {
        let mut attempt = Self::try_start();
        for _ in 1..START_ATTEMPTS {
            match attempt {
                Err(PrivateBrokerError::NotStarted(_)) => attempt = Self::try_start(),
                decided => return decided,
            }
        }
        attempt
    }

    fn try_start() -> Result<Self, PrivateBrokerError> {
        let name_service = program::name_service()?;
        let home = Home::create()?;
        let mut watchdog = Watchdog::start(home.path())?;
        let name_service = Command::new(name_service)
            .args(["-port", &home.name_service_port().to_string()])
            .env("ERL_EPMD_ADDRESS", "127.0.0.1")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()?;
        watchdog.guard(&[name_service.id()])?;
        let broker = Self {
            processes: Mutex::new(Processes {
                server: None,
                name_service,
                watchdog,
            }),
            home,
        };
        broker.wait_for_the_name_service()?;
        broker.start_again()?;
        Ok(broker)
    }

    /// Where to connect, as the default user.
    #[must_use]
    pub fn url(&self) -> String {
        format!("amqp://guest:guest@127.0.0.1:{}", self.port())
    }

    /// The port it listens on; the same after each start.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.home.port()
    }

    /// Stops the server as an operator would (SIGTERM), and waits until it is gone.
    ///
    /// # Errors
    /// If the signal can't be sent.
    pub fn stop(&self) -> io::Result<()> {
        let mut processes = self.processes();
        let Some(mut server) = processes.server.take() else {
            return Ok(());
        };
        Command::new("sh")
            .args(["-c", "kill -TERM \"$1\"", "sh", &server.id().to_string()])
            .status()?;
        let until = Instant::now() + STOP_DEADLINE;
        while server.try_wait()?.is_none() {
            if Instant::now() > until {
                server.kill()?;
                server.wait()?;
            }
            thread::sleep(POLL);
        }
        processes.tell_watchdog()
    }

    /// Ends the server without warning (SIGKILL).
    ///
    /// # Errors
    /// If the signal can't be sent.
    pub fn kill(&self) -> io::Result<()> {
        let mut processes = self.processes();
        if let Some(mut server) = processes.server.take() {
            server.kill()?;
            server.wait()?;
        }
        processes.tell_watchdog()
    }

    /// Starts it again on the same data and port, and waits until it answers.
    ///
    /// # Errors
    /// [`PrivateBrokerError`] if it does not start.
    pub fn start_again(&self) -> Result<(), PrivateBrokerError> {
        let mut processes = self.processes();
        if processes.server.is_some() {
            return Ok(());
        }
        let mut command = Command::new(program::server()?);
        self.home.configure(&mut command)?;
        processes.server = Some(command.spawn()?);
        processes.tell_watchdog()?;
        match &mut processes.server {
            Some(server) => self.wait_until_it_answers(server),
            None => Ok(()),
        }
    }

    /// Runs `rabbitmqctl` with `arguments` on this server, and returns what it prints.
    ///
    /// # Errors
    /// If it can't be run, or fails; the text is what it printed.
    pub fn control(&self, arguments: &[&str]) -> Result<String, PrivateBrokerError> {
        let mut command = Command::new(program::control()?);
        self.home.configure(&mut command)?;
        let output = command
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .output()?;
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        if output.status.success() {
            return Ok(printed);
        }
        let complaint = String::from_utf8_lossy(&output.stderr);
        Err(PrivateBrokerError::Control(format!("{printed}{complaint}")))
    }

    fn wait_until_it_answers(&self, server: &mut Child) -> Result<(), PrivateBrokerError> {
        let until = Instant::now() + START_DEADLINE;
        while !answers(self.port()) {
            let ended = server.try_wait()?;
            if ended.is_some() || Instant::now() > until {
                return Err(PrivateBrokerError::NotStarted(self.home.last_words()));
            }
            thread::sleep(POLL);
        }
        Ok(())
    }

    /// A node that finds none starts one that would outlive it.
    fn wait_for_the_name_service(&self) -> Result<(), PrivateBrokerError> {
        let until = Instant::now() + START_DEADLINE;
        while TcpStream::connect((Ipv4Addr::LOCALHOST, self.home.name_service_port())).is_err() {
            if Instant::now() > until {
                let silent = "its name service (epmd) does not answer";
                return Err(PrivateBrokerError::NotStarted(silent.to_owned()));
            }
            thread::sleep(POLL);
        }
        Ok(())
    }

    fn processes(&self) -> MutexGuard<'_, Processes> {
        self.processes
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for PrivateBroker {
    fn drop(&mut self) {
        let mut processes = self.processes();
        let Processes {
            server,
            name_service,
            watchdog,
        } = &mut *processes;
        for process in server.iter_mut().chain([name_service]) {
            // An error means that it has ended already.
            let _ended = process.kill().and_then(|()| process.wait());
        }
        watchdog.end();
        self.home.remove();
    }
}

impl Processes {
    /// What the watchdog is to end if this process is gone.
    fn tell_watchdog(&mut self) -> io::Result<()> {
        let mut pids = vec![self.name_service.id()];
        pids.extend(self.server.as_ref().map(Child::id));
        self.watchdog.guard(&pids)
    }
}

/// Whether something answers an AMQP greeting on `port`.
fn answers(port: u16) -> bool {
    let greet = || -> io::Result<()> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        stream.write_all(b"AMQP\x00\x00\x09\x01")?;
        stream.read_exact(&mut [0; 1])
    };
    greet().is_ok()
}
