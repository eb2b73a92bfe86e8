//! Which exchanges and queues exist, and which publishes wait.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{
    pattern::matches,
    queue::{Entry, Queue},
    receipt::Receipt,
};
use crate::{BusError, Message, PublishError, QueueKind, Topology};

/// Ordered maps, so that a simulation runs alike each time.
#[derive(Default)]
pub(super) struct State {
    /// Exchange -> the queues bound to it, each with a pattern of routing keys.
    exchanges: BTreeMap<String, BTreeSet<(String, String)>>,
    queues: BTreeMap<String, Queue>,
    /// Publishes that wait, by id.
    publishing: BTreeMap<u64, Arc<Receipt>>,
    last_id: u64,
}

impl State {
    pub(super) fn declare(&mut self, topology: &Topology) -> Result<(), BusError> {
        for queue in &topology.queues {
            let exists = self.queues.get(&queue.name);
            if let Some(other) = exists.map(Queue::kind).filter(|kind| *kind != queue.kind) {
                return Err(BusError::Refused(format!(
                    "queue {} exists as {other:?}, not {:?}: delete it, or choose another name",
                    queue.name, queue.kind
                )));
            }
            for exchange in queue.bindings.iter().map(|binding| &binding.exchange) {
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
            self.queues
                .entry(queue.name.clone())
                .or_insert_with(|| Queue::new(queue.kind));
            for binding in &queue.bindings {
                let bound = self.exchanges.entry(binding.exchange.clone()).or_default();
                bound.insert((queue.name.clone(), binding.pattern.clone()));
            }
        }
        Ok(())
    }

    /// For tests: what an operator's mistake does on a broker. What the queue held is gone.
    pub(super) fn delete_queue(&mut self, name: &str) {
        for bound in self.exchanges.values_mut() {
            bound.retain(|(queue, _)| queue != name);
        }
        if let Some(mut queue) = self.queues.remove(name) {
            queue.delete();
        }
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

    /// The queues that a message of `exchange` goes to; the exchange without a name leads to the
    /// queue that the routing key names.
    fn route(&self, exchange: &str, routing_key: &str) -> BTreeSet<String> {
        if exchange.is_empty() {
            let named = self.queues.contains_key(routing_key);
            return named.then(|| routing_key.to_owned()).into_iter().collect();
        }
        let bound = self.exchanges.get(exchange).into_iter().flatten();
        bound
            .filter(|(_, pattern)| matches(pattern, routing_key))
            .map(|(queue, _)| queue.clone())
            .collect()
    }

    /// Puts the batch into every queue that is to have it, or into none.
    pub(super) fn enqueue(
        &mut self,
        exchange: &str,
        messages: &[Message],
        capacity: usize,
    ) -> Result<Publishing, PublishError> {
        let routes: Vec<_> = messages
            .iter()
            .map(|message| self.route(exchange, &message.routing_key))
            .collect();
        let mut unroutable = messages.iter().zip(&routes).filter(|(_, to)| to.is_empty());
        if let Some((first, _)) = unroutable.next() {
            return Err(PublishError::Unroutable {
                count: 1 + unroutable.count(),
                first: first.id,
            });
        }
        let mut added: BTreeMap<&String, usize> = BTreeMap::new();
        for name in routes.iter().flatten() {
            *added.entry(name).or_default() += 1;
        }
        let full = |(name, count): (&&String, &usize)| {
            let queue = self.queues.get(*name);
            queue.is_some_and(|queue| !queue.has_room(*count, capacity))
        };
        if let (true, Some(first)) = (added.iter().any(full), messages.first()) {
            return Err(PublishError::Nacked {
                count: messages.len(),
                first: first.id,
            });
        }

        let waits_for = |to: &BTreeSet<String>| {
            to.iter()
                .filter(|name| self.queues.get(*name).is_some_and(Queue::makes_wait))
                .count()
        };
        let receipt = Arc::new(Receipt::new(routes.iter().map(waits_for).collect()));
        let queues: BTreeSet<String> = routes.iter().flatten().cloned().collect();
        for (index, (message, to)) in messages.iter().zip(routes).enumerate() {
            let message = Arc::new(message.clone());
            for name in to {
                if let Some(queue) = self.queues.get_mut(&name) {
                    queue.push(Entry::new(
                        Arc::clone(&message),
                        Arc::clone(&receipt),
                        index,
                    ));
                }
            }
        }
        for name in &queues {
            if let Some(queue) = self.queues.get_mut(name) {
                queue.announce();
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

    /// A consumer goes. A queue for replies goes with it.
    pub(super) fn leave(&mut self, name: &str, session: u64) {
        let Some(queue) = self.queues.get_mut(name) else {
            return;
        };
        queue.leave(session);
        match queue.kind() {
            QueueKind::Lasting | QueueKind::Passing { .. } => {}
            QueueKind::Reply { .. } => self.delete_queue(name),
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
    queues: BTreeSet<String>,
}
