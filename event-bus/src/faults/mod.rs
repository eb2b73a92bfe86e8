//! Faults in a box: a bus that loses, doubles, delays and refuses, for anyone's tests.
//!
//! [`FaultyBus`] wraps any bus. It does to messages what networks, brokers and dying programs do to
//! them, as often as its [`FaultPlan`] says and as one seed decides:
//!
//! ```
//! # use std::sync::Arc;
//! use event_bus::{EventBus, InProcessBus, faults::{FaultPlan, FaultyBus, seeds}};
//!
//! for seed in seeds(0..100) {
//!     let bus = FaultyBus::new(Arc::new(InProcessBus::new()), FaultPlan::rough(), seed);
//!     let one: Arc<dyn EventBus> = Arc::new(bus.client("one service"));
//!     let other: Arc<dyn EventBus> = Arc::new(bus.client("another service"));
//!     // Run both against it, then end the faults and wait until the two are equal:
//!     bus.calm_down();
//! }
//! ```
//!
//! # What the faults mean
//! A publish that **succeeds** is one that the bus answers for. So a *dropped* message counts as
//! taken by everyone, also where a publish waits for the subscribers, as the in-process bus does:
//! nothing but a later look at what was published brings it back. A *delayed* one counts as taken
//! too, and whoever published it does not wait for it; the bus tries until its queues have it, and
//! only if none is there any more it is gone. A publish that **fails** may have arrived in part or
//! whole.
//!
//! A consumer's faults are lost connections. It is told by an error of `next_batch`, or by an
//! `ack` that is [`Stale`](crate::ConsumeError::Stale); what was not acknowledged comes again.
//! After a *crash after ack* that error is wrong: the bus has heard the acknowledgement.
//!
//! # The same run again
//! All chances come from the seed, and nothing here depends on the clock's own time or on an order
//! that is not given. So under a runtime with a single thread and paused time the same seed makes
//! the same run, as long as the code under test brings no chance of its own. A test that panics
//! while it holds the bus says which seed it was; [`seeds`] takes it up from `FAULT_SEED`.

mod air;
mod client;
mod consumer;
mod fate;
mod plan;
mod publisher;
mod seed;

use std::sync::Arc;

use async_trait::async_trait;

use crate::{BusError, BusStatus, EventBus, EventConsumer, EventPublisher, Topology};
use air::Air;
use client::Client;
use consumer::FaultyConsumer;
pub use plan::{Chance, FaultPlan};
use publisher::FaultyPublisher;
pub use seed::seeds;

/// A bus that fails as planned. A clone is another handle of the same client.
#[derive(Clone)]
pub struct FaultyBus {
    client: Client,
}

impl FaultyBus {
    /// `inner` with the faults of `plan`, all decided by `seed`. This handle's client has no name.
    #[must_use]
    pub fn new(inner: Arc<dyn EventBus>, plan: FaultPlan, seed: u64) -> Self {
        let air = Arc::new(Air::new(inner, plan, seed));
        Self {
            client: Client::new(air, ""),
        }
    }

    /// The same bus as the program of this name sees it, which can be cut off from it.
    #[must_use]
    pub fn client(&self, name: &str) -> Self {
        Self {
            client: Client::new(Arc::clone(self.client.air()), name),
        }
    }

    /// Cuts the clients of this name off: what they try fails as unreachable, calls that wait
    /// included, and what they were given and did not acknowledge returns to its queue as they
    /// notice.
    pub fn partition(&self, client: &str) {
        self.client.air().partition(client);
    }

    /// Ends [`Self::partition`].
    pub fn heal(&self, client: &str) {
        self.client.air().heal(client);
    }

    /// Ends all faults for good: the plan is a calm one from now on, partitions heal, and what is
    /// late comes at once. What was dropped stays so.
    pub fn calm_down(&self) {
        self.client.air().calm_down();
    }

    /// How many messages are late: published with success, and not yet in their queues (or, if a
    /// publish inside waits for the subscribers, not yet acknowledged).
    #[must_use]
    pub fn late(&self) -> usize {
        self.client.air().late()
    }
}

/// A failing test unwinds through the handle it holds, and so tells its seed.
impl Drop for FaultyBus {
    fn drop(&mut self) {
        self.client.air().tell_if_failing();
    }
}

#[async_trait]
impl EventBus for FaultyBus {
    async fn declare(&self, topology: &Topology) -> Result<(), BusError> {
        self.client.reach()?;
        self.client.air().inner().declare(topology).await
    }

    fn publisher(&self) -> Arc<dyn EventPublisher> {
        let inner = self.client.air().inner().publisher();
        Arc::new(FaultyPublisher::new(self.client.clone(), inner))
    }

    fn consumer(&self, queue: &str) -> Box<dyn EventConsumer> {
        Box::new(FaultyConsumer::new(self.client.clone(), queue))
    }

    fn status(&self) -> BusStatus {
        if self.client.is_cut_off() {
            BusStatus::Disconnected
        } else {
            self.client.air().inner().status()
        }
    }

    async fn close(&self) {
        self.client.air().inner().close().await;
    }
}
