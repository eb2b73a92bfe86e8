//! The ports. Their docs say what an adapter MUST do; the conformance suite checks it.

use async_trait::async_trait;
use bytes::Bytes;
use uuid::Uuid;

use crate::Topology;

/// One message on its way to the bus.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Identifies the message across republishing (the event's id).
    pub id: Uuid,
    /// Routing key, such as `author.created`.
    pub routing_key: String,
    /// The encoded envelope. Subscribers MUST get it byte for byte.
    pub body: Bytes,
}

/// Names a delivery to [`EventConsumer::ack`]. Adapters make them; only the consumer that handed it
/// out knows what it means, and only until its connection is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct DeliveryTag {
    /// Which of the consumer's successive connections it came over.
    pub session: u64,
    /// Its place on that connection; grows with each delivery.
    pub number: u64,
}

/// One message handed to a subscriber.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// What to acknowledge it with.
    pub tag: DeliveryTag,
    /// Routing key it was published with.
    pub routing_key: String,
    /// The encoded envelope, byte for byte as published.
    pub body: Bytes,
    /// Whether the bus may have handed it out before.
    pub redelivered: bool,
}

/// Whether the bus can be reached, as last seen. It may be out of date by one heartbeat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BusStatus {
    /// The last attempt to use the bus worked.
    Connected,
    /// Nothing was tried yet, or the last attempt failed.
    Disconnected,
}

/// Why the bus could not be used at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BusError {
    /// The broker can't be reached now; trying again later may work.
    #[error("the broker can't be reached: {0}")]
    Unreachable(String),
    /// The broker answered no (credentials, permissions, a queue with other arguments). Trying
    /// again won't help; the text says what to change.
    #[error("{0}")]
    Refused(String),
}

/// Why a batch was not published. Some of its messages may have arrived all the same; publishing
/// the whole batch again is right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PublishError {
    /// The bus could not be used.
    #[error(transparent)]
    Bus(#[from] BusError),
    /// No queue is bound for these messages.
    #[error("{count} message(s) reached no queue, the first {first}: declare the topology again")]
    Unroutable {
        /// How many of the batch.
        count: usize,
        /// Id of the first of them.
        first: Uuid,
    },
    /// The broker refused to take responsibility for these messages.
    #[error("{count} message(s) were refused by the broker, the first {first}")]
    Nacked {
        /// How many of the batch.
        count: usize,
        /// Id of the first of them.
        first: Uuid,
    },
    /// The confirms did not come in time.
    #[error("the broker did not confirm {missing} of the messages within {seconds} s")]
    Unconfirmed {
        /// How many confirms are missing.
        missing: usize,
        /// The deadline that passed, in seconds.
        seconds: u64,
    },
}

/// Why deliveries can't be fetched or acknowledged. What was not acknowledged comes again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConsumeError {
    /// The bus could not be used. The next call of `next_batch` connects anew.
    #[error(transparent)]
    Bus(#[from] BusError),
    /// The delivery came over a connection that is gone, so it will be delivered again.
    #[error("the delivery belongs to a connection that is gone; it will come again")]
    Stale,
}

/// A message bus that keeps what it accepted until each subscriber has acknowledged it.
#[async_trait]
pub trait EventBus: Send + Sync {
    /// Makes the exchanges, queues and bindings exist. MUST be idempotent.
    ///
    /// # Errors
    /// [`BusError::Refused`] if something exists under the same name with other arguments.
    async fn declare(&self, topology: &Topology) -> Result<(), BusError>;

    /// A publisher. It connects when first used, and again after a loss.
    fn publisher(&self) -> std::sync::Arc<dyn EventPublisher>;

    /// The consumer of `queue`. It connects when first used, and again after a loss. At most one
    /// consumer of a queue gets deliveries at a time; a second one waits for the first to go.
    fn consumer(&self, queue: &str) -> Box<dyn EventConsumer>;

    /// Whether the bus can be reached, as last seen by its publishers and consumers.
    fn status(&self) -> BusStatus;

    /// Closes what is open. What was not acknowledged stays in its queue.
    async fn close(&self);
}

/// Hands messages to the bus.
#[async_trait]
pub trait EventPublisher: Send + Sync {
    /// Publishes `messages`, in order, to `exchange`. The exchange without a name leads to the one
    /// queue that the routing key names.
    ///
    /// MUST return `Ok` only once the bus has taken responsibility for every message in every
    /// queue that is to have it: a durable broker has confirmed it; the in-process bus has it
    /// acknowledged by each subscriber, unless its queue is
    /// [`Passing`](crate::QueueKind::Passing). MUST return within a deadline of its own. Safe to call
    /// again with the same messages.
    ///
    /// A call may begin (be polled first) while others are under way, which it MUST NOT overtake: its
    /// messages arrive behind theirs, unless one of them fails. Each is answered for its own messages
    /// alone.
    ///
    /// # Errors
    /// [`PublishError`]; any of the messages may have arrived all the same.
    async fn publish(&self, exchange: &str, messages: &[Message]) -> Result<(), PublishError>;

    /// Makes sure that the bus can be reached, connecting if need be. Cheap while connected.
    ///
    /// # Errors
    /// [`BusError`] if it can't.
    async fn ensure_connected(&self) -> Result<(), BusError>;
}

/// Takes messages out of one queue.
#[async_trait]
pub trait EventConsumer: Send {
    /// Waits until there is at least one delivery, then returns what is there without waiting for
    /// more: 1 to `max` deliveries, in queue order.
    ///
    /// MUST be safe to cancel: a delivery that was not returned is returned by a later call.
    /// While none is acknowledged, it may hand out no more than three times the first `max`, or 64 if that
    /// is more. Deliveries that were returned and not acknowledged are not returned again, unless the
    /// connection is lost, the consumer is dropped, or the process dies: then they come again.
    ///
    /// # Errors
    /// [`ConsumeError::Bus`] when the connection was lost or can't be made. The caller backs off
    /// and calls again; the adapter then connects anew.
    async fn next_batch(&mut self, max: usize) -> Result<Vec<Delivery>, ConsumeError>;

    /// Acknowledges every delivery up to and including `through`. They never come again.
    ///
    /// # Errors
    /// [`ConsumeError::Stale`] if the connection they came over is gone: they will come again.
    async fn ack(&mut self, through: DeliveryTag) -> Result<(), ConsumeError>;
}
