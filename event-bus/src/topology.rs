//! Which exchanges and queues exist, and which queue hears which exchange.

/// Everything that must exist before the first publish. Declaring it again changes nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Topology {
    /// Names of the durable topic exchanges.
    pub exchanges: Vec<String>,
    /// The durable queues and what they hear.
    pub queues: Vec<Queue>,
}

/// One subscriber's durable queue. It gets every message of the exchanges it is bound to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queue {
    /// Name of the queue, unique on the broker.
    pub name: String,
    /// Names of the exchanges whose every message (`#`) it gets.
    pub exchanges: Vec<String>,
}
