//! A third party, which has nothing but the broker: it keeps a copy by the rules of the contract.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use event_bus::{BusOptions, EventBus, EventConsumer, Queue, QueueKind, Topology};
use shared_events::{Envelope, Producer, RecordVersion};
use tokio::{task::JoinHandle, time::sleep};

use crate::{
    catalog_copy::CatalogCopy,
    waiting::{PATIENCE, eventually},
};

const QUEUE: &str = "third-party.catalog.events";
/// At most so many messages at a time.
const BATCH: usize = 256;
/// A character that PostgreSQL can't keep, as JSON writes it.
const NUL: &[u8] = b"\\u0000";
/// Between two tries while the broker is away.
const PAUSE: Duration = Duration::from_millis(200);

/// A subscriber at work. Dropping it ends it.
pub struct Subscriber {
    copy: Arc<Mutex<CatalogCopy>>,
    bus: Arc<dyn EventBus>,
    task: JoinHandle<()>,
}

impl Subscriber {
    /// Declares a queue and subscribes.
    ///
    /// # Panics
    /// If the broker can't be reached.
    pub async fn start(broker_url: &str) -> Self {
        let options = BusOptions {
            client_name: "third-party".to_owned(),
            ..BusOptions::default()
        };
        let bus = event_bus::connect(broker_url, &options).unwrap();
        eventually(PATIENCE, "a queue of the third party", async || {
            bus.declare(&topology()).await.ok()
        })
        .await;
        let copy = Arc::new(Mutex::new(CatalogCopy::default()));
        let task = tokio::spawn(consume(Arc::clone(&bus), Arc::clone(&copy)));
        Self { copy, bus, task }
    }

    /// What it holds now.
    pub fn copy(&self) -> CatalogCopy {
        lock(&self.copy).clone()
    }

    /// Ends it.
    pub async fn stop(self) {
        self.task.abort();
        self.bus.close().await;
    }
}

impl Drop for Subscriber {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn topology() -> Topology {
    let exchanges = Producer::ALL.map(|producer| producer.exchange().to_owned());
    let queue = Queue::new(QUEUE, QueueKind::Lasting);
    let queue = exchanges.iter().cloned().fold(queue, Queue::hearing_all);
    Topology {
        exchanges: exchanges.into(),
        queues: vec![queue],
    }
}

async fn consume(bus: Arc<dyn EventBus>, copy: Arc<Mutex<CatalogCopy>>) {
    let mut consumer = bus.consumer(QUEUE);
    loop {
        if take_batch(&mut *consumer, &copy).await.is_err() {
            sleep(PAUSE).await;
            // It may be a broker that has forgotten everything. If this fails, so does the rest.
            let _declared = bus.declare(&topology()).await;
        }
    }
}

async fn take_batch(
    consumer: &mut dyn EventConsumer,
    copy: &Mutex<CatalogCopy>,
) -> Result<(), event_bus::ConsumeError> {
    let batch = consumer.next_batch(BATCH).await?;
    for delivery in &batch {
        // It puts aside what its database could not take, as everybody else does.
        if delivery.body.windows(NUL.len()).any(|bytes| bytes == NUL) {
            continue;
        }
        let Ok(envelope) = Envelope::parse(&delivery.body) else {
            continue;
        };
        let version = RecordVersion {
            epoch: envelope.epoch,
            version: envelope.version,
        };
        if let Ok(event) = envelope.event() {
            lock(copy).apply(version, event);
        }
    }
    match batch.last() {
        Some(last) => consumer.ack(last.tag).await,
        None => Ok(()),
    }
}

fn lock(copy: &Mutex<CatalogCopy>) -> std::sync::MutexGuard<'_, CatalogCopy> {
    copy.lock().unwrap_or_else(PoisonError::into_inner)
}
