//! One owner that publishes, one queue, one copy.

use std::{collections::BTreeMap, sync::Arc};

use bytes::Bytes;
use tokio::{
    task::JoinHandle,
    time::{Instant, sleep},
};

use super::{
    Change, ConsumerHarness,
    history::{covers, outcome},
    watched::WatchedBus,
};
use crate::{
    EventBus, InProcessBus, Message, Queue, QueueKind, Topology,
    conformance::{
        PATIENCE,
        fixture::{RETRY_AFTER, declare, publish_until_confirmed},
    },
    faults::FaultyBus,
};

pub(super) const EXCHANGE: &str = "conformance.owner";
pub(super) const QUEUE: &str = "conformance.copy";

/// How many messages a publish holds.
const BATCH: usize = 16;

pub(super) struct World<H> {
    pub(super) harness: H,
    pub(super) inside: InProcessBus,
    pub(super) bus: WatchedBus,
}

impl<H: ConsumerHarness> World<H> {
    /// The consumer is not started.
    pub(super) async fn new() -> Self {
        let inside = InProcessBus::new();
        let topology = Topology {
            exchanges: vec![EXCHANGE.to_owned()],
            queues: vec![Queue::new(QUEUE, QueueKind::Lasting).hearing_all(EXCHANGE)],
        };
        declare(&inside, &topology).await;
        Self {
            harness: H::empty().await,
            bus: WatchedBus::new(inside.clone()),
            inside,
        }
    }

    pub(super) async fn started() -> Self {
        let mut world = Self::new().await;
        world.start().await;
        world
    }

    pub(super) async fn start(&mut self) {
        let bus = Arc::new(self.bus.clone());
        self.harness.start(bus, QUEUE).await;
    }

    pub(super) fn messages<'a>(
        &self,
        changes: impl IntoIterator<Item = &'a Change>,
    ) -> Vec<Message> {
        changes
            .into_iter()
            .map(|change| self.harness.message(change))
            .collect()
    }

    /// Publishes in the background; ends once the consumer has acknowledged all of it.
    pub(super) fn publish(&self, messages: Vec<Message>) -> JoinHandle<()> {
        let publisher = self.inside.publisher();
        tokio::spawn(async move {
            for batch in messages.chunks(BATCH) {
                publish_until_confirmed(&*publisher, EXCHANGE, batch).await;
            }
        })
    }

    /// Waits until the consumer has acknowledged everything, and nothing is late on `bus`.
    pub(super) async fn settled(&self, bus: &FaultyBus) {
        let until = Instant::now() + PATIENCE;
        while bus.late() > 0 || self.inside.depth(QUEUE) != Some(0) {
            assert!(Instant::now() < until, "not all of it was acknowledged");
            sleep(RETRY_AFTER).await;
        }
    }

    /// Makes sure that the copy holds what it must after all of `changes`, and nothing else.
    pub(super) async fn assert_equal(&self, changes: &[Change]) {
        let (held, expected) = (self.harness.held().await, outcome(changes));
        let keys = expected.keys().chain(held.keys());
        for key in keys {
            let (held, expected) = (held.get(key), expected.get(key));
            assert_eq!(
                held, expected,
                "record {key}; left: the copy; right: its owner"
            );
        }
    }

    /// Makes sure that the copy has committed what it acknowledges with `bodies`.
    pub(super) async fn assert_committed(&self, changes: &[Change], bodies: &[Bytes]) {
        let by_body: BTreeMap<Bytes, &Change> = changes
            .iter()
            .map(|change| (self.harness.message(change).body, change))
            .collect();
        let held = self.harness.held().await;
        for change in bodies.iter().filter_map(|body| by_body.get(body)) {
            assert!(
                held.get(&change.key)
                    .is_some_and(|held| covers(held, change)),
                "acknowledges {change:?} and holds {:?}",
                held.get(&change.key)
            );
        }
    }
}
