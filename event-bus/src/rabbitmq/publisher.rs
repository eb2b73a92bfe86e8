//! Publishing with confirms.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use lapin::{
    BasicProperties, Channel, PublisherConfirm,
    options::{BasicPublishOptions, ConfirmSelectOptions},
    types::ShortString,
};
use tokio::time::{Instant, timeout, timeout_at};

use super::{
    ANSWER_DEADLINE,
    channel::OwnChannel,
    failure::{bus_error, is_not_found, no_answer},
    link::Link,
    name::name,
};
use crate::{BusError, EventPublisher, Message, PublishError};

/// Delivery mode 2 (AMQP 0-9-1, "basic" properties).
const PERSISTENT: u8 = 2;

/// How many channels a publisher keeps for its next calls.
const IDLE_CHANNELS: usize = 8;

pub(super) struct RabbitMqPublisher {
    link: Arc<Link>,
    deadline: Duration,
    /// Channels in confirm mode with nothing outstanding. Each call has one to itself, so that
    /// whatever comes back on it belongs to that call's batch.
    idle: Mutex<Vec<OwnChannel>>,
}

impl RabbitMqPublisher {
    pub(super) fn new(link: Arc<Link>, deadline: Duration) -> Self {
        Self {
            link,
            deadline,
            idle: Mutex::default(),
        }
    }

    async fn lease(&self) -> Result<OwnChannel, BusError> {
        self.link.unblocked().await?;
        while let Some(channel) = self.pop() {
            if channel.is_open() {
                return Ok(channel);
            }
        }
        let channel = self.link.channel().await?;
        let confirms = channel.confirm_select(ConfirmSelectOptions::default());
        match timeout(ANSWER_DEADLINE, confirms).await {
            Ok(Ok(())) => Ok(channel),
            Ok(Err(error)) => Err(bus_error(&error, self.link.address())),
            Err(_elapsed) => Err(no_answer(self.link.address(), ANSWER_DEADLINE)),
        }
    }

    fn pop(&self) -> Option<OwnChannel> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.pop()
    }

    /// Keeps the channel of a publish that was confirmed whole. Any other is closed: confirms and
    /// returns may still be under way on it.
    fn keep(&self, channel: OwnChannel) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < IDLE_CHANNELS {
            idle.push(channel);
        }
    }
}

#[async_trait]
impl EventPublisher for RabbitMqPublisher {
    async fn publish(&self, exchange: &str, messages: &[Message]) -> Result<(), PublishError> {
        if messages.is_empty() {
            return Ok(());
        }
        let batch = Batch {
            link: &self.link,
            exchange: name("exchange name", exchange)?,
            routing_keys: messages
                .iter()
                .map(|message| name("routing key", &message.routing_key))
                .collect::<Result<_, _>>()?,
            messages,
            deadline: self.deadline,
            until: Instant::now() + self.deadline,
        };
        let channel = timeout_at(batch.until, self.lease())
            .await
            .map_err(|_elapsed| batch.late(0))??;
        batch.publish(&channel).await?;
        self.keep(channel);
        Ok(())
    }

    async fn ensure_connected(&self) -> Result<(), BusError> {
        self.link.unblocked().await.map(drop)
    }
}

struct Batch<'a> {
    link: &'a Link,
    exchange: ShortString,
    /// One per message.
    routing_keys: Vec<ShortString>,
    messages: &'a [Message],
    deadline: Duration,
    until: Instant,
}

impl Batch<'_> {
    async fn publish(&self, channel: &Channel) -> Result<(), PublishError> {
        let mut confirms = Vec::with_capacity(self.messages.len());
        let mut cut_short = None;
        for (message, routing_key) in self.messages.iter().zip(&self.routing_keys) {
            let sending = self.send(channel, message, routing_key.clone());
            match timeout_at(self.until, sending).await {
                Ok(Ok(confirm)) => confirms.push(confirm),
                Ok(Err(error)) => {
                    // The channel is closed. Why, the confirms that wait on it say.
                    cut_short = Some(error);
                    break;
                }
                Err(_elapsed) => return Err(self.late(0)),
            }
        }

        fail_point::reach("after_publish");

        // A returned message arrives with whichever confirm the library handles next, which may be
        // another message's, so it is known by its own id alone.
        let mut returned = HashSet::new();
        let mut nacked = Vec::new();
        for (index, (message, confirm)) in self.messages.iter().zip(confirms).enumerate() {
            let confirmation = timeout_at(self.until, confirm)
                .await
                .map_err(|_elapsed| self.late(index))?
                .map_err(|error| self.failed(&error))?;
            if confirmation.is_nack() {
                nacked.push(message.id);
            }
            if let Some(message) = confirmation.take_message() {
                returned.insert(message.properties.message_id().clone());
            }
        }
        if let Some(error) = cut_short {
            return Err(self.failed(&error));
        }
        if !returned.is_empty() {
            return Err(self.unroutable(|message| returned.contains(&Some(id_of(message)))));
        }
        match nacked.first() {
            Some(&first) => Err(PublishError::Nacked {
                count: nacked.len(),
                first,
            }),
            None => Ok(()),
        }
    }

    async fn send(
        &self,
        channel: &Channel,
        message: &Message,
        routing_key: ShortString,
    ) -> lapin::Result<PublisherConfirm> {
        let options = BasicPublishOptions {
            mandatory: true,
            ..BasicPublishOptions::default()
        };
        channel
            .basic_publish(
                self.exchange.clone(),
                routing_key,
                options,
                &message.body,
                properties(message),
            )
            .await
    }

    fn late(&self, confirmed: usize) -> PublishError {
        PublishError::Unconfirmed {
            missing: self.messages.len() - confirmed,
            seconds: self.deadline.as_secs(),
        }
    }

    fn failed(&self, error: &lapin::Error) -> PublishError {
        if is_not_found(error) {
            // The exchange does not exist. The broker answers by closing the channel.
            return self.unroutable(|_| true);
        }
        bus_error(error, self.link.address()).into()
    }

    fn unroutable(&self, is_unroutable: impl Fn(&Message) -> bool) -> PublishError {
        let mut ids = self
            .messages
            .iter()
            .filter(|message| is_unroutable(message))
            .map(|message| message.id);
        let first = ids.next();
        PublishError::Unroutable {
            count: first.iter().len() + ids.count(),
            first: first.unwrap_or_default(),
        }
    }
}

fn properties(message: &Message) -> BasicProperties {
    BasicProperties::default()
        .with_message_id(id_of(message))
        .with_content_type("application/json".into())
        .with_delivery_mode(PERSISTENT)
}

fn id_of(message: &Message) -> ShortString {
    message.id.to_string().into()
}
