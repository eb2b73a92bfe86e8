//! Tells waiting tasks that something was committed.

use std::sync::Arc;

use tokio::sync::watch;

/// Rung after each commit; whoever waits on it looks again.
///
/// A ring is never lost: a waiter that subscribed before the commit sees it, however late it
/// comes to wait.
#[derive(Debug, Clone)]
pub struct Wakeup(Arc<watch::Sender<u64>>);

impl Default for Wakeup {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(0)))
    }
}

impl Wakeup {
    /// Rings.
    pub fn ring(&self) {
        self.0.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Listens from now on.
    pub fn listen(&self) -> Listener {
        Listener(self.0.subscribe())
    }
}

/// One who waits for rings.
#[derive(Debug)]
pub struct Listener(watch::Receiver<u64>);

impl Listener {
    /// Returns once there was a ring since the last call (or since it began to listen).
    pub async fn heard(&mut self) {
        if self.0.changed().await.is_err() {
            // Nobody can ring any more, so there is nothing to hear.
            std::future::pending::<()>().await;
        }
    }
}
