//! Which exchanges and queues exist, and which publishes wait.

use std::{collections::HashMap, sync::Arc};

use super::{
    queue::{Entry, Queue},
    receipt::Receipt,
};
use crate::{BusError, Message, PublishError, Topology};

#[derive(Default)]
pub(super) struct State {
    /// Exchange -> the queues bound to it.
    exchanges: HashMap<String, Vec<String>>,
    queues: HashMap<String, Queue>,
    /// Publishes that wait, by id.
    publishing: HashMap<u64, Arc<Receipt>>,
    last_id: u64,
}

impl State {
    pub(super) fn declare(&mut self, topology: &Topology) -> Result<(), BusError> {
        for queue in &topology.queues {
            for exchange in &queue.exchanges {
                if !topology.exchanges.contains(exchange) && !self.exchanges.contains_key(exchange)
                {
                    return Err(BusError::Refused(format!(
                        "queue {} is to hear exchange {exchange}, which does not exist: \
                         declare it in the same topology",
                        queue.name
                    )));
                }
            }
        }
        for exchange in &topology.exchanges {
            self.exchanges.entry(exchange.clone()).or_default();
        }
        for queue in &topology.queues {
            self.queues.entry(queue.name.clone()).or_default();
            for exchange in &queue.exchanges {
                let bound = self.exchanges.entry(exchange.clone()).or_default();
                if !bound.contains(&queue.name) {
                    bound.push(queue.name.clone());
                }
            }
        }
        Ok(())
    }

    pub(super) fn queue(&mut self, name: &str) -> Option<&mut Queue> {
        self.queues.get_mut(name)
    }

    pub(super) fn depth(&self, queue: &str) -> Option<usize> {
        self.queues.get(queue).map(Queue::depth)
    }

    pub(super) fn new_session(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    /// Puts the batch into every queue bound to `exchange`, or into none.
    pub(super) fn enqueue(
        &mut self,
        exchange: &str,
        messages: &[Message],
        capacity: usize,
    ) -> Result<Publishing, PublishError> {
        let (count, Some(first)) = (messages.len(), messages.first()) else {
            return Ok(Publishing::nothing());
        };
        let queues = match self.exchanges.get(exchange) {
            Some(queues) if !queues.is_empty() => queues.clone(),
            _ => {
                return Err(PublishError::Unroutable {
                    count,
                    first: first.id,
                });
            }
        };
        let full = |name: &String| {
            self.depth(name)
                .is_some_and(|depth| depth + count > capacity)
        };
        if queues.iter().any(full) {
            return Err(PublishError::Nacked {
                count,
                first: first.id,
            });
        }

        let receipt = Arc::new(Receipt::new(count, queues.len()));
        let messages: Vec<_> = messages.iter().cloned().map(Arc::new).collect();
        for name in &queues {
            if let Some(queue) = self.queues.get_mut(name) {
                queue.push(messages.iter().enumerate().map(|(index, message)| {
                    Entry::new(Arc::clone(message), Arc::clone(&receipt), index)
                }));
            }
        }
        self.last_id += 1;
        self.publishing.insert(self.last_id, Arc::clone(&receipt));
        Ok(Publishing {
            id: self.last_id,
            receipt,
            queues,
        })
    }

    /// Ends a publish: what it put into queues and no consumer was given is taken back, so that
    /// publishing it again does not grow them. After a success there is none.
    pub(super) fn end(&mut self, publishing: &Publishing) {
        self.publishing.remove(&publishing.id);
        if publishing.receipt.missing() > 0 {
            for name in &publishing.queues {
                if let Some(queue) = self.queues.get_mut(name) {
                    queue.withdraw(&publishing.receipt);
                }
            }
        }
    }

    pub(super) fn cut_all(&mut self) {
        for receipt in self.publishing.values() {
            receipt.cut();
        }
        for queue in self.queues.values_mut() {
            queue.leave_all();
        }
    }
}

/// A publish under way.
pub(super) struct Publishing {
    id: u64,
    pub(super) receipt: Arc<Receipt>,
    queues: Vec<String>,
}

impl Publishing {
    fn nothing() -> Self {
        Self {
            id: 0,
            receipt: Arc::new(Receipt::new(0, 0)),
            queues: Vec::new(),
        }
    }
}
