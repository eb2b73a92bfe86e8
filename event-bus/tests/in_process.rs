//! The in-process bus keeps the promises of the ports, and its own.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use event_bus::{
    BusError, BusStatus, ConsumeError, EventBus, InProcessBus, InProcessOptions, Message,
    PublishError, Queue, QueueKind, Topology,
    conformance::{Features, Harness, Needs},
    conformance_tests,
};
use uuid::Uuid;

struct InProcess(InProcessBus);

#[async_trait]
impl Harness for InProcess {
    const FEATURES: Features = Features {
        restarts: false,
        stores: false,
        ..Features::ALL
    };

    async fn start(_needs: Needs) -> Self {
        Self(InProcessBus::new())
    }

    fn bus(&self) -> Arc<dyn EventBus> {
        Arc::new(self.0.clone())
    }

    async fn lose_connections(&self) {
        self.0.drop_connections();
    }

    async fn restart_broker(&self) {
        panic!("the in-process bus has no broker to restart");
    }

    async fn delete_queue(&self, queue: &str) {
        self.0.delete_queue(queue);
    }
}

conformance_tests!(InProcess);

const EXCHANGE: &str = "authors.events";
const QUEUE: &str = "books-service";

async fn bus(queue_capacity: usize) -> InProcessBus {
    let bus = InProcessBus::with_options(InProcessOptions {
        queue_capacity,
        publish_deadline: Duration::from_millis(100),
    });
    assert_eq!(bus.declare(&topology()).await, Ok(()));
    bus
}

fn topology() -> Topology {
    Topology {
        exchanges: vec![EXCHANGE.to_owned()],
        queues: vec![Queue::new(QUEUE, QueueKind::Lasting).hearing_all(EXCHANGE)],
    }
}

fn messages(count: usize) -> Vec<Message> {
    (0..count)
        .map(|number| Message {
            id: Uuid::from_u128(number as u128 + 1),
            routing_key: "author.created".to_owned(),
            body: Bytes::from(number.to_string()),
        })
        .collect()
}

#[tokio::test]
async fn publishing_again_and_again_without_a_consumer_does_not_grow_the_queue() {
    let bus = bus(100).await;
    for _ in 0..3 {
        let late = bus.publisher().publish(EXCHANGE, &messages(60)).await;
        let seconds = 0;
        assert_eq!(
            late,
            Err(PublishError::Unconfirmed {
                missing: 60,
                seconds
            })
        );
        assert_eq!(bus.depth(QUEUE), Some(0));
    }
}

#[tokio::test]
async fn a_publish_that_is_given_up_is_taken_back() {
    let bus = bus(100).await;
    let publisher = bus.publisher();
    let batch = messages(10);
    let given_up = tokio::time::timeout(Duration::ZERO, publisher.publish(EXCHANGE, &batch)).await;
    assert!(given_up.is_err());
    assert_eq!(bus.depth(QUEUE), Some(0));
}

#[tokio::test]
async fn what_a_consumer_was_given_stays_when_its_publish_times_out() {
    let bus = bus(100).await;
    let mut consumer = bus.consumer(QUEUE);
    let publisher = bus.publisher();
    let batch = messages(10);
    let (late, taken) =
        futures_util::future::join(publisher.publish(EXCHANGE, &batch), consumer.next_batch(4))
            .await;
    assert!(
        matches!(late, Err(PublishError::Unconfirmed { missing: 10, .. })),
        "{late:?}"
    );
    assert_eq!(bus.depth(QUEUE), Some(4));

    let last = taken.map(|taken| taken.last().map(|delivery| delivery.tag));
    let Ok(Some(last)) = last else {
        panic!("{last:?}");
    };
    assert_eq!(consumer.ack(last).await, Ok(()));
    assert_eq!(bus.depth(QUEUE), Some(0));
}

#[tokio::test]
async fn a_batch_that_does_not_fit_is_refused_whole() {
    let bus = bus(5).await;
    let refused = bus.publisher().publish(EXCHANGE, &messages(6)).await;
    let first = Uuid::from_u128(1);
    assert_eq!(refused, Err(PublishError::Nacked { count: 6, first }));
    assert_eq!(bus.depth(QUEUE), Some(0));
}

#[tokio::test]
async fn closing_ends_a_publish_that_waits() {
    let bus = InProcessBus::new();
    assert_eq!(bus.declare(&topology()).await, Ok(()));
    let publisher = bus.publisher();
    let batch = messages(1);
    let closing = async {
        tokio::task::yield_now().await;
        bus.close().await;
    };
    let (failed, ()) =
        futures_util::future::join(publisher.publish(EXCHANGE, &batch), closing).await;
    assert!(
        matches!(failed, Err(PublishError::Bus(BusError::Unreachable(_)))),
        "{failed:?}"
    );
}

#[tokio::test]
async fn a_queue_that_was_not_declared_can_be_consumed_once_it_is() {
    let bus = InProcessBus::new();
    let mut consumer = bus.consumer(QUEUE);
    let missing = consumer.next_batch(1).await;
    assert!(
        matches!(missing, Err(ConsumeError::Bus(BusError::Unreachable(_)))),
        "{missing:?}"
    );

    assert_eq!(bus.declare(&topology()).await, Ok(()));
    let publisher = bus.publisher();
    let batch = messages(1);
    let taking = async {
        let taken = consumer.next_batch(1).await?;
        for delivery in &taken {
            consumer.ack(delivery.tag).await?;
        }
        Ok::<_, ConsumeError>(taken.len())
    };
    let (published, taken) =
        futures_util::future::join(publisher.publish(EXCHANGE, &batch), taking).await;
    assert_eq!((published, taken), (Ok(()), Ok(1)));
}

#[tokio::test]
async fn binding_to_an_exchange_that_does_not_exist_is_refused() {
    let topology = Topology {
        exchanges: Vec::new(),
        queues: vec![Queue::new(QUEUE, QueueKind::Lasting).hearing_all("nowhere")],
    };
    let refused = InProcessBus::new().declare(&topology).await;
    assert!(matches!(&refused, Err(BusError::Refused(text)) if text.contains("nowhere")));
}

#[tokio::test]
async fn the_in_process_bus_is_always_connected() {
    let bus = InProcessBus::new();
    assert_eq!(bus.status(), BusStatus::Connected);
    bus.drop_connections();
    assert_eq!(bus.status(), BusStatus::Connected);
}
