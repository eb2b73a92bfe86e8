//! Services that run side by side in one process and stop in order: first all HTTP, then all
//! relays, then all inboxes. So what was acknowledged to a client is published, and what was
//! published in this process still finds its consumer.

use std::io::Write as _;
use std::process::ExitCode;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::config::StartError;
use crate::lifecycle::Lifecycle;

/// Requests under way may take so long to finish.
const HTTP_GRACE: Duration = Duration::from_millis(5_500);
/// What is committed may take so long to publish.
const RELAY_GRACE: Duration = Duration::from_millis(2_000);
/// The batches under way may take so long to commit.
const INBOX_GRACE: Duration = Duration::from_millis(1_000);

/// A task and how to ask it to stop.
pub struct Part {
    name: &'static str,
    task: JoinHandle<()>,
    stop: CancellationToken,
}

/// One service at work.
pub struct Running {
    /// Answers requests.
    pub http: Part,
    /// Looks after copies.
    pub repair: Part,
    /// Publishes.
    pub relay: Part,
    /// Consumes.
    pub inbox: Part,
}

/// Starts parts, and hears of the first that fails.
pub struct Starter {
    lifecycle: Lifecycle,
    failed: mpsc::UnboundedSender<StartError>,
    failures: mpsc::UnboundedReceiver<StartError>,
}

impl Starter {
    /// For the services of one process.
    pub fn new(lifecycle: Lifecycle) -> Self {
        let (failed, failures) = mpsc::unbounded_channel();
        Self {
            lifecycle,
            failed,
            failures,
        }
    }

    /// The lifecycle of all of them.
    pub fn lifecycle(&self) -> &Lifecycle {
        &self.lifecycle
    }

    /// Starts a part that ends soon after `stop`. If it fails, every service stops.
    pub fn start(
        &self,
        name: &'static str,
        stop: CancellationToken,
        task: impl Future<Output = Result<(), StartError>> + Send + 'static,
    ) -> Part {
        let failed = self.failed.clone();
        let lifecycle = self.lifecycle.clone();
        let task = self.lifecycle.spawn(name, async move {
            if let Err(error) = task.await {
                // The receiver is gone only when everything has stopped.
                let _ = failed.send(error);
                lifecycle.soft().cancel();
            }
        });
        Part { name, task, stop }
    }

    /// Serves until a signal comes or a part fails; then stops everything in order, within ten
    /// seconds.
    ///
    /// # Errors
    /// The failure of a part, if that was the reason.
    pub async fn run(mut self, services: Vec<Running>) -> Result<(), StartError> {
        self.lifecycle.wait_for_signal().await?;
        let (mut http, mut relays, mut inboxes) = (Vec::new(), Vec::new(), Vec::new());
        for service in services {
            http.push(service.http);
            relays.extend([service.repair, service.relay]);
            inboxes.push(service.inbox);
        }
        let hard = self.lifecycle.hard();
        for (parts, grace) in [
            (http, HTTP_GRACE),
            (relays, RELAY_GRACE),
            (inboxes, INBOX_GRACE),
        ] {
            tokio::select! {
                () = stop(parts, grace) => {}
                () = hard.cancelled() => break,
            }
        }
        self.lifecycle.stop(Duration::ZERO).await;
        match self.failures.try_recv() {
            Ok(error) => Err(error),
            Err(_) => Ok(()),
        }
    }
}

/// How a program ends: well, or with one line on standard error that says why not.
pub fn exit_code(result: Result<(), StartError>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // If nobody can read it, the code still tells.
            let _ = writeln!(std::io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn stop(parts: Vec<Part>, grace: Duration) {
    for part in &parts {
        part.stop.cancel();
    }
    let all = async {
        for part in parts {
            // A panic was logged where it happened.
            let _ = part.task.await;
            tracing::debug!(part = part.name, "stopped");
        }
    };
    if timeout(grace, all).await.is_err() {
        tracing::warn!("not everything ended in time; the next start goes on from there");
    }
}
