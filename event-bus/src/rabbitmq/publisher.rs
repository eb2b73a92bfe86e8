//! Publishing with confirms.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use lapin::{options::ConfirmSelectOptions, types::ShortString};
use tokio::time::{Instant, timeout, timeout_at};
use uuid::Uuid;

use super::{
    ANSWER_DEADLINE,
    failure::{bus_error, is_not_found, no_answer},
    lane::Lane,
    link::Link,
    name::name,
};
use crate::{BusError, EventPublisher, Message, PublishError};

pub(super) struct RabbitMqPublisher {
    link: Arc<Link>,
    deadline: Duration,
    /// By exchange, since an exchange that is missing costs the channel.
    lanes: Mutex<HashMap<ShortString, Arc<Lane>>>,
    /// Held while a lane is made, so that publishes that begin together share one, in their order.
    making: tokio::sync::Mutex<()>,
}

impl RabbitMqPublisher {
    pub(super) fn new(link: Arc<Link>, deadline: Duration) -> Self {
        Self {
            link,
            deadline,
            lanes: Mutex::default(),
            making: tokio::sync::Mutex::default(),
        }
    }

    async fn lane(&self, exchange: &ShortString) -> Result<Arc<Lane>, BusError> {
        self.link.unblocked().await?;
        let _making = self.making.lock().await;
        let known = self.lanes().get(exchange).cloned();
        if let Some(lane) = known.filter(|lane| lane.is_open()) {
            return Ok(lane);
        }
        let channel = self.link.channel().await?;
        let confirms = channel.confirm_select(ConfirmSelectOptions::default());
        match timeout(ANSWER_DEADLINE, confirms).await {
            Ok(Ok(())) => {
                let lane = Arc::new(Lane::new(channel));
                self.lanes().insert(exchange.clone(), Arc::clone(&lane));
                Ok(lane)
            }
            Ok(Err(error)) => Err(bus_error(&error, self.link.address())),
            Err(_elapsed) => Err(no_answer(self.link.address(), ANSWER_DEADLINE)),
        }
    }

    fn lanes(&self) -> MutexGuard<'_, HashMap<ShortString, Arc<Lane>>> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl EventPublisher for RabbitMqPublisher {
    async fn publish(&self, exchange: &str, messages: &[Message]) -> Result<(), PublishError> {
        if messages.is_empty() {
            return Ok(());
        }
        let batch = Batch {
            publisher: self,
            exchange: name("exchange name", exchange)?,
            messages,
            until: Instant::now() + self.deadline,
        };
        batch.publish().await
    }

    async fn ensure_connected(&self) -> Result<(), BusError> {
        self.link.unblocked().await.map(drop)
    }
}

struct Batch<'a> {
    publisher: &'a RabbitMqPublisher,
    exchange: ShortString,
    messages: &'a [Message],
    until: Instant,
}

impl Batch<'_> {
    async fn publish(&self) -> Result<(), PublishError> {
        let routing_keys = self
            .messages
            .iter()
            .map(|message| name("routing key", &message.routing_key))
            .collect::<Result<Vec<_>, _>>()?;
        let lane = timeout_at(self.until, self.publisher.lane(&self.exchange))
            .await
            .map_err(|_elapsed| self.late(0))??;
        let mut use_of_lane = UseOfLane {
            batch: self,
            lane: &lane,
            ended_well: false,
        };
        let last = lane.send(
            &self.exchange,
            self.messages.iter().cloned().zip(routing_keys),
        );
        fail_point::reach("after_publish");
        timeout_at(self.until, lane.settle(last))
            .await
            .map_err(|_elapsed| {
                let before = last - self.messages.len() as u64;
                self.late(lane.settled().saturating_sub(before))
            })?
            .map_err(|error| self.failed(&error))?;
        self.taken(&lane)?;
        use_of_lane.ended_well = true;
        Ok(())
    }

    /// Whether the broker has taken every message, once that is known of each.
    fn taken(&self, lane: &Lane) -> Result<(), PublishError> {
        let refused = lane.refused();
        if let Some((count, first)) = self.count(|id| refused.returned.contains(id)) {
            return Err(PublishError::Unroutable { count, first });
        }
        match self.count(|id| refused.nacked.contains(id)) {
            Some((count, first)) => Err(PublishError::Nacked { count, first }),
            None => Ok(()),
        }
    }

    fn late(&self, confirmed: u64) -> PublishError {
        let confirmed = usize::try_from(confirmed).unwrap_or(usize::MAX);
        PublishError::Unconfirmed {
            missing: self.messages.len().saturating_sub(confirmed),
            seconds: self.publisher.deadline.as_secs(),
        }
    }

    fn failed(&self, error: &lapin::Error) -> PublishError {
        // The exchange does not exist. The broker answers by closing the channel.
        let missing = is_not_found(error).then(|| self.count(|_| true)).flatten();
        match missing {
            Some((count, first)) => PublishError::Unroutable { count, first },
            None => bus_error(error, self.publisher.link.address()).into(),
        }
    }

    /// How many messages are such, and the first; `None` if none is.
    fn count(&self, is_such: impl Fn(&Uuid) -> bool) -> Option<(usize, Uuid)> {
        let mut ids = self.messages.iter().map(|message| message.id);
        let first = ids.find(|id| is_such(id))?;
        Some((1 + ids.filter(|id| is_such(id)).count(), first))
    }
}

/// A lane is not used again unless all went well: confirms and returns may still be under way on
/// it. Publishes that are under way on it end there; then it is closed.
struct UseOfLane<'a> {
    batch: &'a Batch<'a>,
    lane: &'a Arc<Lane>,
    ended_well: bool,
}

impl Drop for UseOfLane<'_> {
    fn drop(&mut self) {
        if self.ended_well {
            return;
        }
        let mut lanes = self.batch.publisher.lanes();
        let exchange = &self.batch.exchange;
        if lanes
            .get(exchange)
            .is_some_and(|known| Arc::ptr_eq(known, self.lane))
        {
            lanes.remove(exchange);
        }
    }
}
