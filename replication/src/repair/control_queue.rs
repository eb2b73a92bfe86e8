//! The queue on which a service is told and asked.

use event_bus::{Queue, QueueKind};
use shared_events::control::CONTROL_EXCHANGE;

/// At most so many control messages wait for a service; older ones are of no use.
const LENGTH: u32 = 1_000;

/// A queue on which a service hears what `source` tells, and, if it owns anything, what it is asked
/// and told itself under the name `asked`.
pub fn control_queue(name: &str, source: &str, asked: Option<&str>) -> Queue {
    let queue = Queue::new(name, QueueKind::Passing { max_length: LENGTH })
        .hearing(CONTROL_EXCHANGE, format!("heartbeat.{source}"))
        .hearing(CONTROL_EXCHANGE, format!("digest.{source}"));
    match asked {
        Some(asked) => queue
            .hearing(CONTROL_EXCHANGE, format!("*.requested.{asked}"))
            .hearing(CONTROL_EXCHANGE, format!("checkpoint.{asked}")),
        None => queue,
    }
}
