//! Publishes the log: at least once, in order, through any crash.

mod upkeep;
mod window;

use std::{sync::Arc, time::Duration};

use event_bus::{BusError, EventBus, EventPublisher, Message, PublishError, Topology};
use tokio::{sync::watch, time::Instant};
use tokio_util::sync::CancellationToken;
use tracing::{debug, error, info, warn};

use crate::{
    StoreError,
    backoff::Backoff,
    deadline::in_time,
    log::{EventLog, LogEntry, RelayLease},
    wakeup::Listener,
};
use upkeep::Upkeep;
use window::Window;

/// At most so many events are read at a time.
pub const BATCH: u32 = 256;

/// At most so many batches are on their way to the bus at a time.
const WINDOW: usize = 4;

/// A batch of so many events tells that they come fast.
const MANY: usize = 8;

/// While they do, they gather for so long from one read to the next: whatever is in a batch, it costs
/// the broker, each consumer and their databases some work of its own.
const GATHER: Duration = Duration::from_millis(50);

/// How often to look for events that another process committed, and whether broker and lease are
/// still there.
const POLL: Duration = Duration::from_millis(500);

/// The one task of a service that talks to the bus about its own events.
pub struct Relay {
    producer: &'static str,
    exchange: &'static str,
    topology: Topology,
    log: Arc<dyn EventLog>,
    bus: Arc<dyn EventBus>,
    publisher: Arc<dyn EventPublisher>,
    heartbeat_interval: Duration,
}

