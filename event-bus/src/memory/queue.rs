//! One bounded queue with a single active consumer.

use std::{collections::VecDeque, sync::Arc};

use tokio::sync::{Notify, futures::OwnedNotified};

use super::receipt::Receipt;
use crate::{ConsumeError, Delivery, DeliveryTag, Message};

/// A message in one queue.
pub(super) struct Entry {
    pub(super) message: Arc<Message>,
    pub(super) receipt: Arc<Receipt>,
    /// Its place in the batch that the receipt is for.
    pub(super) index: usize,
    redelivered: bool,
}

impl Entry {
    pub(super) fn new(message: Arc<Message>, receipt: Arc<Receipt>, index: usize) -> Self {
        Self {
            message,
            receipt,
            index,
            redelivered: false,
        }
    }

    fn delivery(&self, tag: DeliveryTag) -> Delivery {
        Delivery {
            tag,
            routing_key: self.message.routing_key.clone(),
            body: self.message.body.clone(),
            redelivered: self.redelivered,
        }
    }
}

#[derive(Default)]
pub(super) struct Queue {
    ready: VecDeque<Entry>,
    /// In the active consumer's hands, oldest first, by delivery number.
    given: VecDeque<(u64, Entry)>,
    /// Sessions in order of arrival; the first one gets the deliveries.
    consumers: VecDeque<u64>,
    last_number: u64,
    changed: Arc<Notify>,
}

impl Queue {
    pub(super) fn depth(&self) -> usize {
        self.ready.len() + self.given.len()
    }

    /// Completes at the next change. It counts changes from its creation on, polled or not.
    pub(super) fn changed(&self) -> OwnedNotified {
        Arc::clone(&self.changed).notified_owned()
    }

    pub(super) fn push(&mut self, entries: impl IntoIterator<Item = Entry>) {
        self.ready.extend(entries);
        self.changed.notify_waiters();
    }

    /// Takes back what no consumer has been given of a publish that failed.
    pub(super) fn withdraw(&mut self, receipt: &Arc<Receipt>) {
        self.ready
            .retain(|entry| entry.redelivered || !Arc::ptr_eq(&entry.receipt, receipt));
    }

    pub(super) fn join(&mut self, session: u64) {
        self.consumers.push_back(session);
    }

    pub(super) fn has(&self, session: u64) -> bool {
        self.consumers.contains(&session)
    }

    /// Takes up to `max` deliveries for `session`; none if another session is served first.
    pub(super) fn take(&mut self, session: u64, max: usize) -> Vec<Delivery> {
        if self.consumers.front() != Some(&session) {
            return Vec::new();
        }
        let count = max.max(1).min(self.ready.len());
        let mut deliveries = Vec::with_capacity(count);
        for entry in self.ready.drain(..count) {
            self.last_number += 1;
            let number = self.last_number;
            deliveries.push(entry.delivery(DeliveryTag { session, number }));
            self.given.push_back((number, entry));
        }
        deliveries
    }

    /// Acknowledges what `session` was given, through `number`.
    pub(super) fn ack(&mut self, session: u64, number: u64) -> Result<(), ConsumeError> {
        if self.consumers.front() != Some(&session) || number > self.last_number {
            return Err(ConsumeError::Stale);
        }
        while self
            .given
            .front()
            .is_some_and(|(given, _)| *given <= number)
        {
            if let Some((_, entry)) = self.given.pop_front() {
                entry.receipt.settle(entry.index);
            }
        }
        Ok(())
    }

    pub(super) fn leave(&mut self, session: u64) {
        if self.consumers.front() == Some(&session) {
            self.put_back();
        }
        self.consumers.retain(|known| *known != session);
        self.changed.notify_waiters();
    }

    pub(super) fn leave_all(&mut self) {
        self.put_back();
        self.consumers.clear();
        self.changed.notify_waiters();
    }

    /// Returns what is in the active consumer's hands to the front, in its order.
    fn put_back(&mut self) {
        while let Some((_, mut entry)) = self.given.pop_back() {
            entry.redelivered = true;
            self.ready.push_front(entry);
        }
    }
}
