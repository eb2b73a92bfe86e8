//! One exchange, one queue, one subscriber.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use event_bus::{
    ConsumeError, Delivery, EventBus, EventConsumer, InProcessBus, Message, PublishError, Queue,
    QueueKind, Topology,
    faults::{FaultPlan, FaultyBus},
};
use tokio::{
    task::JoinHandle,
    time::{sleep, timeout},
};
use uuid::Uuid;

pub(crate) const EXCHANGE: &str = "things";
pub(crate) const QUEUE: &str = "copy";

/// How long a test waits for something that must happen. Time is paused, so it costs none.
const PATIENCE: Duration = Duration::from_secs(600);

pub(crate) struct World {
    pub(crate) inside: InProcessBus,
    pub(crate) bus: FaultyBus,
    /// What happened, in order.
    pub(crate) history: Arc<Mutex<Vec<String>>>,
}

impl World {
    pub(crate) async fn new(plan: FaultPlan, seed: u64) -> Self {
        let inside = InProcessBus::new();
        let topology = Topology {
            exchanges: vec![EXCHANGE.to_owned()],
            queues: vec![Queue::new(QUEUE, QueueKind::Lasting).hearing_all(EXCHANGE)],
        };
        assert_eq!(inside.declare(&topology).await, Ok(()));
        Self {
            bus: FaultyBus::new(Arc::new(inside.clone()), plan, seed),
            inside,
            history: Arc::default(),
        }
    }

    pub(crate) async fn publish(&self, messages: &[Message]) -> Result<(), PublishError> {
        self.bus.publisher().publish(EXCHANGE, messages).await
    }

    /// Takes and acknowledges everything, through any loss, and writes it down.
    pub(crate) fn subscribe(&self) -> Subscriber {
        let mut consumer = self.bus.consumer(QUEUE);
        let history = Arc::clone(&self.history);
        let task = tokio::spawn(async move {
            loop {
                let lines = match consumer.next_batch(16).await {
                    Ok(batch) => {
                        let mut lines = bodies(&batch);
                        let acked = consumer.ack(batch.last().unwrap().tag).await;
                        lines.extend(acked.err().map(|error| error.to_string()));
                        lines
                    }
                    Err(error) => {
                        sleep(Duration::from_millis(10)).await;
                        vec![error.to_string()]
                    }
                };
                history.lock().unwrap().extend(lines);
            }
        });
        Subscriber(task)
    }

    pub(crate) fn history(&self) -> Vec<String> {
        self.history.lock().unwrap().clone()
    }

    /// Waits until nothing is late and nothing is in the queue.
    pub(crate) async fn quiet(&self) {
        let quiet = async {
            while self.bus.late() > 0 || self.inside.depth(QUEUE) != Some(0) {
                sleep(Duration::from_millis(10)).await;
            }
        };
        timeout(PATIENCE, quiet).await.unwrap();
    }
}

/// Ends with the test.
pub(crate) struct Subscriber(JoinHandle<()>);

impl Drop for Subscriber {
    fn drop(&mut self) {
        self.0.abort();
    }
}

pub(crate) async fn next(consumer: &mut dyn EventConsumer) -> Result<Vec<Delivery>, ConsumeError> {
    timeout(PATIENCE, consumer.next_batch(16)).await.unwrap()
}

pub(crate) fn bodies(batch: &[Delivery]) -> Vec<String> {
    batch
        .iter()
        .map(|delivery| String::from_utf8_lossy(&delivery.body).into_owned())
        .collect()
}

/// Messages whose bodies are their numbers.
pub(crate) fn messages(numbers: std::ops::Range<u128>) -> Vec<Message> {
    numbers
        .map(|number| Message {
            id: Uuid::from_u128(number),
            routing_key: "thing.updated".to_owned(),
            body: number.to_string().into(),
        })
        .collect()
}

pub(crate) fn numbers(numbers: std::ops::Range<u128>) -> Vec<String> {
    numbers.map(|number| number.to_string()).collect()
}
