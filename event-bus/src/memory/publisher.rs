//! Publishing into the in-process queues, and waiting for their subscribers.

use std::sync::Arc;

use async_trait::async_trait;
use tokio::time::timeout;

use super::{Shared, receipt::Outcome, state::Publishing};
use crate::{BusError, EventPublisher, Message, PublishError};

pub(super) struct InProcessPublisher {
    shared: Arc<Shared>,
}

impl InProcessPublisher {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }
}

#[async_trait]
impl EventPublisher for InProcessPublisher {
    async fn publish(&self, exchange: &str, messages: &[Message]) -> Result<(), PublishError> {
        let options = &self.shared.options;
        let publishing = self
            .shared
            .state()
            .enqueue(exchange, messages, options.queue_capacity)?;
        let ticket = Ticket {
            shared: &self.shared,
            publishing,
        };
        let receipt = &ticket.publishing.receipt;
        match timeout(options.publish_deadline, receipt.outcome()).await {
            Ok(Outcome::Settled) => Ok(()),
            Ok(Outcome::Cut) => Err(PublishError::Bus(BusError::Unreachable(
                "the in-process bus was closed while a publish waited".to_owned(),
            ))),
            Err(_elapsed) => Err(PublishError::Unconfirmed {
                missing: receipt.missing(),
                seconds: options.publish_deadline.as_secs(),
            }),
        }
    }

    async fn ensure_connected(&self) -> Result<(), BusError> {
        Ok(())
    }
}

/// Ends the publish however it ends: success, failure, or its future dropped.
struct Ticket<'a> {
    shared: &'a Shared,
    publishing: Publishing,
}

impl Drop for Ticket<'_> {
    fn drop(&mut self) {
        self.shared.state().end(&self.publishing);
    }
}
