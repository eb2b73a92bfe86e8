//! Settles batches: applies what can be applied, parks what can't, then acknowledges.

use std::time::Duration;

use bytes::Bytes;
use event_bus::{ConsumeError, EventConsumer};
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

use super::{
    BATCH, Inbox, Ledger, Poison,
    batch::{Batch, Decoded, Item},
};
use crate::{
    StoreError,
    backoff::Backoff,
    parked::{ParkedMessage, message_id},
};

/// How a batch ended.
pub(super) struct Taken<E> {
    /// Whether a message was parked.
    pub(super) parked_some: bool,
    /// What was fetched meanwhile, if anything was.
    pub(super) ahead: Option<Result<Batch<E>, ConsumeError>>,
}

impl<E: Send + Sync + 'static> Inbox<E> {
    /// Settles a batch, then acknowledges it. Meanwhile the next one is fetched and decoded.
    pub(super) async fn take(
        &self,
        consumer: &mut dyn EventConsumer,
        batch: Batch<E>,
        anything_parked: bool,
        stop: &CancellationToken,
    ) -> Taken<E> {
        let started = tokio::time::Instant::now();
        let batch = batch.decoded(self.decode, anything_parked);
        let mut ahead = None;
        let settled = tokio::select! {
            biased;
            settled = self.settle_batch(&batch, stop) => settled,
            () = self.fetch(consumer, &mut ahead) => None,
        };
        let mut taken = Taken {
            parked_some: false,
            ahead,
        };
        // Asked to stop while the database was away: unacknowledged, so it comes again.
        let (Some(parked_some), Some(last)) = (settled, batch.last) else {
            return taken;
        };
        taken.parked_some = parked_some;
        fail_point::reach("before_ack");
        match consumer.ack(last).await {
            Ok(()) => {}
            Err(ConsumeError::Stale) => {
                info!("the batch was settled after its connection was lost; it will come again");
            }
            Err(error) => {
                warn!(%error, "the batch was settled but not acknowledged; it will come again")
            }
        }
        self.log_settled(&batch.items, started.elapsed());
        taken
    }

    /// Fetches the next batch into `ahead` and decodes it, a few messages at a time. Never ends; to
    /// be cancelled at any time: what was handed out is in `ahead` by then.
    async fn fetch(
        &self,
        consumer: &mut dyn EventConsumer,
        ahead: &mut Option<Result<Batch<E>, ConsumeError>>,
    ) {
        let fetched = consumer.next_batch(BATCH).await.map(Batch::new);
        if let Ok(batch) = ahead.insert(fetched) {
            while batch.decode_some(self.decode) {
                tokio::task::yield_now().await;
            }
        }
        std::future::pending().await
    }

    /// Parks what could not be decoded and settles the others. Returns whether a message was
    /// parked, or `None` if asked to stop while the database was away.
    async fn settle_batch(&self, batch: &Decoded<E>, stop: &CancellationToken) -> Option<bool> {
        let poisoned = !batch.poison.is_empty();
        if poisoned {
            let mut ledger = Ledger::default();
            for (body, poison) in &batch.poison {
                self.park(&mut ledger, body.clone(), poison.clone(), None);
            }
            self.write(&ledger, stop).await?;
        }
        Some(self.settle_all(&batch.items, stop).await? || poisoned)
    }

    /// Settles `items`, halving until a bad message stands alone, which is parked. Returns whether
    /// one was, or `None` if asked to stop while the database was away.
    pub(super) async fn settle_all(
        &self,
        items: &[Item<E>],
        stop: &CancellationToken,
    ) -> Option<bool> {
        // A stack rather than recursion; the left half on top, so that order is kept.
        let mut parts = vec![items];
        let mut parked_some = false;
        while let Some(part) = parts.pop() {
            if part.is_empty() {
                continue;
            }
            match (self.settle_part(part, stop).await?, part) {
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

    /// Settles `items` in one transaction. The inner error says why the database refuses them;
    /// `None` means that it was asked to stop while the database was away.
    async fn settle_part(
        &self,
        items: &[Item<E>],
        stop: &CancellationToken,
    ) -> Option<Result<(), String>> {
        let events: Vec<_> = items.iter().map(|item| &item.incoming).collect();
        let ledger = Ledger {
            settled: events.iter().map(|event| event.position.clone()).collect(),
            park: Vec::new(),
            unpark: items.iter().filter_map(|item| item.unpark).collect(),
        };
        let mut backoff = Backoff::default();
        loop {
            match self.settle.settle(&events, &ledger).await {
                Ok(()) => {
                    fail_point::reach("after_apply");
                    return Some(Ok(()));
                }
                Err(StoreError::Data(reason)) => return Some(Err(reason)),
                Err(error @ StoreError::Unavailable(_)) => {
                    warn!(%error, "holding the batch");
                    hold(&mut backoff, stop).await?;
                }
            }
        }
    }

    /// Writes `ledger` alone, however often that has to be tried; `None` if it was asked to stop
    /// meanwhile. A refusal is no message's fault here. It must not be passed over either: to
    /// acknowledge any later batch would acknowledge this one too.
    pub(super) async fn write(&self, ledger: &Ledger, stop: &CancellationToken) -> Option<()> {
        let mut backoff = Backoff::default();
        loop {
            match self.settle.settle(&[], ledger).await {
                Ok(()) => return Some(()),
                Err(error @ StoreError::Unavailable(_)) => warn!(%error, "holding the batch"),
                Err(error @ StoreError::Data(_)) => {
                    error!(%error, "a message can't even be parked; holding the batch");
                }
            }
            hold(&mut backoff, stop).await?;
        }
    }

    pub(super) fn park(
        &self,
        ledger: &mut Ledger,
        body: Bytes,
        poison: Poison,
        before: Option<&ParkedMessage>,
    ) {
        let now = (self.now)();
        let attempts = before.map_or(0, |parked| parked.attempts) + 1;
        let parked = ParkedMessage {
            id: before.map_or_else(|| message_id(&body), |parked| parked.id),
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

/// Waits before the next try; `None` if asked to stop, and the last try was made after that.
async fn hold(backoff: &mut Backoff, stop: &CancellationToken) -> Option<()> {
    if stop.is_cancelled() {
        return None;
    }
    tokio::select! {
        () = tokio::time::sleep(backoff.next_delay()) => {}
        () = stop.cancelled() => {}
    }
    Some(())
}
