//! Brokers and buses for the RabbitMQ tests.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use event_bus::{
    Message, Queue, QueueKind, RabbitMqBus, RabbitMqOptions, Topology,
    private_broker::PrivateBroker,
};
use lapin::{Connection, ConnectionProperties};
use uuid::Uuid;

/// How long a test waits for something that must happen.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A publish deadline that no test is to reach.
pub(crate) const DEADLINE: Duration = Duration::from_secs(30);

/// A broker that no test stops. It ends with the test process, by its watchdog.
pub(crate) async fn shared_broker() -> Arc<PrivateBroker> {
    static SHARED: OnceLock<Arc<PrivateBroker>> = OnceLock::new();
    blocking(|| Arc::clone(SHARED.get_or_init(start))).await
}

/// A broker of the test's own.
pub(crate) async fn own_broker() -> Arc<PrivateBroker> {
    blocking(start).await
}

fn start() -> Arc<PrivateBroker> {
    match PrivateBroker::start() {
        Ok(broker) => Arc::new(broker),
        Err(error) => panic!("{error}"),
    }
}

pub(crate) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.unwrap()
}

/// The bus on `port` of this machine, as the default user.
pub(crate) fn bus_at(port: u16, publish_deadline: Duration) -> RabbitMqBus {
    let url = format!("amqp://guest:guest@127.0.0.1:{port}");
    RabbitMqBus::new(&url, options(publish_deadline)).unwrap()
}

pub(crate) fn options(publish_deadline: Duration) -> RabbitMqOptions {
    RabbitMqOptions {
        client_name: "event-bus tests".to_owned(),
        publish_deadline,
        // One test waits until it has passed.
        reply_expires: Duration::from_secs(10),
        ..RabbitMqOptions::default()
    }
}

pub(crate) fn unique(kind: &str) -> String {
    format!("adapter.{kind}.{:016x}", fastrand::u64(..))
}

pub(crate) fn topology(exchange: &str, queue: &str) -> Topology {
    Topology {
        exchanges: vec![exchange.to_owned()],
        queues: vec![Queue::new(queue, QueueKind::Lasting).hearing_all(exchange)],
    }
}

pub(crate) fn messages(count: u32) -> Vec<Message> {
    (0..count)
        .map(|number| Message {
            id: Uuid::from_u128(fastrand::u128(..)),
            routing_key: "author.created".to_owned(),
            body: number.to_string().into(),
        })
        .collect()
}

/// A connection past the adapter.
pub(crate) async fn raw(broker: &PrivateBroker) -> Connection {
    Connection::connect(&broker.url(), ConnectionProperties::default())
        .await
        .unwrap()
}
