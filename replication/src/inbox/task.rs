//! The loop: declares, takes batches, and looks after what is parked in between.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use event_bus::{BusError, EventBus, Topology};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::{BATCH, Decode, Settle, batch::Batch};
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
        let mut watch = self.watch();
        let mut backoff = Backoff::default();
        let mut declared = false;
        let mut worked_before = false;
        // Fetched while the batch before it was being settled.
        let mut ahead = None;
        loop {
            if !declared {
                let declaring = self.bus.declare(&self.topology);
                match self.meanwhile(&mut watch, &stop, declaring).await {
                    None => return Ok(()),
                    Some(Ok(())) => {
                        declared = true;
                        worked_before = true;
                        info!(queue = self.queue, "consuming");
                    }
                    Some(Err(BusError::Refused(reason))) if !worked_before => {
                        return Err(BusError::Refused(reason));
                    }
                    Some(Err(error)) => {
                        warn!(%error, "the inbox waits and tries again");
                        let pause = tokio::time::sleep(backoff.next_delay());
                        self.meanwhile(&mut watch, &stop, pause).await;
                        continue;
                    }
                }
            }
            let batch = async {
                match ahead.take() {
                    Some(fetched) => fetched,
                    None => consumer.next_batch(BATCH).await.map(Batch::new),
                }
            };
            match self.meanwhile(&mut watch, &stop, batch).await {
                None => return Ok(()),
                Some(Ok(batch)) => {
                    let any = watch.anything_parked;
                    let taken = self.take(consumer.as_mut(), batch, any, &stop).await;
                    ahead = taken.ahead;
                    if taken.parked_some {
                        self.plan(&mut watch).await;
                    }
                    backoff.reset();
                }
                Some(Err(error)) => {
                    warn!(%error, "the inbox waits and tries again");
                    declared = false;
                    let pause = tokio::time::sleep(backoff.next_delay());
                    self.meanwhile(&mut watch, &stop, pause).await;
                }
            }
        }
    }
}
