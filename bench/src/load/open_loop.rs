//! Requests at a steady rate, whatever becomes of those before: who waits is measured, from when
//! the request was to be sent and not from when there was time for it.

use std::{
    cell::RefCell,
    time::{Duration, Instant},
};

use futures_util::future::try_join_all;

use super::{Connection, LoadError, Metronome};
use crate::{options::Plan, statistics::Durations};

/// How an open loop is run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OpenLoop {
    /// Requests that may be under way at a time; more wait, and their wait counts.
    pub(crate) connections: usize,
    /// Requests a second.
    pub(crate) per_second: f64,
    /// What is sent before anything counts.
    pub(crate) warm_up: Duration,
    /// What counts.
    pub(crate) length: Duration,
}

/// How long after its end requests that are late are still sent. Who never was sent counts as long
/// as it had waited by then.
const GRACE: Duration = Duration::from_secs(5);

impl OpenLoop {
    /// As planned, at this rate.
    pub(crate) fn of(plan: &Plan, per_second: f64) -> Self {
        Self {
            connections: plan.connections,
            per_second,
            warm_up: plan.warm_up,
            length: plan.length,
        }
    }

    /// Sends to `port` what `next` writes into the buffer it is given; how long each answer took.
    ///
    /// # Errors
    /// [`LoadError`], at the first request that fails.
    pub(crate) async fn run(
        &self,
        port: u16,
        next: impl FnMut(&mut String),
    ) -> Result<Durations, LoadError> {
        let (next, durations) = (RefCell::new(next), RefCell::new(Durations::default()));
        let open = (0..self.connections).map(|_| Connection::open(port));
        let connections = try_join_all(open).await?;
        let metronome = Metronome::start(self.per_second, self.warm_up + self.length);
        let begin = metronome.beginning() + self.warm_up;
        let give_up = begin + self.length + GRACE;
        try_join_all(connections.into_iter().map(async |mut connection| {
            let mut request = String::new();
            while let Some(due) = metronome.tick().await {
                if Instant::now() < give_up {
                    request.clear();
                    (next.borrow_mut())(&mut request);
                    connection.exchange(&request).await?;
                }
                if due >= begin {
                    durations.borrow_mut().note(due.elapsed());
                }
            }
            Ok::<(), LoadError>(())
        }))
        .await?;
        Ok(durations.into_inner())
    }
}
