//! Takes events from the bus and settles them: each batch in one transaction with the checkpoint,
//! committed before it is acknowledged.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use event_bus::{BusError, ConsumeError, Delivery, EventBus, EventConsumer, Topology};
use shared_events::RecordVersion;
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};
use uuid::Uuid;

use crate::{
    StoreError,
    backoff::Backoff,
    checkpoint::Checkpoint,
    parked::{ParkedMessage, ParkedMessages, RetrySchedule, message_id},
};

/// At most so many deliveries are settled in one transaction.
pub const BATCH: usize = 256;

/// Where an event stands in its producer's log.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Name of the producer.
    pub producer: String,
    /// Epoch of its log.
    pub epoch: i64,
    /// Sequence in its log.
    pub sequence: i64,
}

/// A decoded event on its way into a cache.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incoming<E> {
    /// Where it stands in its producer's log.
    pub position: Position,
    /// Identifies the event.
    pub event_id: Uuid,
    /// Its type, as written on the wire.
    pub event_type: String,
    /// The request that led to it.
    pub correlation_id: String,
    /// How new the state is that it carries.
    pub version: RecordVersion,
    /// What happened; `None` if this consumer does not care for the type: it is settled only.
    pub event: Option<E>,
}

/// Why bytes could not be decoded, and what could be read all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Poison {
    /// Where it stands in its producer's log.
    pub position: Option<Position>,
    /// The event's id.
    pub event_id: Option<Uuid>,
    /// The event's type.
    pub event_type: Option<String>,
    /// What is wrong with it.
    pub reason: String,
}

/// Reads the bytes of a message. Pure.
pub type Decode<E> = fn(&[u8]) -> Result<Incoming<E>, Box<Poison>>;

/// What is written beside the events of a batch, in the same transaction.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ledger {
    /// What is settled by this batch, parked messages included.
    pub settled: Vec<Position>,
    /// Messages to park, or to park again with a later attempt.
    pub park: Vec<ParkedMessage>,
    /// Parked messages that were applied and may go.
    pub unpark: Vec<Uuid>,
}

/// A service's cache, as the inbox sees it.
#[async_trait]
pub trait Settle<E>: Send + Sync {
    /// In ONE transaction: applies `events` (a state is taken only if it is newer than what is
    /// held) and writes `ledger`. MUST be idempotent, and MUST NOT depend on the order of events.
    ///
    /// # Errors
    /// [`StoreError::Data`] if an event can never be applied; nothing is written then.
    async fn settle(&self, events: &[&Incoming<E>], ledger: &Ledger) -> Result<(), StoreError>;
}

/// How far each producer is settled, by producer and epoch.
#[async_trait]
pub trait Checkpoints: Send + Sync {
    /// All of them.
    async fn checkpoints(&self) -> Result<BTreeMap<(String, i64), Checkpoint>, StoreError>;
}

/// The one task of a service that listens to the bus.
pub struct Inbox<E> {
    queue: &'static str,
    topology: Topology,
    bus: Arc<dyn EventBus>,
    decode: Decode<E>,
    settle: Arc<dyn Settle<E>>,
    parked: Arc<dyn ParkedMessages>,
    now: Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>,
    retries: RetrySchedule,
}

/// A message and what became of decoding it.
struct Item<E> {
    body: Bytes,
    incoming: Incoming<E>,
    /// Set when it comes from the parked table rather than from the bus.
    parked_before: Option<ParkedMessage>,
}

