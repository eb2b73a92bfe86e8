//! A third party, which has nothing but the broker: it keeps a copy of both sides' records and of
//! their links by the rules of the contract, and looks after it as any downstream service can.

mod records;
mod store;

use std::{sync::Arc, time::Duration};

use event_bus::{BusOptions, EventBus, Queue, QueueKind, Topology};
use replication::{
    inbox::Inbox,
    parked::RetrySchedule,
    receipts::Consumers,
    repair::{Repair, RepairOptions, RepairParts, RepairStatus, Source, control_queue},
};
use service_kit::clock::{Clock, SystemClock};
use shared_events::{Producer, control::CONTROL_EXCHANGE};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::catalog_copy::CatalogCopy;
use records::CopiedFrom;
use store::{Store, decode};

const NAME: &str = "third-party";

/// It looks for what is wrong at the pace of the services under test.
const OPTIONS: RepairOptions = RepairOptions {
    heartbeat_interval: Duration::from_millis(500),
    drift_interval: Duration::from_secs(1),
    gap_patience: Duration::from_secs(1),
};

/// A subscriber at work. Dropping it ends it.
pub struct Subscriber {
    store: Store,
    bus: Arc<dyn EventBus>,
    tasks: JoinSet<()>,
}

impl Subscriber {
    /// Subscribes, with an empty copy.
    ///
    /// # Panics
    /// If the URL is none of a broker.
    pub fn start(broker_url: &str) -> Self {
        let options = BusOptions {
            client_name: NAME.to_owned(),
            ..BusOptions::default()
        };
        let bus = event_bus::connect(broker_url, &options).unwrap();
        let store = Store::default();
        let mut tasks = JoinSet::new();
        for producer in Producer::ALL {
            let source = source(producer);
            tasks.spawn(consume(source, Arc::clone(&bus), store.clone()));
            tasks.spawn(look_after(source, Arc::clone(&bus), store.clone()));
        }
        Self { store, bus, tasks }
    }

    /// What it holds now.
    pub fn copy(&self) -> CatalogCopy {
        self.store.copy()
    }

    /// Ends it.
    pub async fn stop(mut self) {
        self.tasks.shutdown().await;
        self.bus.close().await;
    }
}

fn source(producer: Producer) -> Source {
    let queue = match producer {
        Producer::Authors => "third-party.authors.events",
        Producer::Books => "third-party.books.events",
    };
    Source { producer, queue }
}

fn control_queue_of(source: Source) -> &'static str {
    match source.producer {
        Producer::Authors => "third-party.authors.control",
        Producer::Books => "third-party.books.control",
    }
}

fn topology(source: Source) -> Topology {
    let exchange = source.producer.exchange();
    let control = control_queue(control_queue_of(source), source.producer.name(), None);
    Topology {
        exchanges: vec![exchange.to_owned(), CONTROL_EXCHANGE.to_owned()],
        queues: vec![
            Queue::new(source.queue, QueueKind::Lasting).hearing_all(exchange),
            control,
        ],
    }
}

async fn consume(source: Source, bus: Arc<dyn EventBus>, store: Store) {
    let store = Arc::new(store);
    let inbox = Inbox::new(
        source.queue,
        topology(source),
        bus,
        decode,
        store.clone(),
        store,
        Arc::new(|| SystemClock.now()),
        RetrySchedule::default(),
    );
    let never = CancellationToken::new();
    inbox.run(never.clone(), never).await.unwrap();
}

async fn look_after(source: Source, bus: Arc<dyn EventBus>, store: Store) {
    let repair = Repair::new(RepairParts {
        service: NAME,
        source,
        control_queue: control_queue_of(source),
        topology: topology(source),
        bus,
        records: Arc::new(CopiedFrom {
            producer: source.producer,
            store: store.clone(),
        }),
        copy_changed: store.settled.clone(),
        checkpoints: Arc::new(store.clone()),
        parked: Arc::new(store),
        log: None,
        consumers: Consumers::new(OPTIONS.heartbeat_interval),
        now: Arc::new(|| SystemClock.now()),
        options: OPTIONS,
        status: RepairStatus::default(),
    });
    repair.run(CancellationToken::new()).await;
}
