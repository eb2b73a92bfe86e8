//! The in-process bus, whose consumer and declarations fail when told to, and which takes no
//! acknowledgement of what is not settled.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard},
};

use async_trait::async_trait;
use event_bus::{
    BusError, BusStatus, ConsumeError, Delivery, DeliveryTag, EventBus, EventConsumer,
    EventPublisher, InProcessBus, Topology,
};

use crate::{
    cache::Cache,
    world::{Record, Step},
};

#[derive(Clone)]
pub(crate) struct ScriptedBus {
    pub(crate) inner: InProcessBus,
    script: Arc<Mutex<Script>>,
    cache: Cache,
    record: Record,
}

/// Answers to give, one a call; those of the bus itself once there are none left.
#[derive(Default)]
pub(crate) struct Script {
    pub(crate) declare: VecDeque<Result<(), BusError>>,
    pub(crate) declare_hangs: bool,
    pub(crate) next_batch: VecDeque<ConsumeError>,
    pub(crate) ack: VecDeque<ConsumeError>,
    /// At most so many deliveries are there at a time.
    pub(crate) most: Option<usize>,
    /// Losing the connection makes the bus hand out again what was not acknowledged; instead of
    /// an acknowledgement, so often.
    pub(crate) lose_connection: u32,
}

impl ScriptedBus {
    pub(crate) fn new(inner: InProcessBus, cache: Cache, record: Record) -> Self {
        Self {
            inner,
            script: Arc::default(),
            cache,
            record,
        }
    }

    pub(crate) fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap()
    }
}

#[async_trait]
impl EventBus for ScriptedBus {
    async fn declare(&self, topology: &Topology) -> Result<(), BusError> {
        self.record.note(Step::Declared);
        let hangs = self.script().declare_hangs;
        if hangs {
            std::future::pending::<()>().await;
        }
        let answer = self.script().declare.pop_front();
        match answer {
            Some(answer) => answer,
            None => self.inner.declare(topology).await,
        }
    }

    fn publisher(&self) -> Arc<dyn EventPublisher> {
        self.inner.publisher()
    }

    fn consumer(&self, queue: &str) -> Box<dyn EventConsumer> {
        Box::new(ScriptedConsumer {
            inner: self.inner.consumer(queue),
            bus: self.clone(),
            handed_out: Vec::new(),
        })
    }

    fn status(&self) -> BusStatus {
        self.inner.status()
    }

    async fn close(&self) {
        self.inner.close().await;
    }
}

struct ScriptedConsumer {
    inner: Box<dyn EventConsumer>,
    bus: ScriptedBus,
    /// What is not acknowledged yet.
    handed_out: Vec<Delivery>,
}

#[async_trait]
impl EventConsumer for ScriptedConsumer {
    async fn next_batch(&mut self, max: usize) -> Result<Vec<Delivery>, ConsumeError> {
        let (error, most) = {
            let mut script = self.bus.script();
            (script.next_batch.pop_front(), script.most)
        };
        if let Some(error) = error {
            return Err(error);
        }
        let deliveries = self.inner.next_batch(most.unwrap_or(max).min(max)).await?;
        self.handed_out.extend(deliveries.iter().cloned());
        self.bus.record.note(Step::Taken(deliveries.len()));
        Ok(deliveries)
    }

    async fn ack(&mut self, through: DeliveryTag) -> Result<(), ConsumeError> {
        for Delivery { tag, body, .. } in &self.handed_out {
            let may_go = *tag > through || self.bus.cache.has_settled(body);
            assert!(may_go, "acknowledged before it was settled: {body:?}");
        }
        self.handed_out.retain(|delivery| delivery.tag > through);
        let (error, lost) = {
            let mut script = self.bus.script();
            let lost = script.lose_connection > 0;
            script.lose_connection = script.lose_connection.saturating_sub(1);
            (script.ack.pop_front(), lost)
        };
        if lost {
            self.bus.inner.drop_connections();
        }
        let outcome = match error {
            Some(error) => Err(error),
            None => self.inner.ack(through).await,
        };
        self.bus.record.note(match outcome {
            Ok(()) => Step::Acknowledged,
            Err(_) => Step::NotAcknowledged,
        });
        outcome
    }
}
