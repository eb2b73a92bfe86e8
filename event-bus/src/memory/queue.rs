//! One bounded queue with a single active consumer.

use std::{collections::VecDeque, sync::Arc};

use tokio::sync::{Notify, futures::OwnedNotified};

use super::receipt::Receipt;
use crate::{ConsumeError, Delivery, DeliveryTag, Message, QueueKind};

/// A message in one queue.
pub(super) struct Entry {
    message: Arc<Message>,
    receipt: Arc<Receipt>,
    /// Its place in the batch that the receipt is for.
    index: usize,
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

pub(super) struct Queue {
    kind: QueueKind,
    ready: VecDeque<Entry>,
    /// In the active consumer's hands, oldest first, by delivery number.
    given: VecDeque<(u64, Entry)>,
    /// Sessions in order of arrival; the first one gets the deliveries.
    consumers: VecDeque<u64>,
    last_number: u64,
    changed: Arc<Notify>,
}

impl Queue {
    pub(super) fn new(kind: QueueKind) -> Self {
        Self {
            kind,
            ready: VecDeque::new(),
            given: VecDeque::new(),
            consumers: VecDeque::new(),
            last_number: 0,
            changed: Arc::default(),
        }
    }

    pub(super) fn kind(&self) -> QueueKind {
        self.kind
    }

    /// Whether a publish waits until this queue's consumer has acknowledged it.
    pub(super) fn makes_wait(&self) -> bool {
        match self.kind {
            QueueKind::Lasting | QueueKind::Reply { .. } => true,
            QueueKind::Passing { .. } => false,
        }
    }

    /// Whether it takes `count` more messages, if a lasting queue holds at most `capacity`.
    pub(super) fn has_room(&self, count: usize, capacity: usize) -> bool {
        let room = match self.kind {
            QueueKind::Lasting => capacity,
            QueueKind::Reply { max_length } => usize::try_from(max_length).unwrap_or(usize::MAX),
            QueueKind::Passing { .. } => return true,
        };
        self.depth() + count <= room
    }

    pub(super) fn depth(&self) -> usize {
        self.ready.len() + self.given.len()
    }

    /// Completes at the next change. It counts changes from its creation on, polled or not.
    pub(super) fn changed(&self) -> OwnedNotified {
        Arc::clone(&self.changed).notified_owned()
    }

    pub(super) fn push(&mut self, entry: Entry) {
        self.ready.push_back(entry);
        if let QueueKind::Passing { max_length } = self.kind {
            while self.ready.len() > usize::try_from(max_length).unwrap_or(usize::MAX) {
                self.ready.pop_front();
            }
        }
    }

    /// Tells whoever waits that there is something new.
    pub(super) fn announce(&self) {
        self.changed.notify_waiters();
    }

    /// Ends the queue: its consumers lose their connection, and publishes that wait for it fail.
    pub(super) fn delete(&mut self) {
        self.leave_all();
        let makes_wait = self.makes_wait();
        for entry in self.ready.drain(..).filter(|_| makes_wait) {
            entry.receipt.cut();
        }
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
            if let Some((_, entry)) = self.given.pop_front()
                && self.makes_wait()
            {
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
