//! The loop: declares, takes batches, and looks after what is parked in between.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use event_bus::{BusError, ConsumeError, Delivery, EventBus, EventConsumer, Topology};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::{BATCH, Decode, Settle, settle::Settled, under_way::UnderWay};
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

    /// Consumes until `stop`; what is under way is finished first, unless `hard` comes.
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
            result = Arc::new(self).consume(stop) => result,
            () = hard.cancelled() => Ok(()),
        }
    }

    async fn consume(self: Arc<Self>, stop: CancellationToken) -> Result<(), BusError> {
        let mut consumer = self.bus.consumer(self.queue);
        let mut under_way = UnderWay::new();
        let mut watch = self.watch();
        let mut backoff = Backoff::default();
        let mut declared = false;
        let mut worked_before = false;
        loop {
            if !declared {
                let declaring = self.bus.declare(&self.topology);
                match self.meanwhile(&mut watch, &stop, declaring).await {
                    None => break,
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
            let happened = next(consumer.as_mut(), &mut under_way);
            match self.meanwhile(&mut watch, &stop, happened).await {
                None => break,
                // What comes after it is left, too: to acknowledge that would be to acknowledge both.
                Some(Happened::Held) => return Ok(()),
                Some(Happened::Settled(settled)) => {
                    acknowledge(consumer.as_mut(), &settled).await;
                    if settled.parked_some {
                        self.plan(&mut watch).await;
                    }
                }
                Some(Happened::Fetched(Ok(deliveries))) => {
                    let settling = Arc::clone(&self).settle_batch(
                        deliveries,
                        watch.anything_parked,
                        stop.clone(),
                    );
                    under_way.begin(settling);
                    backoff.reset();
                }
                Some(Happened::Fetched(Err(error))) => {
                    warn!(%error, "the inbox waits and tries again");
                    declared = false;
                    let pause = tokio::time::sleep(backoff.next_delay());
                    self.meanwhile(&mut watch, &stop, pause).await;
                }
            }
        }
        while let Some(Some(settled)) = under_way.next().await {
            acknowledge(consumer.as_mut(), &settled).await;
        }
        Ok(())
    }
}

/// What an inbox waits for.
enum Happened {
    /// The oldest batch under way is settled.
    Settled(Settled),
    /// It was to be stopped while the database was away.
    Held,
    /// There is another batch, or the connection is lost.
    Fetched(Result<Vec<Delivery>, ConsumeError>),
}

/// Waits for the oldest batch, and for another one as long as there is room for it. To be cancelled
/// at any time.
async fn next(consumer: &mut dyn EventConsumer, under_way: &mut UnderWay) -> Happened {
    let has_room = under_way.has_room();
    tokio::select! {
        biased;
        Some(ended) = under_way.next() => ended.map_or(Happened::Held, Happened::Settled),
        fetched = consumer.next_batch(BATCH), if has_room => Happened::Fetched(fetched),
    }
}

async fn acknowledge(consumer: &mut dyn EventConsumer, settled: &Settled) {
    let Some(last) = settled.last else {
        return;
    };
    fail_point::reach("before_ack");
    match consumer.ack(last).await {
        Ok(()) => {}
        Err(ConsumeError::Stale) => {
            info!("the batch was settled after its connection was lost; it will come again");
        }
        Err(error) => {
            warn!(%error, "the batch was settled but not acknowledged; it will come again");
        }
    }
}
