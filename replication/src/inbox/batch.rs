//! What was taken off the bus together.

use std::vec;

use bytes::Bytes;
use event_bus::{Delivery, DeliveryTag};
use uuid::Uuid;

use super::{Decode, Incoming, Poison};
use crate::parked::{ParkedMessage, message_id};

/// So many messages are decoded at a time while the batch before is being settled: it is not to
/// wait for its turn for long.
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

/// Deliveries, in their order, and as many of them decoded as there was time for.
pub(super) struct Batch<E> {
    encoded: vec::IntoIter<Delivery>,
    decoded: Decoded<E>,
}

/// A batch of which every message was decoded.
pub(super) struct Decoded<E> {
    /// What to acknowledge it with; `None` if it is empty.
    pub(super) last: Option<DeliveryTag>,
    pub(super) items: Vec<Item<E>>,
    pub(super) poison: Vec<(Bytes, Poison)>,
}

impl<E> Batch<E> {
    pub(super) fn new(deliveries: Vec<Delivery>) -> Self {
        Self {
            decoded: Decoded {
                last: deliveries.last().map(|delivery| delivery.tag),
                items: Vec::with_capacity(deliveries.len()),
                poison: Vec::new(),
            },
            encoded: deliveries.into_iter(),
        }
    }

    /// Decodes a few more. Returns whether any is left.
    pub(super) fn decode_some(&mut self, decode: Decode<E>) -> bool {
        for delivery in self.encoded.by_ref().take(AT_A_TIME) {
            self.decoded.take(delivery.body, decode);
        }
        !self.encoded.as_slice().is_empty()
    }

    /// Decodes what is left. If anything is parked, each of them may be it, delivered again.
    pub(super) fn decoded(mut self, decode: Decode<E>, anything_parked: bool) -> Decoded<E> {
        while self.decode_some(decode) {}
        if anything_parked {
            for item in &mut self.decoded.items {
                item.unpark = Some(message_id(&item.body));
            }
        }
        self.decoded
    }
}

impl<E> Decoded<E> {
    fn take(&mut self, body: Bytes, decode: Decode<E>) {
        match decode(&body) {
            Ok(incoming) => self.items.push(Item {
                body,
                incoming,
                parked_before: None,
                unpark: None,
            }),
            Err(why) => self.poison.push((body, *why)),
        }
    }
}
