//! Who a service is on the bus.

use event_bus::{Queue, QueueKind, Topology};
use replication::repair::{Source, control_queue};
use shared_events::{Producer, control::CONTROL_EXCHANGE};

/// Who a service is on the bus.
pub struct Identity {
    /// Its name, as in the envelope's `producer`.
    pub name: &'static str,
    /// The exchange it publishes to.
    pub exchange: &'static str,
    /// Where its copy comes from: an owner, and the queue on which it hears that one's events.
    pub source: Source,
    /// The queue on which it is told and asked what is no event.
    pub control_queue: &'static str,
    /// Everything that must exist before it publishes: its own queues, and those of everybody who
    /// must not miss an event.
    pub topology: Topology,
}

impl Identity {
    /// One service of the pair, which copies what the other owns.
    pub fn of(producer: Producer) -> Self {
        Self {
            name: producer.name(),
            exchange: producer.exchange(),
            source: Source {
                producer: producer.other(),
                queue: producer.queue(),
            },
            control_queue: producer.control_queue(),
            topology: pair_topology(),
        }
    }
}

/// What both services of the pair need. Each side declares all of it, so that a message published
/// before the other side first starts is kept for it.
pub fn pair_topology() -> Topology {
    let mut exchanges: Vec<String> = Producer::ALL
        .map(|producer| producer.exchange().to_owned())
        .into();
    exchanges.push(CONTROL_EXCHANGE.to_owned());
    let events = |consumer: Producer| {
        Queue::new(consumer.queue(), QueueKind::Lasting).hearing_all(consumer.other().exchange())
    };
    let queues = Producer::ALL.into_iter().flat_map(|service| {
        let control = control_queue(
            service.control_queue(),
            service.other().name(),
            Some(service.name()),
        );
        [events(service), control]
    });
    Topology {
        exchanges,
        queues: queues.collect(),
    }
}
