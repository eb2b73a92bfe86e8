//! Taking deliveries out of an in-process queue.

use std::sync::Arc;

use async_trait::async_trait;

use super::Shared;
use crate::{BusError, ConsumeError, Delivery, DeliveryTag, EventConsumer};

pub(super) struct InProcessConsumer {
    shared: Arc<Shared>,
    queue: String,
    /// Its place among the queue's consumers, once it has asked for deliveries.
    session: Option<u64>,
}

impl InProcessConsumer {
    pub(super) fn new(shared: Arc<Shared>, queue: &str) -> Self {
        Self {
            shared,
            queue: queue.to_owned(),
            session: None,
        }
    }
}

#[async_trait]
impl EventConsumer for InProcessConsumer {
    async fn next_batch(&mut self, max: usize) -> Result<Vec<Delivery>, ConsumeError> {
        loop {
            let changed = {
                let mut state = self.shared.state();
                let fresh = state.new_session();
                let Some(queue) = state.queue(&self.queue) else {
                    return Err(unreachable(format!("queue {} is not declared", self.queue)));
                };
                let session = *self.session.get_or_insert_with(|| {
                    queue.join(fresh);
                    fresh
                });
                if !queue.has(session) {
                    self.session = None;
                    return Err(unreachable("the connection was lost".to_owned()));
                }
                let deliveries = queue.take(session, max);
                if !deliveries.is_empty() {
                    return Ok(deliveries);
                }
                queue.changed()
            };
            changed.await;
        }
    }

    async fn ack(&mut self, through: DeliveryTag) -> Result<(), ConsumeError> {
        if self.session != Some(through.session) {
            return Err(ConsumeError::Stale);
        }
        match self.shared.state().queue(&self.queue) {
            Some(queue) => queue.ack(through.session, through.number),
            None => Err(ConsumeError::Stale),
        }
    }
}

impl Drop for InProcessConsumer {
    fn drop(&mut self) {
        if let Some(session) = self.session {
            self.shared.state().leave(&self.queue, session);
        }
    }
}

fn unreachable(text: String) -> ConsumeError {
    ConsumeError::Bus(BusError::Unreachable(text))
}
