//! What an adapter brings to the suite.

use std::sync::Arc;

use async_trait::async_trait;

use crate::EventBus;

/// How the suite reaches the adapter under test.
#[async_trait]
pub trait Harness: Sized + Send + Sync + 'static {
    /// What the adapter can be asked to do.
    const FEATURES: Features;

    /// Ready for one test. Panics with a clear message if it can't be; a test never passes quietly.
    async fn start(needs: Needs) -> Self;

    /// A bus as a program of its own would have it: on the same broker each time, with connections
    /// of its own where the adapter has any.
    fn bus(&self) -> Arc<dyn EventBus>;

    /// Cuts the connections of every bus this harness gave out, without a word. What the broker
    /// accepted stays, and connecting works again at once.
    async fn lose_connections(&self);

    /// Stops the broker and starts it again with all that it accepted. Only called if the test
    /// asked for [`Needs::restarts`] and [`Features::restarts`] is set.
    async fn restart_broker(&self);

    /// Deletes the queue and its bindings, as an operator's mistake would. What it held is gone.
    async fn delete_queue(&self, queue: &str);
}

/// What a test asks of its harness.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Needs {
    /// The broker will be restarted, so no other test may use it.
    pub restarts: bool,
}

/// What an adapter can do. What it can't it refuses, and the suite checks that: it fails with
/// [`BusError::Refused`](crate::BusError::Refused) to declare such a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Features {
    /// [`Harness::restart_broker`] works. Without it the tests lose connections instead.
    pub restarts: bool,
    /// `publish` returns once the broker has stored the messages, with or without a consumer.
    /// Otherwise it returns once every subscriber has acknowledged them.
    pub stores: bool,
    /// It has queues of the kind [`QueueKind::Passing`](crate::QueueKind::Passing).
    pub passing: bool,
    /// It has queues of the kind [`QueueKind::Reply`](crate::QueueKind::Reply).
    pub reply: bool,
    /// The exchange without a name leads to the queue that the routing key names. Otherwise
    /// publishing to it fails.
    pub direct: bool,
    /// Bindings may have any pattern. Otherwise only `#`, which hears everything.
    pub patterns: bool,
}

impl Features {
    /// Everything, as a broker of its own offers it.
    pub const ALL: Self = Self {
        restarts: true,
        stores: true,
        passing: true,
        reply: true,
        direct: true,
        patterns: true,
    };
}
