//! Publishing with confirms.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use lapin::{
    BasicProperties, Channel, Confirmation, PublisherConfirm,
    options::{BasicPublishOptions, ConfirmSelectOptions},
    types::ShortString,
};
use tokio::time::{Instant, timeout, timeout_at};

use super::{
    ANSWER_DEADLINE,
    channel::OwnChannel,
    failure::{bus_error, is_not_found, no_answer},
    link::Link,
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
            if channel.status().connected() {
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
        let until = Instant::now() + self.deadline;
        let unconfirmed = |missing| PublishError::Unconfirmed {
            missing,
            seconds: self.deadline.as_secs(),
        };
        let channel = timeout_at(until, self.lease())
            .await
            .map_err(|_elapsed| unconfirmed(messages.len()))??;
        let batch = Batch {
            channel: &channel,
            exchange,
            messages,
            until,
        };
        batch.publish().await.map_err(|failure| match failure {
            Failure::Late { missing } => unconfirmed(missing),
            Failure::Unroutable { count, first } => PublishError::Unroutable { count, first },
            Failure::Nacked { count, first } => PublishError::Nacked { count, first },
            Failure::Broker(error) => bus_error(&error, self.link.address()).into(),
        })?;
        self.keep(channel);
        Ok(())
    }

    async fn ensure_connected(&self) -> Result<(), BusError> {
        self.link.unblocked().await.map(drop)
    }
}

struct Batch<'a> {
    channel: &'a Channel,
    exchange: &'a str,
    messages: &'a [Message],
    until: Instant,
}

enum Failure {
    Broker(lapin::Error),
    Late { missing: usize },
    Unroutable { count: usize, first: uuid::Uuid },
    Nacked { count: usize, first: uuid::Uuid },
}

impl Batch<'_> {
    async fn publish(&self) -> Result<(), Failure> {
        let mut confirms = Vec::with_capacity(self.messages.len());
        let mut cut_short = None;
        for message in self.messages {
            match timeout_at(self.until, self.send(message)).await {
                Ok(Ok(confirm)) => confirms.push(confirm),
                Ok(Err(error)) => {
                    // The channel is closed. Why, the confirms that wait on it say.
                    cut_short = Some(error);
                    break;
                }
                Err(_elapsed) => return Err(self.late(0)),
            }
        }

        // A returned message arrives with whichever confirm the library handles next, which may be
        // another message's, so it is known by its own id alone.
        let mut returned = HashSet::new();
        let mut nacked = Vec::new();
        for (index, (message, confirm)) in self.messages.iter().zip(confirms).enumerate() {
            let confirmation = timeout_at(self.until, confirm)
                .await
                .map_err(|_elapsed| self.late(index))?
                .map_err(|error| self.explain(error))?;
            if confirmation.is_nack() {
                nacked.push(message.id);
            }
            returned.extend(returned_id(confirmation));
        }
        if let Some(error) = cut_short {
            return Err(self.explain(error));
        }

        let unroutable = |message: &&Message| returned.contains(&Some(id_of(message)));
        if let Some(first) = self.messages.iter().find(unroutable) {
            return Err(Failure::Unroutable {
                count: self.messages.iter().filter(unroutable).count(),
                first: first.id,
            });
        }
        match nacked.first() {
            Some(&first) => Err(Failure::Nacked {
                count: nacked.len(),
                first,
            }),
            None => Ok(()),
        }
    }

    async fn send(&self, message: &Message) -> lapin::Result<PublisherConfirm> {
        let options = BasicPublishOptions {
            mandatory: true,
            ..BasicPublishOptions::default()
        };
        self.channel
            .basic_publish(
                self.exchange.into(),
                message.routing_key.as_str().into(),
                options,
                &message.body,
                properties(message),
            )
            .await
    }

    fn late(&self, confirmed: usize) -> Failure {
        Failure::Late {
            missing: self.messages.len() - confirmed,
        }
    }

    fn explain(&self, error: lapin::Error) -> Failure {
        match self.messages.first() {
            // The exchange does not exist. The broker answers by closing the channel.
            Some(first) if is_not_found(&error) => Failure::Unroutable {
                count: self.messages.len(),
                first: first.id,
            },
            _ => Failure::Broker(error),
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

/// The id of the message that came back with `confirmation`, if one did.
fn returned_id(confirmation: Confirmation) -> Option<Option<ShortString>> {
    let returned = confirmation.take_message()?;
    Some(returned.properties.message_id().clone())
}
