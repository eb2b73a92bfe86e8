//! A copy in memory, whose consumer can be made to do something wrong.

use std::{
    collections::BTreeMap,
    marker::PhantomData,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use event_bus::{
    Delivery, EventBus, EventConsumer, Message,
    conformance::consumer::{Change, ConsumerHarness, Held},
};
use tokio::{task::JoinHandle, time::sleep};
use uuid::Uuid;

/// What a consumer does in the places where consumers go wrong.
pub(crate) trait Ways: Send + Sync + 'static {
    const ACKNOWLEDGES_FIRST: bool = false;
    const STOPS_AT_WHAT_IT_CANNOT_READ: bool = false;
    const STOPS_AT_A_LOSS: bool = false;
    const SKIPS_WHAT_COMES_AGAIN: bool = false;
    /// What it holds is gone with its process.
    const KEEPS_IT_IN_THE_PROCESS: bool = false;

    /// Takes `new` into `rows`.
    fn apply(rows: &mut Rows, key: i64, new: Held) {
        let newer = |held: &Held| (new.epoch, new.version) > (held.epoch, held.version);
        if rows.get(&key).is_none_or(newer) {
            rows.insert(key, new);
        }
    }
}

pub(crate) enum Right {}

impl Ways for Right {}

pub(crate) type Rows = BTreeMap<i64, Held>;

pub(crate) struct Copy<W> {
    /// Stands for a database.
    rows: Arc<Mutex<Rows>>,
    consuming: Option<JoinHandle<()>>,
    ways: PhantomData<W>,
}

#[async_trait]
impl<W: Ways> ConsumerHarness for Copy<W> {
    async fn empty() -> Self {
        Self {
            rows: Arc::default(),
            consuming: None,
            ways: PhantomData,
        }
    }

    fn message(&self, change: &Change) -> Message {
        let Change {
            key,
            epoch,
            version,
            sequence,
            text,
        } = change;
        let text = text.as_deref().unwrap_or("-");
        Message {
            id: Uuid::from_u128((*sequence).try_into().unwrap()),
            routing_key: "thing.changed".to_owned(),
            body: format!("{key}|{epoch}|{version}|{text}").into(),
        }
    }

    fn unreadable(&self) -> Vec<Message> {
        vec![Message {
            id: Uuid::max(),
            routing_key: "thing.reformed".to_owned(),
            body: "1|1|1|of|a|later|release".into(),
        }]
    }

    async fn start(&mut self, bus: Arc<dyn EventBus>, queue: &str) {
        let consumer = bus.consumer(queue);
        let rows = Arc::clone(&self.rows);
        self.consuming = Some(tokio::spawn(consume::<W>(consumer, rows)));
    }

    async fn stop(&mut self) {
        self.crash().await;
    }

    async fn crash(&mut self) {
        if let Some(consuming) = self.consuming.take() {
            consuming.abort();
            drop(consuming.await);
        }
        if W::KEEPS_IT_IN_THE_PROCESS {
            self.rows.lock().unwrap().clear();
        }
    }

    async fn held(&self) -> Rows {
        self.rows.lock().unwrap().clone()
    }
}

impl<W> Drop for Copy<W> {
    fn drop(&mut self) {
        if let Some(consuming) = &self.consuming {
            consuming.abort();
        }
    }
}

async fn consume<W: Ways>(mut consumer: Box<dyn EventConsumer>, rows: Arc<Mutex<Rows>>) {
    loop {
        let batch = match consumer.next_batch(64).await {
            Ok(batch) => batch,
            Err(_lost) if W::STOPS_AT_A_LOSS => return,
            Err(_lost) => {
                sleep(Duration::from_millis(1)).await;
                continue;
            }
        };
        let last = batch.last().unwrap().tag;
        if W::ACKNOWLEDGES_FIRST {
            // What it can't acknowledge comes again.
            drop(consumer.ack(last).await);
        }
        for delivery in &batch {
            match read(delivery) {
                Some(_) if W::SKIPS_WHAT_COMES_AGAIN && delivery.redelivered => {}
                Some((key, new)) => W::apply(&mut rows.lock().unwrap(), key, new),
                None if W::STOPS_AT_WHAT_IT_CANNOT_READ => return,
                None => {}
            }
        }
        if !W::ACKNOWLEDGES_FIRST {
            drop(consumer.ack(last).await);
        }
    }
}

fn read(delivery: &Delivery) -> Option<(i64, Held)> {
    let text = std::str::from_utf8(&delivery.body).ok()?;
    let [key, epoch, version, text] = text.split('|').collect::<Vec<_>>().try_into().ok()?;
    let held = Held {
        epoch: epoch.parse().ok()?,
        version: version.parse().ok()?,
        text: (text != "-").then(|| text.to_owned()),
    };
    Some((key.parse().ok()?, held))
}
