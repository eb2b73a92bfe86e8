//! Taking deliveries out of a stored queue.

use std::sync::Arc;

use async_trait::async_trait;
use event_bus::{BusError, ConsumeError, Delivery, DeliveryTag, EventConsumer};

use super::Shared;

pub(super) struct StoredConsumer {
    shared: Arc<Shared>,
    queue: String,
    /// Once it has asked for deliveries.
    session: Option<u64>,
}

impl StoredConsumer {
    pub(super) fn new(shared: Arc<Shared>, queue: &str) -> Self {
        Self {
            shared,
            queue: queue.to_owned(),
            session: None,
        }
    }

    /// What there is for this consumer now, possibly nothing.
    fn take(&mut self, max: usize) -> Result<Vec<Delivery>, BusError> {
        let lost = |why: &str| BusError::Unreachable(format!("queue {}: {why}", self.queue));
        let mut state = self.shared.state();
        state.last_session += 1;
        let fresh = state.last_session;
        let queue = state.queues.get_mut(&self.queue);
        let queue = queue.ok_or_else(|| lost("it is not there"))?;
        let session = *self.session.get_or_insert_with(|| {
            queue.consumers.push_back(fresh);
            fresh
        });
        if !queue.consumers.contains(&session) {
            self.session = None;
            return Err(lost("the connection was lost"));
        }
        let mut batch = Vec::new();
        while queue.consumers.front() == Some(&session) && batch.len() < max.max(1) {
            let Some(mut delivery) = queue.ready.pop_front() else {
                break;
            };
            queue.last_number += 1;
            delivery.tag = DeliveryTag {
                session,
                number: queue.last_number,
            };
            queue.given.push_back(delivery.clone());
            batch.push(delivery);
        }
        Ok(batch)
    }
}

#[async_trait]
impl EventConsumer for StoredConsumer {
    async fn next_batch(&mut self, max: usize) -> Result<Vec<Delivery>, ConsumeError> {
        let shared = Arc::clone(&self.shared);
        loop {
            // Counts changes from here on, so none between the look and the wait is missed.
            let changed = shared.changed.notified();
            let batch = self.take(max)?;
            if !batch.is_empty() {
                return Ok(batch);
            }
            changed.await;
        }
    }

    async fn ack(&mut self, through: DeliveryTag) -> Result<(), ConsumeError> {
        let mut state = self.shared.state();
        let queue = state.queues.get_mut(&self.queue);
        let queue = queue.ok_or(ConsumeError::Stale)?;
        let active = queue.consumers.front().copied();
        if self.session != Some(through.session) || active != self.session {
            return Err(ConsumeError::Stale);
        }
        let settled = queue.given.partition_point(|own| own.tag <= through);
        queue.given.drain(..settled);
        Ok(())
    }
}

impl Drop for StoredConsumer {
    fn drop(&mut self) {
        let mut state = self.shared.state();
        if let (Some(session), Some(queue)) = (self.session, state.queues.get_mut(&self.queue)) {
            queue.leave(session);
            self.shared.changed.notify_waiters();
        }
    }
}
