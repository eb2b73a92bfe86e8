//! What RabbitMQ can do by itself: a durable exchange and a quorum queue like Colophon's, persistent
//! messages of an event's size, every one confirmed.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use futures_util::StreamExt;
use lapin::{
    BasicProperties, Channel, Connection, ConnectionProperties, Consumer, ExchangeKind,
    PublisherConfirm,
    options::{
        BasicAckOptions, BasicConsumeOptions, BasicPublishOptions, BasicQosOptions,
        ConfirmSelectOptions, ExchangeDeclareOptions, QueueBindOptions, QueueDeclareOptions,
    },
    types::{AMQPValue, FieldTable},
};

use crate::{
    failure::{Failure, Result},
    load::Metronome,
    statistics::Durations,
};

const EXCHANGE: &str = "limit";
const QUEUE: &str = "limit";
const KEY: &str = "author.created";
/// As long as the envelope of a usual event.
const BODY: usize = 600;
const PERSISTENT: u8 = 2;

/// A queue of its own on a broker, and connections to publish and to consume by.
pub(crate) struct RawQueue {
    publishing: Connection,
    consuming: Connection,
}

impl RawQueue {
    /// Declares it in the virtual host of this URL.
    ///
    /// # Errors
    /// If the broker refuses.
    pub(crate) async fn declare(url: &str) -> Result<Self> {
        let connect = || Connection::connect(url, ConnectionProperties::default());
        let queue = Self {
            publishing: connect().await?,
            consuming: connect().await?,
        };
        let channel = queue.publishing.create_channel().await?;
        let durable = ExchangeDeclareOptions {
            durable: true,
            ..ExchangeDeclareOptions::default()
        };
        let none = FieldTable::default;
        let exchange =
            channel.exchange_declare(EXCHANGE.into(), ExchangeKind::Topic, durable, none());
        exchange.await?;
        let mut arguments = FieldTable::default();
        arguments.insert(
            "x-queue-type".into(),
            AMQPValue::LongString("quorum".into()),
        );
        arguments.insert("x-single-active-consumer".into(), AMQPValue::Boolean(true));
        let declared =
            channel.queue_declare(QUEUE.into(), QueueDeclareOptions::durable(), arguments);
        declared.await?;
        let bound = channel.queue_bind(
            QUEUE.into(),
            EXCHANGE.into(),
            "#".into(),
            QueueBindOptions::default(),
            none(),
        );
        bound.await?;
        channel.close(200, "declared".into()).await?;
        Ok(queue)
    }

    /// Messages published a second, `window` of them on their way at a time.
    ///
    /// # Errors
    /// If the broker refuses one.
    pub(crate) async fn publish(&self, count: u64, window: usize) -> Result<f64> {
        let channel = self.confirming().await?;
        let body = [b'x'; BODY];
        let mut under_way = VecDeque::new();
        let began = Instant::now();
        for _ in 0..count {
            under_way.push_back(send(&channel, &body).await?);
            if under_way.len() >= window
                && let Some(oldest) = under_way.pop_front()
            {
                confirmed(oldest).await?;
            }
        }
        for last in under_way {
            confirmed(last).await?;
        }
        let took = began.elapsed();
        channel.close(200, "done".into()).await?;
        Ok(count as f64 / took.as_secs_f64())
    }

    /// Messages consumed a second, acknowledged `batch` at a time.
    ///
    /// # Errors
    /// If the broker refuses.
    pub(crate) async fn consume(&self, count: u64, batch: u16) -> Result<f64> {
        let channel = self.consuming.create_channel().await?;
        let mut consumer = consumer(&channel, batch.saturating_mul(2)).await?;
        let began = Instant::now();
        let mut got = 0;
        while got < count {
            let Some(delivery) = consumer.next().await else {
                return Err(Failure::Wrong("the broker ended the consumer".to_owned()));
            };
            got += 1;
            if got % u64::from(batch) == 0 || got == count {
                delivery?.ack(BasicAckOptions { multiple: true }).await?;
            }
        }
        let took = began.elapsed();
        channel.close(200, "done".into()).await?;
        Ok(count as f64 / took.as_secs_f64())
    }

    /// How long messages at a steady rate take from when they are due to be published to their
    /// delivery.
    ///
    /// # Errors
    /// If the broker refuses.
    pub(crate) async fn deliver(&self, per_second: f64, length: Duration) -> Result<Durations> {
        let (sending, receiving) = (
            self.confirming().await?,
            self.consuming.create_channel().await?,
        );
        let mut consumer = consumer(&receiving, 100).await?;
        let metronome = Metronome::start(per_second, length);
        let count = (per_second * length.as_secs_f64()) as usize;
        let epoch = Instant::now();
        let publishing = async {
            let mut confirms = Vec::with_capacity(count);
            while let Some(due) = metronome.tick().await {
                let mut body = [b'x'; BODY];
                let stamp = due.saturating_duration_since(epoch).as_nanos() as u64;
                if let Some(head) = body.first_chunk_mut() {
                    *head = stamp.to_le_bytes();
                }
                confirms.push(send(&sending, &body).await?);
            }
            for confirm in confirms {
                confirmed(confirm).await?;
            }
            Ok::<(), Failure>(())
        };
        let listening = async {
            let mut durations = Durations::default();
            while durations.count() < count
                && let Some(delivery) = consumer.next().await
            {
                let delivery = delivery?;
                if let Some(stamp) = delivery.data.first_chunk() {
                    let due = epoch + Duration::from_nanos(u64::from_le_bytes(*stamp));
                    durations.note(due.elapsed());
                }
                delivery.ack(BasicAckOptions::default()).await?;
            }
            Ok::<Durations, Failure>(durations)
        };
        let ((), durations) = futures_util::future::try_join(publishing, listening).await?;
        for channel in [sending, receiving] {
            channel.close(200, "done".into()).await?;
        }
        Ok(durations)
    }

    async fn confirming(&self) -> Result<Channel> {
        let channel = self.publishing.create_channel().await?;
        channel
            .confirm_select(ConfirmSelectOptions::default())
            .await?;
        Ok(channel)
    }
}

async fn send(channel: &Channel, body: &[u8]) -> Result<PublisherConfirm> {
    let properties = BasicProperties::default()
        .with_delivery_mode(PERSISTENT)
        .with_content_type("application/json".into());
    let options = BasicPublishOptions {
        mandatory: true,
        ..BasicPublishOptions::default()
    };
    let sent = channel.basic_publish(EXCHANGE.into(), KEY.into(), options, body, properties);
    Ok(sent.await?)
}

async fn confirmed(confirm: PublisherConfirm) -> Result<()> {
    if confirm.await?.is_ack() {
        return Ok(());
    }
    Err(Failure::Wrong(
        "the broker did not take a message".to_owned(),
    ))
}

async fn consumer(channel: &Channel, prefetch: u16) -> Result<Consumer> {
    channel
        .basic_qos(prefetch, BasicQosOptions::default())
        .await?;
    let consumer = channel.basic_consume(
        QUEUE.into(),
        "limit".into(),
        BasicConsumeOptions::default(),
        FieldTable::default(),
    );
    Ok(consumer.await?)
}