impl<E: Send + Sync + 'static> Inbox<E> {
    /// An inbox that takes `queue`'s messages to `settle`. It declares `topology` first.
    #[expect(
        clippy::too_many_arguments,
        reason = "the parts of an inbox, wired in one place"
    )]
    pub fn new(
        queue: &'static str,
        topology: Topology,
        bus: Arc<dyn EventBus>,
        decode: Decode<E>,
        settle: Arc<dyn Settle<E>>,
        parked: Arc<dyn ParkedMessages>,
        now: Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>,
        retries: RetrySchedule,
    ) -> Self {
        Self {
            queue,
            topology,
            bus,
            decode,
            settle,
            parked,
            now,
            retries,
        }
    }

    /// Consumes until `stop`; the batch under way is finished first, unless `hard` comes.
    ///
    /// # Errors
    /// [`BusError::Refused`] if the broker refuses before anything ever worked: a mistake in the
    /// configuration, which waiting won't mend.
    pub async fn run(
        self,
        stop: CancellationToken,
        hard: CancellationToken,
    ) -> Result<(), BusError> {
        tokio::select! {
            result = self.consume(stop) => result,
            () = hard.cancelled() => Ok(()),
        }
    }

    async fn consume(self, stop: CancellationToken) -> Result<(), BusError> {
        let mut consumer = self.bus.consumer(self.queue);
        let mut backoff = Backoff::default();
        let mut declared = false;
        let mut worked_before = false;
        let mut retry_at = Some((self.now)());
        while !stop.is_cancelled() {
            if !declared {
                match self.bus.declare(&self.topology).await {
                    Ok(()) => {
                        declared = true;
                        worked_before = true;
                        info!(queue = self.queue, "consuming");
                    }
                    Err(BusError::Refused(reason)) if !worked_before => {
                        return Err(BusError::Refused(reason));
                    }
                    Err(error) => {
                        warn!(%error, "the inbox waits and tries again");
                        pause(&mut backoff, &stop).await;
                        continue;
                    }
                }
            }
            let result = tokio::select! {
                biased;
                () = stop.cancelled() => break,
                () = sleep_until(retry_at, (self.now)()) => {
                    retry_at = self.retry_parked(&stop).await;
                    continue;
                }
                result = consumer.next_batch(BATCH) => result,
            };
            match result {
                Ok(deliveries) => {
                    let parked_some = self.take(consumer.as_mut(), deliveries, &stop).await;
                    if parked_some {
                        retry_at = self.next_retry().await;
                    }
                    backoff.reset();
                }
                Err(error) => {
                    warn!(%error, "the inbox waits and tries again");
                    declared = false;
                    pause(&mut backoff, &stop).await;
                }
            }
        }
        Ok(())
    }

    /// Settles a batch, then acknowledges it. Returns whether a message was parked.
    async fn take(
        &self,
        consumer: &mut dyn EventConsumer,
        deliveries: Vec<Delivery>,
        stop: &CancellationToken,
    ) -> bool {
        let Some(last) = deliveries.last().map(|delivery| delivery.tag) else {
            return false;
        };
        let started = tokio::time::Instant::now();
        let mut items = Vec::with_capacity(deliveries.len());
        let mut ledger = Ledger::default();
        for delivery in deliveries {
            match (self.decode)(&delivery.body) {
                Ok(incoming) => items.push(Item {
                    body: delivery.body,
                    incoming,
                    parked_before: None,
                }),
                Err(poison) => self.park(&mut ledger, delivery.body, *poison, None),
            }
        }
        let mut parked_some = !ledger.park.is_empty();
        let Some(parked_more) = self.settle_all(&items, ledger, stop).await else {
            // Asked to stop while the database was away: unacknowledged, so it comes again.
            return false;
        };
        parked_some |= parked_more;
        match consumer.ack(last).await {
            Ok(()) => {}
            Err(ConsumeError::Stale) => {
                info!("the batch was settled after its connection was lost; it will come again");
            }
            Err(error) => {
                warn!(%error, "the batch was settled but not acknowledged; it will come again")
            }
        }
        self.log_settled(&items, started.elapsed());
        parked_some
    }

    /// Settles `items` and `poison`, halving until a bad message stands alone, which is parked.
    /// Returns whether one was, or `None` if asked to stop while the database was away.
    async fn settle_all(
        &self,
        items: &[Item<E>],
        poison: Ledger,
        stop: &CancellationToken,
    ) -> Option<bool> {
        if self.settle_items(items, &poison, stop).await?.is_ok() {
            return Some(false);
        }
        self.write(&poison, stop).await?;
        // A stack rather than recursion; the left half on top, so that order is kept.
        let mut parts = vec![items];
        let mut parked_some = false;
        while let Some(part) = parts.pop() {
            let nothing = Ledger::default();
            match (self.settle_items(part, &nothing, stop).await?, part) {
                (Ok(()), _) => {}
                (Err(reason), [item]) => {
                    let mut ledger = Ledger::default();
                    let poison = Poison {
                        position: Some(item.incoming.position.clone()),
                        event_id: Some(item.incoming.event_id),
                        event_type: Some(item.incoming.event_type.clone()),
                        reason,
                    };
                    let before = item.parked_before.as_ref();
                    self.park(&mut ledger, item.body.clone(), poison, before);
                    self.write(&ledger, stop).await?;
                    parked_some = true;
                }
                (Err(_), _) => {
                    let (left, right) = part.split_at(part.len() / 2);
                    parts.extend([right, left]);
                }
            }
        }
        Some(parked_some)
    }

    /// Writes parked messages alone; `None` if that can't be done: the batch stays in the queue.
    async fn write(&self, ledger: &Ledger, stop: &CancellationToken) -> Option<()> {
        match self.settle_items(&[], ledger, stop).await? {
            Ok(()) => Some(()),
            Err(reason) => {
                error!(
                    reason,
                    "a message can't even be parked; it stays in its queue"
                );
                None
            }
        }
    }

    /// Settles `items` and `ledger` in one transaction, waiting until the database can be used.
    /// The inner error says why it refuses the data; `None` means that it was asked to stop
    /// meanwhile.
    async fn settle_items(
        &self,
        items: &[Item<E>],
        ledger: &Ledger,
        stop: &CancellationToken,
    ) -> Option<Result<(), String>> {
        let events: Vec<_> = items.iter().map(|item| &item.incoming).collect();
        let mut ledger = ledger.clone();
        for item in items {
            ledger.settled.push(item.incoming.position.clone());
            ledger
                .unpark
                .extend(item.parked_before.as_ref().map(|parked| parked.id));
        }
        let mut backoff = Backoff::default();
        loop {
            match self.settle.settle(&events, &ledger).await {
                Ok(()) => return Some(Ok(())),
                Err(StoreError::Data(reason)) => return Some(Err(reason)),
                Err(error @ StoreError::Unavailable(_)) => {
                    warn!(%error, "holding the batch");
                    if stop.is_cancelled() {
                        return None;
                    }
                    pause(&mut backoff, stop).await;
                }
            }
        }
    }

    fn park(
        &self,
        ledger: &mut Ledger,
        body: Bytes,
        poison: Poison,
        before: Option<&ParkedMessage>,
    ) {
        let now = (self.now)();
        let attempts = before.map_or(0, |parked| parked.attempts) + 1;
        let parked = ParkedMessage {
            id: message_id(&body),
            position: poison.position,
            event_id: poison.event_id,
            event_type: poison.event_type.map(printable),
            body,
            reason: printable(poison.reason),
            attempts,
            first_failed_at: before.map_or(now, |parked| parked.first_failed_at),
            last_failed_at: now,
            next_attempt_at: self.retries.next_attempt(attempts, now),
        };
        warn!(
            event_id = parked.event_id.map(tracing::field::display),
            event_type = parked.event_type,
            attempts,
            reason = parked.reason,
            "{}",
            if parked.next_attempt_at.is_some() {
                "message parked"
            } else {
                "message is a dead letter"
            }
        );
        ledger.settled.extend(parked.position.clone());
        ledger.park.push(parked);
    }

    /// Tries the parked messages that are due, each by itself. Returns when to come again.
    async fn retry_parked(&self, stop: &CancellationToken) -> Option<DateTime<Utc>> {
        let due = match self.parked.due((self.now)(), BATCH as u32).await {
            Ok(due) => due,
            Err(error) => {
                warn!(%error, "parked messages could not be read");
                return Some((self.now)() + Duration::from_secs(1));
            }
        };
        for parked in due {
            match (self.decode)(&parked.body) {
                Ok(incoming) => {
                    let item = Item {
                        body: parked.body.clone(),
                        incoming,
                        parked_before: Some(parked),
                    };
                    self.settle_all(&[item], Ledger::default(), stop).await?;
                }
                Err(poison) => {
                    let mut ledger = Ledger::default();
                    self.park(&mut ledger, parked.body.clone(), *poison, Some(&parked));
                    self.write(&ledger, stop).await?;
                }
            }
        }
        self.next_retry().await
    }

    async fn next_retry(&self) -> Option<DateTime<Utc>> {
        match self.parked.next_due().await {
            Ok(next) => next,
            Err(error) => {
                warn!(%error, "parked messages could not be read");
                Some((self.now)() + Duration::from_secs(1))
            }
        }
    }

    fn log_settled(&self, items: &[Item<E>], elapsed: Duration) {
        for Item { incoming, .. } in items {
            info!(
                correlation_id = incoming.correlation_id,
                event_id = %incoming.event_id,
                event_type = incoming.event_type,
                producer = incoming.position.producer,
                sequence = incoming.position.sequence,
                batch = items.len(),
                duration_ms = elapsed.as_secs_f64() * 1e3,
                "event settled"
            );
        }
    }
}

/// PostgreSQL keeps no NUL in a text, and a message's own words may hold one.
fn printable(text: String) -> String {
    text.replace('\0', "\u{fffd}")
}

async fn pause(backoff: &mut Backoff, stop: &CancellationToken) {
    tokio::select! {
        () = tokio::time::sleep(backoff.next_delay()) => {}
        () = stop.cancelled() => {}
    }
}

async fn sleep_until(at: Option<DateTime<Utc>>, now: DateTime<Utc>) {
    match at {
        Some(at) => tokio::time::sleep((at - now).to_std().unwrap_or_default()).await,
        None => std::future::pending().await,
    }
}
