//! The event bus as the catalog sees it: ports, adapters and the suite that every adapter passes.
//!
//! A service holds an `Arc<dyn EventBus>` and never learns which broker is behind it.
//! Messages are opaque bytes here; what they mean is `shared-events`' business.

mod port;
mod topology;

pub use port::{
    BusError, BusStatus, ConsumeError, Delivery, DeliveryTag, EventBus, EventConsumer,
    EventPublisher, Message, PublishError,
};
pub use topology::{Queue, Topology};