#[derive(Debug, thiserror::Error)]
enum Obstacle {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Publish(#[from] PublishError),
    #[error(transparent)]
    Bus(#[from] BusError),
    #[error("a heartbeat can't be encoded: {0}")]
    Heartbeat(serde_json::Error),
    #[error("event {sequence} of the log can't be encoded: {source}")]
    Payload {
        sequence: i64,
        source: serde_json::Error,
    },
}

impl Relay {
    /// A relay of `log` to `exchange`. It declares `topology` before it first publishes, and tells
    /// every `heartbeat_interval` how far it is.
    pub fn new(
        producer: &'static str,
        exchange: &'static str,
        topology: Topology,
        log: Arc<dyn EventLog>,
        bus: Arc<dyn EventBus>,
        heartbeat_interval: Duration,
    ) -> Self {
        let publisher = bus.publisher();
        Self {
            heartbeat_interval,
            producer,
            exchange,
            topology,
            log,
            bus,
            publisher,
        }
    }

    /// Relays until `stop`. Then it publishes what is committed by then, and gives up at the
    /// first failure or at `hard`: the next start goes on from there.
    ///
    /// # Errors
    /// [`BusError::Refused`] if the broker refuses before anything ever worked: a mistake in the
    /// configuration, which waiting won't mend. Later refusals are logged and tried again.
    pub async fn run(
        self,
        stop: CancellationToken,
        hard: CancellationToken,
    ) -> Result<(), BusError> {
        tokio::select! {
            biased;
            result = self.relay(stop) => result,
            () = hard.cancelled() => Ok(()),
        }
    }

    async fn relay(self, stop: CancellationToken) -> Result<(), BusError> {
        let mut backoff = Backoff::default();
        let mut worked_before = false;
        loop {
            match self
                .relay_while_it_works(&stop, &mut backoff, &mut worked_before)
                .await
            {
                Ok(()) => return Ok(()),
                Err(Obstacle::Bus(BusError::Refused(reason))) if !worked_before => {
                    return Err(BusError::Refused(reason));
                }
                Err(obstacle) if stop.is_cancelled() => {
                    warn!(%obstacle, "stopped before everything was published; the next start goes on from there");
                    return Ok(());
                }
                Err(obstacle @ Obstacle::Payload { .. }) => {
                    error!(%obstacle, "the relay stands still");
                }
                Err(obstacle) => warn!(%obstacle, "the relay waits and tries again"),
            }
            tokio::select! {
                biased;
                () = tokio::time::sleep(backoff.next_delay()) => {}
                () = stop.cancelled() => {}
            }
        }
    }

    /// Returns `Ok` once it was asked to stop and everything is published.
    async fn relay_while_it_works(
        &self,
        stop: &CancellationToken,
        backoff: &mut Backoff,
        worked_before: &mut bool,
    ) -> Result<(), Obstacle> {
        self.bus.declare(&self.topology).await?;
        *worked_before = true;
        let Some(lease) = self.lease(stop).await? else {
            return Ok(());
        };
        info!(exchange = self.exchange, "relaying");
        let wakeup = self.log.wakeup().listen();
        let confirmed = watch::Sender::new(in_time(self.log.head()).await?.published_through);
        let mut upkeep = Upkeep::new(self, lease, confirmed.subscribe());
        let outcome = tokio::select! {
            biased;
            outcome = self.publish_all(stop, wakeup, &confirmed) => outcome,
            Err(obstacle) = upkeep.run(backoff) => Err(obstacle),
        };
        if let Err(obstacle @ Obstacle::Store(_)) = outcome {
            return Err(obstacle);
        }
        // What was confirmed before a failure of the bus need not be published again.
        upkeep.note().await?;
        outcome
    }

    /// Publishes what is committed, several batches at a time, and returns once it was asked to
    /// stop and everything is confirmed.
    async fn publish_all(
        &self,
        stop: &CancellationToken,
        mut wakeup: Listener,
        confirmed: &watch::Sender<i64>,
    ) -> Result<(), Obstacle> {
        let mut window = Window::new(confirmed);
        let mut read_through = *confirmed.borrow();
        loop {
            // Asked before the read, which so finds what was committed by then.
            let stopping = stop.is_cancelled();
            let gathered = Instant::now() + GATHER;
            let reading = in_time(self.log.read_after(read_through, BATCH));
            let batch = window.meanwhile(reading).await??;
            match batch.last().map(|entry| entry.sequence) {
                Some(last) => {
                    read_through = last;
                    // Behind the end of the log nothing is won by reading ahead: while the last
                    // few are being confirmed, more gather for the next read.
                    let more = batch.len() == BATCH as usize;
                    let fast = batch.len() >= MANY && !more;
                    window.push(self.publish(batch, last));
                    window.at_most(if more { WINDOW - 1 } else { 0 }).await?;
                    if fast {
                        until(gathered, stop).await;
                    }
                }
                None if stopping => return window.at_most(0).await,
                None => {
                    let woken = async {
                        tokio::select! {
                            biased;
                            () = stop.cancelled() => {}
                            () = wakeup.heard() => {}
                            () = tokio::time::sleep(POLL) => {}
                        }
                    };
                    window.meanwhile(woken).await?;
                }
            }
        }
    }

    /// Waits for the right to relay; `None` if asked to stop meanwhile.
    async fn lease(
        &self,
        stop: &CancellationToken,
    ) -> Result<Option<Box<dyn RelayLease>>, Obstacle> {
        loop {
            if let Some(lease) = self.log.try_lease().await? {
                return Ok(Some(lease));
            }
            debug!("another process relays this log; waiting");
            tokio::select! {
                biased;
                () = tokio::time::sleep(POLL) => {}
                () = stop.cancelled() => return Ok(None),
            }
        }
    }

    /// Publishes a batch whose last sequence is `last`, and returns that.
    async fn publish(&self, batch: Vec<LogEntry>, last: i64) -> Result<i64, Obstacle> {
        let started = Instant::now();
        let messages = batch
            .iter()
            .map(|entry| self.message(entry))
            .collect::<Result<Vec<_>, _>>()?;
        self.publisher.publish(self.exchange, &messages).await?;
        fail_point::reach("after_confirm");
        for entry in &batch {
            info!(
                correlation_id = entry.correlation_id,
                event_id = %entry.event_id,
                event_type = entry.event_type,
                sequence = entry.sequence,
                "event published"
            );
        }
        debug!(
            events = batch.len(),
            duration_ms = started.elapsed().as_secs_f64() * 1e3,
            "batch published"
        );
        Ok(last)
    }

    fn message(&self, entry: &LogEntry) -> Result<Message, Obstacle> {
        let body = entry
            .envelope(self.producer)
            .map_err(|source| Obstacle::Payload {
                sequence: entry.sequence,
                source,
            })?;
        Ok(Message {
            id: entry.event_id,
            routing_key: entry.event_type.clone(),
            body: body.into(),
        })
    }
}

/// Waits until `then`, or until asked to stop.
async fn until(then: Instant, stop: &CancellationToken) {
    tokio::select! {
        biased;
        () = stop.cancelled() => {}
        () = tokio::time::sleep_until(then) => {}
    }
}
