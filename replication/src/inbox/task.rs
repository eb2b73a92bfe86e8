//! The loop: declares, takes batches, and looks after what is parked in between.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use event_bus::{BusError, EventBus, Topology};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::{BATCH, Decode, Settle, retry::sleep_until};
use crate::{
    backoff::Backoff,
    parked::{ParkedMessages, RetrySchedule},
};

/// The one task of a service that listens to the bus.
pub struct Inbox<E> {
    queue: &'static str,
    topology: Topology,
    bus: Arc<dyn EventBus>,
    pub(super) decode: Decode<E>,
    pub(super) settle: Arc<dyn Settle<E>>,
    pub(super) parked: Arc<dyn ParkedMessages>,
    pub(super) now: Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>,
    pub(super) retries: RetrySchedule,
}

impl<E: Send + Sync + 'static> Inbox<E> {
    /// An inbox that takes `queue`'s messages to `settle`. It declares `topology` first.
    #[expect(
        clippy::too_many_arguments,
        reason = "the parts of an inbox, wired in one place"
    )]
    pub fn new(
        queue: &'static str,
        topology: Topology,
        bus: Arc<dyn EventBus>,
        decode: Decode<E>,
        settle: Arc<dyn Settle<E>>,
        parked: Arc<dyn ParkedMessages>,
        now: Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>,
        retries: RetrySchedule,
    ) -> Self {
        Self {
            queue,
            topology,
            bus,
            decode,
            settle,
            parked,
            now,
            retries,
        }
    }

    /// Consumes until `stop`; the batch under way is finished first, unless `hard` comes.
    ///
    /// # Errors
    /// [`BusError::Refused`] if the broker refuses before anything ever worked: a mistake in the
    /// configuration, which waiting won't mend.
    pub async fn run(
        self,
        stop: CancellationToken,
        hard: CancellationToken,
    ) -> Result<(), BusError> {
        tokio::select! {
            result = self.consume(stop) => result,
            () = hard.cancelled() => Ok(()),
        }
    }

    async fn consume(self, stop: CancellationToken) -> Result<(), BusError> {
        let mut consumer = self.bus.consumer(self.queue);
        let mut backoff = Backoff::default();
        let mut declared = false;
        let mut worked_before = false;
        let mut retry_at = Some((self.now)());
        while !stop.is_cancelled() {
            if !declared {
                let result = tokio::select! {
                    biased;
                    () = stop.cancelled() => break,
                    result = self.bus.declare(&self.topology) => result,
                };
                match result {
                    Ok(()) => {
                        declared = true;
                        worked_before = true;
                        info!(queue = self.queue, "consuming");
                    }
                    Err(BusError::Refused(reason)) if !worked_before => {
                        return Err(BusError::Refused(reason));
                    }
                    Err(error) => {
                        warn!(%error, "the inbox waits and tries again");
                        pause(&mut backoff, &stop).await;
                        continue;
                    }
                }
            }
            let result = tokio::select! {
                biased;
                () = stop.cancelled() => break,
                () = sleep_until(retry_at, (self.now)()) => {
                    retry_at = self.retry_parked(&stop).await;
                    continue;
                }
                result = consumer.next_batch(BATCH) => result,
            };
            match result {
                Ok(deliveries) => {
                    let parked_some = self.take(consumer.as_mut(), deliveries, &stop).await;
                    if parked_some {
                        retry_at = self.next_retry().await;
                    }
                    backoff.reset();
                }
                Err(error) => {
                    warn!(%error, "the inbox waits and tries again");
                    declared = false;
                    pause(&mut backoff, &stop).await;
                }
            }
        }
        Ok(())
    }
}

pub(super) async fn pause(backoff: &mut Backoff, stop: &CancellationToken) {
    tokio::select! {
        () = tokio::time::sleep(backoff.next_delay()) => {}
        () = stop.cancelled() => {}
    }
}
