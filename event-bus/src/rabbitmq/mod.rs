//! RabbitMQ, 3.10 and later, over AMQP 0-9-1.
//!
//! What the broker holds: durable topic exchanges, and per subscriber a durable quorum queue with a
//! single active consumer, bound with `#`. Messages are persistent and mandatory, and every publish
//! waits for the broker's confirms.
//!
//! Publishing and consuming use a connection each, since under a memory or disk alarm the broker
//! stops reading from a connection that publishes, acknowledgements included. The client library's
//! own recovery is off: a lost connection shows as an error, and the next call makes a new one
//! (`link`). Backing off between calls is the caller's part.

mod address;
mod channel;
mod consumer;
mod failure;
mod lane;
mod link;
mod name;
mod publisher;
mod server_version;
mod topology;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use futures_util::future::join;

use crate::{
    BusError, BusStatus, EventBus, EventConsumer, EventPublisher, Topology,
    connect::DEFAULT_PUBLISH_DEADLINE,
};
use address::Address;
use consumer::RabbitMqConsumer;
use link::{Link, LinkState};
use publisher::RabbitMqPublisher;

/// How long one question to a connected broker (open a channel, declare a queue) may take.
const ANSWER_DEADLINE: Duration = Duration::from_secs(15);

/// Settings of a [`RabbitMqBus`].
#[derive(Debug, Clone)]
pub struct RabbitMqOptions {
    /// The connections' name in the management UI; ` (publishing)` or ` (consuming)` is added.
    pub client_name: String,
    /// How long a publish waits for the broker's confirms.
    pub publish_deadline: Duration,
    /// How long connecting may take, unless the URL sets `connection_timeout` (in ms).
    pub connect_timeout: Duration,
    /// AMQP heartbeat in seconds, unless the URL sets `heartbeat`. A connection that is silent for
    /// twice as long is lost.
    pub heartbeat_seconds: u16,
    /// How long a queue for replies stays while it has no consumer, at least 1 ms. All programs
    /// that declare the same queue must agree.
    pub reply_expires: Duration,
}

impl Default for RabbitMqOptions {
    fn default() -> Self {
        Self {
            client_name: "colophon".to_owned(),
            publish_deadline: DEFAULT_PUBLISH_DEADLINE,
            connect_timeout: Duration::from_secs(5),
            heartbeat_seconds: 10,
            reply_expires: Duration::from_secs(60),
        }
    }
}

/// A RabbitMQ broker.
pub struct RabbitMqBus {
    publishing: Arc<Link>,
    consuming: Arc<Link>,
    publish_deadline: Duration,
    reply_expires: Duration,
}

impl RabbitMqBus {
    /// The broker at `url`: `amqp://user:password@host:5672/vhost`, `amqps://…` for TLS. Without a
    /// virtual host, or with a bare `/`, it is the default one. Only parses: the first use connects.
    ///
    /// # Errors
    /// [`BusError::Refused`] if `url` can't be understood; the text never contains the password.
    pub fn new(url: &str, options: RabbitMqOptions) -> Result<Self, BusError> {
        let address = Address::parse(url, &options)?;
        let link = |purpose: &str| {
            let name = format!("{} ({purpose})", options.client_name);
            Arc::new(Link::new(address.clone(), name))
        };
        Ok(Self {
            publishing: link("publishing"),
            consuming: link("consuming"),
            publish_deadline: options.publish_deadline,
            reply_expires: options.reply_expires,
        })
    }
}

#[async_trait]
impl EventBus for RabbitMqBus {
    async fn declare(&self, topology: &Topology) -> Result<(), BusError> {
        topology::declare(&self.publishing, topology, self.reply_expires).await
    }

    fn publisher(&self) -> Arc<dyn EventPublisher> {
        Arc::new(RabbitMqPublisher::new(
            Arc::clone(&self.publishing),
            self.publish_deadline,
        ))
    }

    fn consumer(&self, queue: &str) -> Box<dyn EventConsumer> {
        Box::new(RabbitMqConsumer::new(Arc::clone(&self.consuming), queue))
    }

    fn status(&self) -> BusStatus {
        match (self.publishing.state(), self.consuming.state()) {
            (LinkState::Up, LinkState::Up | LinkState::Unused)
            | (LinkState::Unused, LinkState::Up) => BusStatus::Connected,
            (LinkState::Down, _)
            | (_, LinkState::Down)
            | (LinkState::Unused, LinkState::Unused) => BusStatus::Disconnected,
        }
    }

    async fn close(&self) {
        join(self.publishing.close(), self.consuming.close()).await;
    }
}
