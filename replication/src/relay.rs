//! Publishes the log: at least once, in order, through any crash.

use std::{sync::Arc, time::Duration};

use event_bus::{BusError, EventBus, EventPublisher, Message, PublishError, Topology};
use shared_events::control::{CONTROL_EXCHANGE, ControlMessage, Heartbeat};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::{debug, error, info, warn};

use crate::{
    StoreError,
    backoff::Backoff,
    log::{EventLog, LogEntry, RelayLease},
    repair::new_id,
};

/// At most so many events are read and published at a time.
pub const BATCH: u32 = 256;

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
        let Some(mut lease) = self.lease(stop).await? else {
            return Ok(());
        };
        info!(exchange = self.exchange, "relaying");
        let mut wakeup = self.log.wakeup().listen();
        let mut published = self.log.head().await?.published_through;
        let mut look_around = Instant::now() + POLL;
        let mut beat_at = Instant::now();
        loop {
            let batch = self.log.read_after(published, BATCH).await?;
            if let Some(last) = batch.last().map(|entry| entry.sequence) {
                self.publish(&batch).await?;
                self.log.set_published_through(last).await?;
                published = last;
                backoff.reset();
            } else if stop.is_cancelled() {
                return Ok(());
            } else {
                tokio::select! {
                    biased;
                    () = stop.cancelled() => {}
                    () = wakeup.heard() => {}
                    () = tokio::time::sleep_until(look_around.min(beat_at)) => {}
                }
            }
            if Instant::now() >= beat_at {
                self.beat(published).await?;
                beat_at = Instant::now() + self.heartbeat_interval;
            }
            // Also between two batches: one who is always busy may have lost the right as well.
            if Instant::now() >= look_around {
                self.publisher.ensure_connected().await?;
                backoff.reset();
                if !lease.is_held().await {
                    let lost = "the right to relay was lost".to_owned();
                    return Err(StoreError::Unavailable(lost).into());
                }
                look_around = Instant::now() + POLL;
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

    /// Tells how far the log is published, behind the events that it tells of.
    async fn beat(&self, published: i64) -> Result<(), Obstacle> {
        let head = self.log.head().await?;
        let heartbeat = ControlMessage::Heartbeat(Heartbeat {
            producer: self.producer.to_owned(),
            epoch: head.epoch,
            first: head.first_sequence,
            last: published,
        });
        let message = Message {
            id: new_id(),
            routing_key: heartbeat.routing_key(),
            body: heartbeat.encode().map_err(Obstacle::Heartbeat)?.into(),
        };
        match self.publisher.publish(CONTROL_EXCHANGE, &[message]).await {
            // Nobody listens.
            Ok(()) | Err(PublishError::Unroutable { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    async fn publish(&self, batch: &[LogEntry]) -> Result<(), Obstacle> {
        let started = Instant::now();
        let messages = batch
            .iter()
            .map(|entry| self.message(entry))
            .collect::<Result<Vec<_>, _>>()?;
        self.publisher.publish(self.exchange, &messages).await?;
        fail_point::reach("after_confirm");
        for entry in batch {
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
        Ok(())
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
