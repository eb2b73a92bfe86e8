//! Which exchanges and queues exist, and which queue hears what.

/// Everything that must exist before the first publish. Declaring it again changes nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Topology {
    /// Names of the durable topic exchanges.
    pub exchanges: Vec<String>,
    /// The queues and what they hear.
    pub queues: Vec<Queue>,
}

/// One subscriber's queue. At most one consumer of it is served at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queue {
    /// Name of the queue, unique on the broker.
    pub name: String,
    /// What it keeps.
    pub kind: QueueKind,
    /// What it hears. A message that matches several of them comes once.
    pub bindings: Vec<Binding>,
}

/// What a queue keeps, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QueueKind {
    /// Everything, until its consumer has acknowledged it, however long that is away.
    Lasting,
    /// What is only of use now: at most `max_length` messages, of which the oldest go first, none
    /// for more than a minute. A publish never waits for its consumer. The queue itself goes once
    /// it was without one for an hour.
    Passing {
        /// The most messages it holds.
        max_length: u32,
    },
    /// Answers to one question: at most `max_length` messages; a publish that does not fit is
    /// refused ([`PublishError::Nacked`](crate::PublishError::Nacked)) and may be tried again. The
    /// queue itself goes soon after its consumer has gone.
    Reply {
        /// The most messages it holds.
        max_length: u32,
    },
}

/// Which messages of an exchange a queue hears.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Binding {
    /// Name of the exchange.
    pub exchange: String,
    /// Pattern of the routing key, in words with dots between them: `*` stands for one word, `#`
    /// for any number of words (AMQP 0-9-1, section 3.1.3.3).
    pub pattern: String,
}

impl Queue {
    /// A queue of this kind that hears nothing yet.
    #[must_use]
    pub fn new(name: impl Into<String>, kind: QueueKind) -> Self {
        Self {
            name: name.into(),
            kind,
            bindings: Vec::new(),
        }
    }

    /// The same queue, which also hears what of `exchange` matches `pattern`.
    #[must_use]
    pub fn hearing(mut self, exchange: impl Into<String>, pattern: impl Into<String>) -> Self {
        self.bindings.push(Binding {
            exchange: exchange.into(),
            pattern: pattern.into(),
        });
        self
    }

    /// The same queue, which also hears all of `exchange`.
    #[must_use]
    pub fn hearing_all(self, exchange: impl Into<String>) -> Self {
        self.hearing(exchange, "#")
    }
}
