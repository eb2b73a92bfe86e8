//! Stopping without losing work. Nothing here is global: two services live in one process.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::FutureExt as _;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::Instrument as _;

use crate::config::StartError;

/// How long tasks have to notice that waiting is over.
const AFTER_HARD: Duration = Duration::from_secs(1);

/// Two tokens and the tasks they govern. *Soft*: take no new work, finish what is under way.
/// *Hard*: drop it. Clones share all of it.
#[derive(Debug, Clone, Default)]
pub struct Lifecycle {
    soft: CancellationToken,
    hard: CancellationToken,
    tasks: TaskTracker,
    failed: Arc<AtomicBool>,
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stopped {
    /// Every task came to its own end.
    Clean,
    /// Every task came to its end, and one of them by a panic.
    AfterPanic,
    /// Tasks were told to drop their work.
    Forced,
}

impl Lifecycle {
    /// Nothing is stopping yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Cancelled when no new work is to be taken.
    pub fn soft(&self) -> CancellationToken {
        self.soft.clone()
    }

    /// Cancelled when work is to be dropped. Soft is cancelled by then as well.
    pub fn hard(&self) -> CancellationToken {
        self.hard.clone()
    }

    /// Runs a task that [`Lifecycle::stop`] waits for; it must end soon after soft is cancelled,
    /// and at once after hard. A task that panics stops the whole service softly, since it would be
    /// missing from then on.
    pub fn spawn(
        &self,
        name: &'static str,
        task: impl Future<Output = ()> + Send + 'static,
    ) -> JoinHandle<()> {
        let lifecycle = self.clone();
        let run = async move {
            if AssertUnwindSafe(task).catch_unwind().await.is_err() {
                tracing::error!(task = name, "a task panicked; stopping");
                lifecycle.failed.store(true, Ordering::SeqCst);
                lifecycle.soft.cancel();
            }
        };
        self.tasks
            .spawn(run.instrument(tracing::info_span!("task", task = name)))
    }

    /// Waits for SIGTERM or SIGINT (or until soft is cancelled by someone else), then cancels soft.
    /// A second signal cancels hard.
    ///
    /// # Errors
    /// [`StartError`] when signals can't be listened to.
    pub async fn wait_for_signal(&self) -> Result<(), StartError> {
        let mut signals = Signals::listen().map_err(StartError::failed)?;
        tokio::select! {
            name = signals.next() => tracing::info!(signal = name, "stopping"),
            () = self.soft.cancelled() => {}
        }
        self.soft.cancel();
        let hard = self.hard.clone();
        // Not among the tracked tasks: nobody waits for a second signal.
        tokio::spawn(async move {
            tokio::select! {
                name = signals.next() => {
                    tracing::warn!(signal = name, "a second signal: stopping at once");
                    hard.cancel();
                }
                () = hard.cancelled() => {}
            }
        });
        Ok(())
    }

    /// Cancels soft, waits up to `grace` for the tasks to end, then cancels hard and gives them a
    /// last second. Also ends early when hard is cancelled meanwhile.
    pub async fn stop(&self, grace: Duration) -> Stopped {
        self.soft.cancel();
        self.tasks.close();
        let ended = tokio::select! {
            ended = timeout(grace, self.tasks.wait()) => ended.is_ok(),
            () = self.hard.cancelled() => false,
        };
        // A task that ends because it was told to drop its work did not end by itself.
        let ended = ended && !self.hard.is_cancelled();
        // Also tells the one that waits for a second signal that it will not come.
        self.hard.cancel();
        if ended {
            return if self.failed.load(Ordering::SeqCst) {
                Stopped::AfterPanic
            } else {
                Stopped::Clean
            };
        }
        if timeout(AFTER_HARD, self.tasks.wait()).await.is_err() {
            tracing::warn!(tasks = self.tasks.len(), "tasks did not end in time");
        }
        Stopped::Forced
    }
}

#[cfg(unix)]
struct Signals {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn listen() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "SIGINT",
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn listen() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) -> &'static str {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        "Ctrl-C"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(60);

    #[tokio::test]
    async fn tasks_that_heed_the_soft_token_end_clean() {
        let lifecycle = Lifecycle::new();
        let soft = lifecycle.soft();
        lifecycle.spawn("polite", async move { soft.cancelled().await });
        assert_eq!(lifecycle.stop(LONG).await, Stopped::Clean);
        assert!(lifecycle.hard().is_cancelled());
    }

    #[tokio::test]
    async fn a_task_that_goes_on_is_told_to_drop_its_work() {
        let lifecycle = Lifecycle::new();
        let hard = lifecycle.hard();
        lifecycle.spawn("stubborn", async move { hard.cancelled().await });
        assert_eq!(
            lifecycle.stop(Duration::from_millis(1)).await,
            Stopped::Forced
        );
        assert!(lifecycle.tasks.is_empty());
    }

    #[tokio::test]
    async fn a_task_that_panics_stops_the_service() {
        let lifecycle = Lifecycle::new();
        lifecycle.spawn("broken", async { panic!("on purpose") });
        lifecycle.wait_for_signal().await.ok();
        assert!(lifecycle.soft().is_cancelled());
        assert_eq!(lifecycle.stop(LONG).await, Stopped::AfterPanic);
    }
}
