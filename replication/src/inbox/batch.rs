//! What was taken off the bus together.

use bytes::Bytes;
use event_bus::Delivery;
use tokio::task::yield_now;
use uuid::Uuid;

use super::{Decode, Incoming, Poison};
use crate::parked::{ParkedMessage, message_id};

/// So many messages are decoded at a time: nobody is to wait for a turn for long.
const AT_A_TIME: usize = 16;

/// A decoded message.
pub(super) struct Item<E> {
    pub(super) body: Bytes,
    pub(super) incoming: Incoming<E>,
    /// Set when it comes from the parked table rather than from the bus.
    pub(super) parked_before: Option<ParkedMessage>,
    /// Its id in the parked table, which it leaves once it is applied; `None` if it isn't there.
    pub(super) unpark: Option<Uuid>,
}

impl<E> Item<E> {
    /// One from the parked table.
    pub(super) fn parked(parked: ParkedMessage, incoming: Incoming<E>) -> Self {
        Self {
            body: parked.body.clone(),
            incoming,
            unpark: Some(parked.id),
            parked_before: Some(parked),
        }
    }
}

/// Messages that came together, in their order.
pub(super) struct Batch<E> {
    pub(super) items: Vec<Item<E>>,
    pub(super) poison: Vec<(Bytes, Poison)>,
}

impl<E> Batch<E> {
    /// Decodes `deliveries`, and lets others have their turn now and then. If anything is parked, each
    /// of them may be it, delivered again.
    pub(super) async fn decoded(
        deliveries: Vec<Delivery>,
        decode: Decode<E>,
        anything_parked: bool,
    ) -> Self {
        let mut batch = Self {
            items: Vec::with_capacity(deliveries.len()),
            poison: Vec::new(),
        };
        for (number, Delivery { body, .. }) in (1_usize..).zip(deliveries) {
            match decode(&body) {
                Ok(incoming) => batch.items.push(Item {
                    unpark: anything_parked.then(|| message_id(&body)),
                    body,
                    incoming,
                    parked_before: None,
                }),
                Err(why) => batch.poison.push((body, *why)),
            }
            if number.is_multiple_of(AT_A_TIME) {
                yield_now().await;
            }
        }
        batch
    }
}
