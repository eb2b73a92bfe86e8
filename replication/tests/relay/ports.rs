//! The log and the bus of a [`World`] as the relay sees them.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use event_bus::{
    BusError, BusStatus, EventBus, EventConsumer, EventPublisher, Message, PublishError, Topology,
};
use replication::{
    StoreError, Wakeup,
    log::{EventLog, Head, LogEntry, Place, RelayLease},
};
use shared_events::{
    Envelope, Key, Receipt,
    control::{CONTROL_EXCHANGE, ControlMessage},
};

use crate::fakes::{EXCHANGE, PRODUCER, Question, Step, World, topology};

#[async_trait]
impl EventLog for World {
    async fn head(&self) -> Result<Head, StoreError> {
        self.hear(Question::Head).await;
        let script = self.script();
        Ok(Head {
            epoch: 1,
            first_sequence: 1,
            last_sequence: script.entries.len() as i64,
            published_through: script.published_through,
        })
    }

    async fn read_after(&self, sequence: i64, limit: u32) -> Result<Vec<LogEntry>, StoreError> {
        self.hear(Question::Entries).await;
        let mut script = self.script();
        script.read.pop_front().unwrap_or(Ok(()))?;
        let behind = script.entries.iter().filter(|e| e.sequence > sequence);
        let page: Vec<_> = behind.take(limit as usize).cloned().collect();
        if page.is_empty()
            && let Some(late) = script.committed_after_read.take()
        {
            script.entries.push(late);
            self.ring();
        }
        Ok(page)
    }

    async fn sequences(
        &self,
        _versions: &[(Key, i64)],
    ) -> Result<BTreeMap<(Key, i64), i64>, StoreError> {
        Ok(BTreeMap::new())
    }

    async fn place(&self, _receipt: &Receipt) -> Result<Option<Place>, StoreError> {
        Ok(None)
    }

    async fn set_published_through(&self, sequence: i64) -> Result<(), StoreError> {
        self.hear(Question::Move).await;
        self.note(Step::Moved(sequence));
        let mut script = self.script();
        script.moved.pop_front().unwrap_or(Ok(()))?;
        script.published_through = script.published_through.max(sequence);
        Ok(())
    }

    async fn try_lease(&self) -> Result<Option<Box<dyn RelayLease>>, StoreError> {
        if !self.script().lease.pop_front().unwrap_or(Ok(true))? {
            return Ok(None);
        }
        self.note(Step::Leased);
        Ok(Some(Box::new(Lease(self.clone()))))
    }

    fn wakeup(&self) -> &Wakeup {
        World::wakeup(self)
    }
}

struct Lease(World);

#[async_trait]
impl RelayLease for Lease {
    async fn is_held(&mut self) -> bool {
        self.0.lease_is_held()
    }
}

#[async_trait]
impl EventBus for World {
    async fn declare(&self, declared: &Topology) -> Result<(), BusError> {
        assert_eq!(*declared, topology());
        self.note(Step::Declared);
        let hangs = self.script().declare_hangs;
        if hangs {
            std::future::pending::<()>().await;
        }
        self.script().declare.pop_front().unwrap_or(Ok(()))
    }

    fn publisher(&self) -> Arc<dyn EventPublisher> {
        Arc::new(self.clone())
    }

    fn consumer(&self, queue: &str) -> Box<dyn EventConsumer> {
        panic!("a relay does not consume {queue}");
    }

    fn status(&self) -> BusStatus {
        BusStatus::Connected
    }

    async fn close(&self) {}
}

#[async_trait]
impl EventPublisher for World {
    async fn publish(&self, exchange: &str, messages: &[Message]) -> Result<(), PublishError> {
        if exchange == CONTROL_EXCHANGE {
            return self.beat(messages);
        }
        assert_eq!(exchange, EXCHANGE);
        let sequences = messages.iter().map(|message| {
            let envelope = Envelope::parse(&message.body).unwrap();
            assert_eq!(envelope.event_id, message.id);
            assert_eq!(envelope.event_type, message.routing_key);
            assert_eq!(envelope.producer, PRODUCER);
            envelope.sequence
        });
        self.note(Step::Published(sequences.collect()));
        self.pass_gate().await;
        self.script().publish.pop_front().unwrap_or(Ok(()))
    }

    async fn ensure_connected(&self) -> Result<(), BusError> {
        self.script().connected.pop_front().unwrap_or(Ok(()))
    }
}

impl World {
    fn beat(&self, messages: &[Message]) -> Result<(), PublishError> {
        for message in messages {
            match ControlMessage::parse(&message.body) {
                Ok(ControlMessage::Heartbeat(heartbeat)) => {
                    assert_eq!(message.routing_key, format!("heartbeat.{PRODUCER}"));
                    self.script().heartbeats.push(heartbeat);
                }
                other => panic!("a relay tells heartbeats alone: {other:?}"),
            }
        }
        self.script().beat.pop_front().unwrap_or(Ok(()))
    }
}
