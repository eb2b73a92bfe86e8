//! What each test of the suite sets up, and how it publishes.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use tokio::{
    task::JoinHandle,
    time::{Instant, sleep},
};
use uuid::Uuid;

use super::{Harness, Needs, PATIENCE, subscriber::Subscriber};
use crate::{
    BusError, EventBus, EventConsumer, EventPublisher, Message, PublishError, Queue, QueueKind,
    Topology,
};

/// Between two attempts, so that a broker that is coming back is not hammered.
pub(super) const RETRY_AFTER: Duration = Duration::from_millis(50);

/// One harness, one bus, one exchange and its queues.
pub(super) struct Fixture<H> {
    pub(super) harness: H,
    pub(super) bus: Arc<dyn EventBus>,
    pub(super) exchange: String,
    pub(super) queues: Vec<String>,
}

impl<H: Harness> Fixture<H> {
    /// One exchange with `queues` queues.
    pub(super) async fn new(queues: usize) -> Self {
        Self::with(queues, Needs::default()).await
    }

    pub(super) async fn with(queues: usize, needs: Needs) -> Self {
        let harness = H::start(needs).await;
        let fixture = Self {
            bus: harness.bus(),
            harness,
            exchange: unique("exchange"),
            queues: (0..queues).map(|_| unique("queue")).collect(),
        };
        declare(&*fixture.bus, &fixture.topology()).await;
        fixture
    }

    pub(super) fn topology(&self) -> Topology {
        Topology {
            exchanges: vec![self.exchange.clone()],
            queues: self
                .queues
                .iter()
                .map(|name| {
                    Queue::new(name.clone(), QueueKind::Lasting).hearing_all(self.exchange.clone())
                })
                .collect(),
        }
    }

    /// The only queue's name.
    pub(super) fn queue(&self) -> &str {
        match self.queues.as_slice() {
            [only] => only,
            queues => panic!("the test has {} queues", queues.len()),
        }
    }

    /// A consumer of the only queue.
    pub(super) fn consumer(&self) -> Box<dyn EventConsumer> {
        self.bus.consumer(self.queue())
    }

    /// One subscriber per queue, each on a bus of its own.
    pub(super) fn subscribers(&self) -> Vec<Subscriber> {
        let on = |queue: &String| Subscriber::start(self.harness.bus(), queue);
        self.queues.iter().map(on).collect()
    }

    /// Publishes in the background, each batch until it succeeds.
    pub(super) fn publish(&self, batches: Vec<Vec<Message>>) -> JoinHandle<()> {
        let publisher = self.bus.publisher();
        let exchange = self.exchange.clone();
        tokio::spawn(async move {
            for batch in batches {
                publish_until_confirmed(&*publisher, &exchange, &batch).await;
            }
        })
    }
}

/// Declares `topology`, again while the broker can't be reached.
pub(super) async fn declare(bus: &dyn EventBus, topology: &Topology) {
    let until = Instant::now() + PATIENCE;
    loop {
        match bus.declare(topology).await {
            Ok(()) => return,
            Err(BusError::Unreachable(_)) if Instant::now() < until => sleep(RETRY_AFTER).await,
            Err(error) => panic!("declaring {topology:?} failed: {error}"),
        }
    }
}

/// Publishes the batch again until the bus has taken responsibility for it.
pub(super) async fn publish_until_confirmed(
    publisher: &dyn EventPublisher,
    exchange: &str,
    batch: &[Message],
) {
    let until = Instant::now() + PATIENCE;
    loop {
        match publisher.publish(exchange, batch).await {
            Ok(()) => return,
            Err(
                PublishError::Bus(BusError::Unreachable(_))
                | PublishError::Nacked { .. }
                | PublishError::Unconfirmed { .. },
            ) if Instant::now() < until => sleep(RETRY_AFTER).await,
            Err(error) => panic!("publishing {} messages failed: {error}", batch.len()),
        }
    }
}

/// Waits for a background publish of [`Fixture::publish`].
pub(super) async fn published(publishing: JoinHandle<()>) {
    match tokio::time::timeout(PATIENCE, publishing).await {
        Ok(Ok(())) => {}
        Ok(Err(panic)) => std::panic::resume_unwind(panic.into_panic()),
        Err(_elapsed) => panic!("publishing did not end within {PATIENCE:?}"),
    }
}

/// `count` messages whose bodies are their numbers, from `first` on.
pub(super) fn numbered(first: usize, count: usize) -> Vec<Message> {
    (first..first + count)
        .map(|number| message(number.to_string()))
        .collect()
}

pub(super) fn message(body: impl Into<Bytes>) -> Message {
    Message {
        id: Uuid::from_u128(fastrand::u128(..)),
        routing_key: "thing.updated".to_owned(),
        body: body.into(),
    }
}

/// The bodies of `0..count`, as [`numbered`] writes them.
pub(super) fn numbers(range: std::ops::Range<usize>) -> Vec<String> {
    range.map(|number| number.to_string()).collect()
}

/// A name that no other test uses, in this run or another.
pub(super) fn unique(kind: &str) -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("conformance.{kind}.{:016x}.{count}", fastrand::u64(..))
}
