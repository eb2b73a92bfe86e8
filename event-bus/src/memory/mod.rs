//! The in-process bus: topic exchanges and bounded queues in this process's memory.
//!
//! It carries encoded bytes like any broker, so a service can't tell the difference, but it stores
//! nothing: a publish returns once every subscriber has acknowledged the batch. What was not
//! acknowledged is still in the publisher's log, which publishes it again.

mod consumer;
mod pattern;
mod publisher;
mod queue;
mod receipt;
mod state;

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;

use crate::{
    BusError, BusStatus, EventBus, EventConsumer, EventPublisher, Topology,
    connect::DEFAULT_PUBLISH_DEADLINE,
};
use consumer::InProcessConsumer;
use publisher::InProcessPublisher;
use state::State;

/// Limits of an [`InProcessBus`].
#[derive(Debug, Clone)]
pub struct InProcessOptions {
    /// The most messages one queue holds, those in a consumer's hands included. A batch that does
    /// not fit is refused as a whole. Must be larger than any batch.
    pub queue_capacity: usize,
    /// How long a publish waits for its subscribers.
    pub publish_deadline: Duration,
}

impl Default for InProcessOptions {
    fn default() -> Self {
        Self {
            queue_capacity: 16 * 1024,
            publish_deadline: DEFAULT_PUBLISH_DEADLINE,
        }
    }
}

/// A bus within this process. A clone is another handle on the same bus.
#[derive(Clone)]
pub struct InProcessBus {
    shared: Arc<Shared>,
}

/// What the bus, its publishers and its consumers share. The lock is never held across an await.
struct Shared {
    options: InProcessOptions,
    state: Mutex<State>,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        // No code panics while it holds the lock, and each change leaves the state whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl InProcessBus {
    /// A bus with the default limits: 16,384 messages per queue, 30 s for a publish.
    #[must_use]
    pub fn new() -> Self {
        Self::with_options(InProcessOptions::default())
    }

    /// A bus with limits of the caller's choice.
    #[must_use]
    pub fn with_options(options: InProcessOptions) -> Self {
        Self {
            shared: Arc::new(Shared {
                options,
                state: Mutex::default(),
            }),
        }
    }

    /// For tests: what a lost connection does on a broker. Publishes under way fail, the next call
    /// of each consumer fails, and what was handed out and not acknowledged comes again.
    pub fn drop_connections(&self) {
        self.shared.state().cut_all();
    }

    /// For tests: what an operator's mistake does on a broker. The queue, its bindings and what it
    /// held are gone until it is declared again.
    pub fn delete_queue(&self, queue: &str) {
        self.shared.state().delete_queue(queue);
    }

    /// How many messages `queue` holds, those in a consumer's hands included; `None` if it was not
    /// declared.
    #[must_use]
    pub fn depth(&self, queue: &str) -> Option<usize> {
        self.shared.state().depth(queue)
    }
}

impl Default for InProcessBus {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl EventBus for InProcessBus {
    async fn declare(&self, topology: &Topology) -> Result<(), BusError> {
        self.shared.state().declare(topology)
    }

    fn publisher(&self) -> Arc<dyn EventPublisher> {
        Arc::new(InProcessPublisher::new(Arc::clone(&self.shared)))
    }

    fn consumer(&self, queue: &str) -> Box<dyn EventConsumer> {
        Box::new(InProcessConsumer::new(Arc::clone(&self.shared), queue))
    }

    fn status(&self) -> BusStatus {
        BusStatus::Connected
    }

    async fn close(&self) {
        self.shared.state().cut_all();
    }
}
