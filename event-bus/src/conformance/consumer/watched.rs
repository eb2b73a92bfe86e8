//! A bus that shows what its consumer does, and can hold its acknowledgements back.

use std::{collections::VecDeque, sync::Arc};

use async_trait::async_trait;
use bytes::Bytes;
use tokio::{sync::watch, time::timeout};

use crate::{
    BusError, BusStatus, ConsumeError, Delivery, DeliveryTag, EventBus, EventConsumer,
    EventPublisher, InProcessBus, Topology, conformance::PATIENCE,
};

#[derive(Clone)]
pub(super) struct WatchedBus {
    inner: InProcessBus,
    seen: watch::Sender<Seen>,
}

/// What the consumer has done.
#[derive(Default)]
struct Seen {
    /// How many deliveries it was handed.
    handed_out: usize,
    /// The bodies that it wants to acknowledge, while it waits for that.
    waiting: Option<Vec<Bytes>>,
    /// Whether acknowledgements are held back.
    holding: bool,
}

impl WatchedBus {
    pub(super) fn new(inner: InProcessBus) -> Self {
        Self {
            inner,
            seen: watch::Sender::default(),
        }
    }

    /// From now on acknowledgements wait.
    pub(super) fn hold_acknowledgements(&self) {
        self.seen.send_modify(|seen| seen.holding = true);
    }

    /// Lets them all pass, and forgets one whose consumer has gone.
    pub(super) fn release_acknowledgements(&self) {
        self.seen.send_modify(|seen| {
            seen.holding = false;
            seen.waiting = None;
        });
    }

    /// Waits until the consumer wants to acknowledge, and tells what.
    pub(super) async fn waiting_acknowledgement(&self) -> Vec<Bytes> {
        let mut seen = self.seen.subscribe();
        let waiting = seen.wait_for(|seen| seen.waiting.is_some());
        match timeout(PATIENCE, waiting).await {
            Ok(Ok(seen)) => seen.waiting.clone().unwrap_or_default(),
            Ok(Err(_)) | Err(_) => panic!("nothing was acknowledged within {PATIENCE:?}"),
        }
    }

    /// Lets the one that waits pass.
    pub(super) fn pass_one(&self) {
        self.seen.send_modify(|seen| seen.waiting = None);
    }

    /// Waits until the consumer was handed more than `so_far` deliveries; how many they are.
    pub(super) async fn handed_out_more_than(&self, so_far: usize) -> usize {
        let mut seen = self.seen.subscribe();
        let handed_out = seen.wait_for(|seen| seen.handed_out > so_far);
        match timeout(PATIENCE, handed_out).await {
            Ok(Ok(seen)) => seen.handed_out,
            Ok(Err(_)) | Err(_) => panic!("nothing was asked for within {PATIENCE:?}"),
        }
    }
}

#[async_trait]
impl EventBus for WatchedBus {
    async fn declare(&self, topology: &Topology) -> Result<(), BusError> {
        self.inner.declare(topology).await
    }

    fn publisher(&self) -> Arc<dyn EventPublisher> {
        self.inner.publisher()
    }

    fn consumer(&self, queue: &str) -> Box<dyn EventConsumer> {
        Box::new(WatchedConsumer {
            inner: self.inner.consumer(queue),
            seen: self.seen.clone(),
            held: VecDeque::new(),
        })
    }

    fn status(&self) -> BusStatus {
        self.inner.status()
    }

    async fn close(&self) {
        self.inner.close().await;
    }
}

struct WatchedConsumer {
    inner: Box<dyn EventConsumer>,
    seen: watch::Sender<Seen>,
    /// Handed out and not acknowledged, oldest first.
    held: VecDeque<(DeliveryTag, Bytes)>,
}

#[async_trait]
impl EventConsumer for WatchedConsumer {
    async fn next_batch(&mut self, max: usize) -> Result<Vec<Delivery>, ConsumeError> {
        let batch = self.inner.next_batch(max).await?;
        let held = batch.iter().map(|own| (own.tag, own.body.clone()));
        self.held.extend(held);
        self.seen.send_modify(|seen| seen.handed_out += batch.len());
        Ok(batch)
    }

    async fn ack(&mut self, through: DeliveryTag) -> Result<(), ConsumeError> {
        let covered = self.held.partition_point(|(tag, _)| *tag <= through);
        let bodies = self.held.drain(..covered).map(|(_, body)| body).collect();
        let mut seen = self.seen.subscribe();
        self.seen.send_modify(|seen| {
            if seen.holding {
                seen.waiting = Some(bodies);
            }
        });
        // This consumer has the sender too, so there is no error.
        drop(seen.wait_for(|seen| seen.waiting.is_none()).await);
        self.inner.ack(through).await
    }
}
