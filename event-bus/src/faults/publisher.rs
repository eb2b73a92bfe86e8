//! Publishing into a bus that fails at times.

use std::sync::Arc;

use async_trait::async_trait;

use super::{client::Client, fate::PublishFate};
use crate::{BusError, EventPublisher, Message, PublishError};

pub(super) struct FaultyPublisher {
    client: Client,
    inner: Arc<dyn EventPublisher>,
}

impl FaultyPublisher {
    pub(super) fn new(client: Client, inner: Arc<dyn EventPublisher>) -> Self {
        Self { client, inner }
    }

    async fn meet_fate(&self, exchange: &str, messages: &[Message]) -> Result<(), PublishError> {
        match self.client.air().publish_fate(messages) {
            PublishFate::Refused { arrives, error } => {
                if !arrives.is_empty() {
                    self.inner.publish(exchange, &messages[arrives]).await?;
                }
                Err(error)
            }
            PublishFate::Accepted { now, later } => {
                for (message, delay) in later {
                    let air = self.client.air();
                    air.deliver_later(Arc::clone(&self.inner), exchange, message, delay);
                }
                if now.is_empty() && !messages.is_empty() {
                    return Ok(());
                }
                self.inner.publish(exchange, &now).await
            }
        }
    }
}

#[async_trait]
impl EventPublisher for FaultyPublisher {
    async fn publish(&self, exchange: &str, messages: &[Message]) -> Result<(), PublishError> {
        tokio::select! {
            biased;
            error = self.client.cut_off() => Err(error.into()),
            published = self.meet_fate(exchange, messages) => published,
        }
    }

    async fn ensure_connected(&self) -> Result<(), BusError> {
        tokio::select! {
            biased;
            error = self.client.cut_off() => Err(error),
            connected = self.inner.ensure_connected() => connected,
        }
    }
}
