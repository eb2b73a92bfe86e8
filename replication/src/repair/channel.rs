//! Sends control messages.

use std::sync::Arc;

use event_bus::{EventBus, EventPublisher, Message, PublishError, Topology};
use shared_events::control::{CONTROL_EXCHANGE, ControlMessage};
use tracing::{debug, warn};
use uuid::Uuid;

use super::RepairParts;

/// The exchange without a name, which leads to the queue that the routing key names.
const DIRECT: &str = "";

/// Speaks to other services.
#[derive(Clone)]
pub(super) struct Channel {
    bus: Arc<dyn EventBus>,
    topology: Topology,
    publisher: Arc<dyn EventPublisher>,
}

impl Channel {
    pub(super) fn new(parts: &RepairParts) -> Self {
        Self {
            bus: Arc::clone(&parts.bus),
            topology: parts.topology.clone(),
            publisher: parts.bus.publisher(),
        }
    }

    /// Makes sure that this service's queues and bindings are there. Returns whether they are.
    pub(super) async fn declare(&self) -> bool {
        match self.bus.declare(&self.topology).await {
            Ok(()) => true,
            Err(error) => {
                warn!(%error, "queues and bindings could not be declared");
                false
            }
        }
    }

    /// Tells everybody who listens. That it gets lost, or nobody listens, is no error.
    pub(super) async fn tell(&self, message: &ControlMessage) {
        if let Err(error) = self
            .send(CONTROL_EXCHANGE, &message.routing_key(), message)
            .await
        {
            debug!(%error, message = message.kind(), "a control message was not sent");
        }
    }

    /// Answers into the queue that the request named.
    ///
    /// # Errors
    /// [`PublishError::Unroutable`] if the asker's queue is gone, [`PublishError::Nacked`] if it is
    /// full.
    pub(super) async fn answer(
        &self,
        reply_to: &str,
        message: &ControlMessage,
    ) -> Result<(), PublishError> {
        self.send(DIRECT, reply_to, message).await
    }

    /// Sends encoded messages into the queue that the request named.
    pub(super) async fn send_all(
        &self,
        reply_to: &str,
        messages: impl IntoIterator<Item = (Uuid, Vec<u8>)>,
    ) -> Result<(), PublishError> {
        let messages: Vec<_> = messages
            .into_iter()
            .map(|(id, body)| Message {
                id,
                routing_key: reply_to.to_owned(),
                body: body.into(),
            })
            .collect();
        self.publisher.publish(DIRECT, &messages).await
    }

    async fn send(
        &self,
        exchange: &str,
        routing_key: &str,
        message: &ControlMessage,
    ) -> Result<(), PublishError> {
        let body = match message.encode() {
            Ok(body) => body,
            Err(error) => {
                warn!(%error, message = message.kind(), "a control message can't be written");
                return Ok(());
            }
        };
        let message = Message {
            id: new_id(),
            routing_key: routing_key.to_owned(),
            body: body.into(),
        };
        self.publisher.publish(exchange, &[message]).await
    }
}

/// An id that nobody else has.
pub(crate) fn new_id() -> Uuid {
    uuid::Builder::from_random_bytes(fastrand::u128(..).to_le_bytes()).into_uuid()
}
