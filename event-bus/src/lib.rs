//! The event bus as the catalog sees it: ports, adapters and the suite that every adapter passes.
//!
//! A service holds an `Arc<dyn EventBus>` and never learns which broker is behind it.
//! Messages are opaque bytes here; what they mean is `shared-events`' business.
//!
//! | module | what it holds |
//! |---|---|
//! | ports | [`EventBus`], [`EventPublisher`], [`EventConsumer`]: what an adapter promises |
//! | adapters | [`InProcessBus`], [`RabbitMqBus`]; [`connect`] chooses by URL |
//! | `faults` (feature `faults`) | a bus that loses, doubles, delays and refuses, from a seed |
//! | `conformance` (feature `conformance`) | the promises as tests: how to write an adapter, and a consumer |
//! | `private_broker` (feature `conformance`) | a RabbitMQ server of the test's own |

#[cfg(feature = "conformance")]
pub mod conformance;
mod connect;
#[cfg(feature = "faults")]
pub mod faults;
mod memory;
mod port;
#[cfg(all(feature = "conformance", unix))]
pub mod private_broker;
mod rabbitmq;
mod topology;

pub use connect::{BusOptions, connect};
pub use memory::{InProcessBus, InProcessOptions};
pub use port::{
    BusError, BusStatus, ConsumeError, Delivery, DeliveryTag, EventBus, EventConsumer,
    EventPublisher, Message, PublishError,
};
pub use rabbitmq::{RabbitMqBus, RabbitMqOptions};
pub use topology::{Binding, Queue, QueueKind, Topology};
