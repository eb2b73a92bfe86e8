//! Consumers as the suite uses them.

use std::{collections::HashSet, sync::Arc};

use bytes::Bytes;
use tokio::{
    sync::watch,
    task::JoinHandle,
    time::{sleep, timeout},
};

use super::{PATIENCE, fixture::RETRY_AFTER};
use crate::{BusError, ConsumeError, Delivery, EventBus, EventConsumer};

/// Largest batch a subscriber takes.
const BATCH: usize = 256;

/// A subscriber that takes and acknowledges everything, through any loss of its connection.
pub(super) struct Subscriber {
    received: watch::Receiver<Vec<Bytes>>,
    /// What it is doing, for the message of a test that fails.
    doing: watch::Receiver<String>,
    task: JoinHandle<()>,
}

impl Subscriber {
    pub(super) fn start(bus: Arc<dyn EventBus>, queue: &str) -> Self {
        let mut consumer = bus.consumer(queue);
        let (sender, received) = watch::channel(Vec::new());
        let (now, doing) = watch::channel(String::new());
        let task = tokio::spawn(async move {
            // The bus lives as long as its consumer is in use.
            let _bus = bus;
            loop {
                now.send_replace("waits for a batch".to_owned());
                match consumer.next_batch(BATCH).await {
                    Ok(batch) => {
                        let last = batch.last().map(|delivery| delivery.tag);
                        sender.send_modify(|received| {
                            received.extend(batch.into_iter().map(|delivery| delivery.body));
                        });
                        now.send_replace("acknowledges".to_owned());
                        if let Some(last) = last {
                            acknowledge_unless_lost(&mut *consumer, last).await;
                        }
                    }
                    Err(ConsumeError::Bus(BusError::Refused(why))) => panic!("{why}"),
                    Err(error @ (ConsumeError::Bus(_) | ConsumeError::Stale)) => {
                        now.send_replace(format!("tries again after: {error}"));
                        sleep(RETRY_AFTER).await;
                    }
                }
            }
        });
        Self {
            received,
            doing,
            task,
        }
    }

    /// Waits until what was received, in order, repetitions included, satisfies `done`.
    pub(super) async fn wait_for(
        &mut self,
        what: &str,
        done: impl Fn(&[Bytes]) -> bool,
    ) -> Vec<Bytes> {
        let waited = async {
            let received = self.received.wait_for(|received| done(received)).await;
            received.map(|received| received.clone())
        };
        match timeout(PATIENCE, waited).await {
            Ok(Ok(received)) => received,
            Ok(Err(_gone)) => panic!("the subscriber failed before it had received {what}"),
            Err(_elapsed) => panic!(
                "{what}: not received within {PATIENCE:?}, only {} messages; it {}",
                self.received.borrow().len(),
                *self.doing.borrow()
            ),
        }
    }

    /// Waits until `count` different messages were received.
    pub(super) async fn wait_for_distinct(&mut self, count: usize) -> Vec<Bytes> {
        let what = format!("{count} different messages");
        self.wait_for(&what, |received| {
            received.len() >= count && received.iter().collect::<HashSet<_>>().len() >= count
        })
        .await
    }
}

impl Drop for Subscriber {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn acknowledge_unless_lost(consumer: &mut dyn EventConsumer, through: crate::DeliveryTag) {
    match consumer.ack(through).await {
        Ok(()) | Err(ConsumeError::Stale | ConsumeError::Bus(BusError::Unreachable(_))) => {}
        Err(ConsumeError::Bus(BusError::Refused(why))) => panic!("{why}"),
    }
}

/// Takes deliveries until there are `count`, acknowledging none.
pub(super) async fn take(consumer: &mut dyn EventConsumer, count: usize) -> Vec<Delivery> {
    let mut taken = Vec::new();
    while taken.len() < count {
        taken.extend(next(consumer, count - taken.len()).await);
    }
    taken
}

/// One batch, of a consumer whose connection is not interrupted.
pub(super) async fn next(consumer: &mut dyn EventConsumer, max: usize) -> Vec<Delivery> {
    match timeout(PATIENCE, consumer.next_batch(max)).await {
        Ok(Ok(batch)) => {
            assert!(!batch.is_empty(), "a batch must hold at least one delivery");
            assert!(
                batch.len() <= max,
                "{} deliveries, at most {max} wanted",
                batch.len()
            );
            batch
        }
        Ok(Err(error)) => panic!("next_batch failed: {error}"),
        Err(_elapsed) => panic!("nothing came within {PATIENCE:?}"),
    }
}

/// Acknowledges all of `taken`.
pub(super) async fn ack(consumer: &mut dyn EventConsumer, taken: &[Delivery]) {
    if let Some(last) = taken.last() {
        let acked = consumer.ack(last.tag).await;
        assert_eq!(acked, Ok(()), "ack failed");
    }
}

pub(super) fn bodies(taken: &[Delivery]) -> Vec<String> {
    taken.iter().map(|delivery| text(&delivery.body)).collect()
}

pub(super) fn text(body: &Bytes) -> String {
    String::from_utf8_lossy(body).into_owned()
}
