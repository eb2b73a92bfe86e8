//! A small adapter: a bus within the process that stores what is published until it is
//! acknowledged, as a broker does. It has lasting queues that hear whole exchanges and can be named,
//! and refuses what else the ports know.

mod consumer;

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use event_bus::{
    BusError, BusStatus, Delivery, DeliveryTag, EventBus, EventConsumer, EventPublisher, Message,
    PublishError, QueueKind, Topology,
};
use tokio::sync::Notify;

use consumer::StoredConsumer;

/// The most messages that wait in one queue.
const CAPACITY: usize = 64 * 1024;

/// Of a message that is in nobody's hands.
const UNTAGGED: DeliveryTag = DeliveryTag {
    session: 0,
    number: 0,
};

/// A bus that stores. A clone is another handle on the same bus.
#[derive(Clone, Default)]
pub struct StoredBus {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Default)]
struct State {
    /// Exchange -> names of the queues that hear it.
    exchanges: BTreeMap<String, BTreeSet<String>>,
    queues: BTreeMap<String, Queue>,
    last_session: u64,
}

#[derive(Default)]
struct Queue {
    ready: VecDeque<Delivery>,
    /// In the first consumer's hands, oldest first.
    given: VecDeque<Delivery>,
    /// Sessions in order of arrival. Only the first one is served.
    consumers: VecDeque<u64>,
    last_number: u64,
}

impl StoredBus {
    /// Ends every consumer's connection, as a broken network would.
    pub fn lose_connections(&self) {
        for queue in self.shared.state().queues.values_mut() {
            queue.put_back();
            queue.consumers.clear();
        }
        self.shared.changed.notify_waiters();
    }

    /// Deletes a queue with all that it holds.
    pub fn delete_queue(&self, name: &str) {
        let mut state = self.shared.state();
        state.queues.remove(name);
        for hearing in state.exchanges.values_mut() {
            hearing.remove(name);
        }
        self.shared.changed.notify_waiters();
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Queue {
    /// Returns what is in the consumer's hands to the front, in its order.
    fn put_back(&mut self) {
        while let Some(delivery) = self.given.pop_back() {
            self.ready.push_front(Delivery {
                redelivered: true,
                ..delivery
            });
        }
    }

    fn leave(&mut self, session: u64) {
        if self.consumers.front() == Some(&session) {
            self.put_back();
        }
        self.consumers.retain(|known| *known != session);
    }
}

#[async_trait]
impl EventBus for StoredBus {
    async fn declare(&self, topology: &Topology) -> Result<(), BusError> {
        let mut state = self.shared.state();
        for queue in &topology.queues {
            let whole = queue.bindings.iter().all(|own| own.pattern == "#");
            if queue.kind != QueueKind::Lasting || !whole {
                return Err(BusError::Refused(format!(
                    "{}: this bus has only lasting queues that hear whole exchanges",
                    queue.name
                )));
            }
        }
        for queue in &topology.queues {
            state.queues.entry(queue.name.clone()).or_default();
            for binding in &queue.bindings {
                let hearing = state.exchanges.entry(binding.exchange.clone());
                hearing.or_default().insert(queue.name.clone());
            }
        }
        Ok(())
    }

    fn publisher(&self) -> Arc<dyn EventPublisher> {
        Arc::new(self.clone())
    }

    fn consumer(&self, queue: &str) -> Box<dyn EventConsumer> {
        Box::new(StoredConsumer::new(Arc::clone(&self.shared), queue))
    }

    fn status(&self) -> BusStatus {
        BusStatus::Connected
    }

    async fn close(&self) {
        self.lose_connections();
    }
}

#[async_trait]
impl EventPublisher for StoredBus {
    async fn publish(&self, exchange: &str, messages: &[Message]) -> Result<(), PublishError> {
        let mut state = self.shared.state();
        let hearing = |message: &Message| match exchange {
            "" => BTreeSet::from([message.routing_key.clone()]),
            named => state.exchanges.get(named).cloned().unwrap_or_default(),
        };
        let mut routes: Vec<_> = messages.iter().map(hearing).collect();
        for route in &mut routes {
            route.retain(|queue| state.queues.contains_key(queue));
        }
        let nowhere = || messages.iter().zip(&routes).filter(|(_, to)| to.is_empty());
        if let Some((first, _)) = nowhere().next() {
            return Err(PublishError::Unroutable {
                count: nowhere().count(),
                first: first.id,
            });
        }
        for (index, (message, route)) in messages.iter().zip(routes).enumerate() {
            for name in route {
                let Some(queue) = state.queues.get_mut(&name) else {
                    continue;
                };
                if queue.ready.len() >= CAPACITY {
                    return Err(PublishError::Nacked {
                        count: messages.len() - index,
                        first: message.id,
                    });
                }
                queue.ready.push_back(Delivery {
                    tag: UNTAGGED,
                    routing_key: message.routing_key.clone(),
                    body: message.body.clone(),
                    redelivered: false,
                });
            }
        }
        self.shared.changed.notify_waiters();
        Ok(())
    }

    async fn ensure_connected(&self) -> Result<(), BusError> {
        Ok(())
    }
}
