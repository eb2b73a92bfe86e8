//! Settles batches: applies what can be applied, parks what can't.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use event_bus::{Delivery, DeliveryTag};
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

use super::{
    Inbox, Ledger, Poison,
    batch::{Batch, Item},
};
use crate::{
    StoreError,
    backoff::Backoff,
    deadline::in_time,
    parked::{ParkedMessage, message_id},
};

/// A batch that is settled for good, and may be acknowledged.
pub(super) struct Settled {
    /// The last delivery of it; `None` if there was none.
    pub(super) last: Option<DeliveryTag>,
    /// Whether a message was parked.
    pub(super) parked_some: bool,
}

impl<E: Send + Sync + 'static> Inbox<E> {
    /// Settles what was delivered together: parks what can't be decoded and settles the others.
    /// `None` if asked to stop while the database was away: unacknowledged, it comes again.
    pub(super) async fn settle_batch(
        self: Arc<Self>,
        deliveries: Vec<Delivery>,
        anything_parked: bool,
        stop: CancellationToken,
    ) -> Option<Settled> {
        let started = tokio::time::Instant::now();
        let last = deliveries.last().map(|delivery| delivery.tag);
        let Batch { items, poison } =
            Batch::decoded(deliveries, self.decode, anything_parked).await;
        let poisoned = !poison.is_empty();
        if poisoned {
            let mut ledger = Ledger::default();
            for (body, poison) in poison {
                self.park(&mut ledger, body, poison, None);
            }
            self.write(&ledger, &stop).await?;
        }
        let parked_some = self.settle_all(&items, &stop).await? || poisoned;
        log_settled(&items, started.elapsed());
        Some(Settled { last, parked_some })
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
            match in_time(self.settle.settle(&events, &ledger)).await {
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
            match in_time(self.settle.settle(&[], ledger)).await {
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
}

fn log_settled<E>(items: &[Item<E>], elapsed: Duration) {
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
