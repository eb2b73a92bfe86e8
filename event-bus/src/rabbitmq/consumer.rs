//! Consuming one queue over a channel of its own.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use async_trait::async_trait;
use futures_util::{FutureExt, StreamExt};
use lapin::{Acker, Consumer, message::Delivery as Received, options::BasicAckOptions};
use tokio::time::{Instant, timeout, timeout_at};

use super::{
    ANSWER_DEADLINE,
    channel::OwnChannel,
    failure::{bus_error, is_not_found, no_answer},
    link::Link,
    name::name,
};
use crate::{BusError, ConsumeError, Delivery, DeliveryTag, EventConsumer};

/// At least so many deliveries are handed to a consumer before it acknowledges any.
const LEAST_PREFETCH: usize = 64;

/// A subscription that brought nothing for so long is made anew. The broker may not tell the
/// consumer of a queue that was deleted and declared again at once: it lists it as the new queue's
/// consumer, and hands it nothing of what is there (seen with a quorum queue of 3.10). A new
/// subscription gets it.
const RENEW_AFTER: Duration = Duration::from_secs(15);

pub(super) struct RabbitMqConsumer {
    link: Arc<Link>,
    queue: String,
    last_session: u64,
    session: Option<Session>,
}

impl RabbitMqConsumer {
    pub(super) fn new(link: Arc<Link>, queue: &str) -> Self {
        Self {
            link,
            queue: queue.to_owned(),
            last_session: 0,
            session: None,
        }
    }

    async fn subscribe(&self, number: u64, prefetch: u16) -> Result<Session, BusError> {
        let queue = name("queue name", &self.queue)?;
        let mut channel = self.link.channel().await?;
        let subscribing = channel.subscribe(queue, prefetch);
        match timeout(ANSWER_DEADLINE, subscribing).await {
            Ok(Ok(deliveries)) => Ok(Session {
                number,
                deliveries,
                unacknowledged: VecDeque::new(),
                last_acknowledged: 0,
                heard: Instant::now(),
                channel,
            }),
            // It is made when the topology is declared, which may be yet to come.
            Ok(Err(error)) if is_not_found(&error) => Err(BusError::Unreachable(format!(
                "queue {} is not there",
                self.queue
            ))),
            Ok(Err(error)) => Err(bus_error(&error, self.link.address())),
            Err(_elapsed) => Err(no_answer(self.link.address(), ANSWER_DEADLINE)),
        }
    }
}

#[async_trait]
impl EventConsumer for RabbitMqConsumer {
    async fn next_batch(&mut self, max: usize) -> Result<Vec<Delivery>, ConsumeError> {
        loop {
            let session = match &mut self.session {
                Some(session) => session,
                None => {
                    self.last_session += 1;
                    let session = self.subscribe(self.last_session, prefetch(max)).await?;
                    self.session.insert(session)
                }
            };
            let lost = match session.next_batch(max.max(1)).await {
                Ok(batch) => return Ok(batch),
                Err(lost) => lost,
            };
            self.session = None;
            let error = match lost {
                Lost::Silent => continue,
                Lost::Error(error) => bus_error(&error, self.link.address()),
                Lost::Ended => BusError::Unreachable(format!(
                    "the broker ended the subscription to queue {}",
                    self.queue
                )),
            };
            return Err(error.into());
        }
    }

    async fn ack(&mut self, through: DeliveryTag) -> Result<(), ConsumeError> {
        let Some(session) = &mut self.session else {
            return Err(ConsumeError::Stale);
        };
        if session.number != through.session {
            return Err(ConsumeError::Stale);
        }
        if session.ack(through.number).await {
            return Ok(());
        }
        // What of it the broker has seen is unknown; with the channel gone, the rest comes again.
        self.session = None;
        Err(ConsumeError::Stale)
    }
}

/// Three batches of `max`: two in work, one on its way. Who asks for few at a time may not have the memory
/// for many.
fn prefetch(max: usize) -> u16 {
    let three = max.saturating_mul(3).max(LEAST_PREFETCH);
    u16::try_from(three).unwrap_or(u16::MAX)
}

/// One subscription over one channel, until either is lost.
struct Session {
    number: u64,
    deliveries: Consumer,
    /// What was handed out, oldest first, by the broker's delivery tag.
    unacknowledged: VecDeque<(u64, Acker)>,
    last_acknowledged: u64,
    /// When the last delivery came, or it began.
    heard: Instant,
    /// Closed with the session.
    channel: OwnChannel,
}

/// Why a session gives no more deliveries.
enum Lost {
    Error(lapin::Error),
    /// The queue was deleted or has moved, or the connection was closed.
    Ended,
    /// Nothing came for [`RENEW_AFTER`], and nothing is in the caller's hands.
    Silent,
}

impl Session {
    /// Waits for one delivery; the rest is what the client library holds already. Nothing is taken
    /// out before it can be returned, so a caller may stop waiting at any time.
    async fn next_batch(&mut self, max: usize) -> Result<Vec<Delivery>, Lost> {
        let first = self.channel.while_open(self.deliveries.next());
        let first = if self.unacknowledged.is_empty() {
            timeout_at(self.heard + RENEW_AFTER, first)
                .await
                .map_err(|_elapsed| Lost::Silent)?
        } else {
            first.await
        };
        self.heard = Instant::now();
        let mut batch = vec![self.hand_out(first.flatten())?];
        while batch.len() < max {
            match self.deliveries.next().now_or_never() {
                Some(next) => batch.push(self.hand_out(next)?),
                None => break,
            }
        }
        Ok(batch)
    }

    fn hand_out(&mut self, next: Option<lapin::Result<Received>>) -> Result<Delivery, Lost> {
        let received = next.ok_or(Lost::Ended)?.map_err(Lost::Error)?;
        let number = received.delivery_tag;
        self.unacknowledged.push_back((number, received.acker));
        Ok(Delivery {
            tag: DeliveryTag {
                session: self.number,
                number,
            },
            routing_key: received.routing_key.to_string(),
            body: received.data.into(),
            redelivered: received.redelivered,
        })
    }

    /// Acknowledges through `number`; whether that was sent.
    async fn ack(&mut self, number: u64) -> bool {
        if number <= self.last_acknowledged {
            return true;
        }
        let handed_out = self
            .unacknowledged
            .partition_point(|(given, _)| *given <= number);
        let acker = handed_out
            .checked_sub(1)
            .and_then(|last| self.unacknowledged.get(last))
            .filter(|(given, _)| *given == number)
            .map(|(_, acker)| acker.clone());
        let Some(acker) = acker else {
            return false;
        };
        // `Ok(false)` means that the channel is gone and nothing was sent.
        let sending = acker.ack(BasicAckOptions { multiple: true });
        if !matches!(self.channel.while_open(sending).await, Some(Ok(true))) {
            return false;
        }
        self.unacknowledged.drain(..handed_out);
        self.last_acknowledged = number;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_prefetch_is_three_batches_within_bounds() {
        assert_eq!([1, 64, 256].map(prefetch), [64, 192, 768]);
        assert_eq!(prefetch(usize::MAX), u16::MAX);
    }
}
