//! While the relay publishes it holds no transaction: everybody else goes on writing.

use std::{sync::Arc, time::Duration};

use event_bus::{EventBus, InProcessBus, Queue, QueueKind, Topology};
use replication::{
    Wakeup,
    log::EventLog,
    relay::Relay,
    sql::{Database, SqlEventLog},
};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::{log::entry, server, store::Store};

/// Less than a writer waits for a connection or a lock.
const SOON: Duration = Duration::from_secs(4);

fn topology() -> Topology {
    Topology {
        exchanges: vec!["things.events".to_owned()],
        queues: vec![Queue::new("others.things", QueueKind::Lasting).hearing_all("things.events")],
    }
}

async fn others_write_while_a_publish_is_under_way(store: Store) {
    store
        .append(vec![entry("a", 1), entry("a", 2)])
        .await
        .unwrap();
    let database: &Database = store.database();
    let log = Arc::new(SqlEventLog::new(database.clone(), Wakeup::default()));
    let bus = InProcessBus::new();
    bus.declare(&topology()).await.unwrap();
    let mut consumer = bus.consumer("others.things");
    let (stop, hard) = (CancellationToken::new(), CancellationToken::new());
    let relay = Relay::new(
        "things-service",
        "things.events",
        topology(),
        log.clone(),
        Arc::new(bus),
        Duration::from_secs(5),
    );
    let relay = tokio::spawn(relay.run(stop.clone(), hard));

    // Taken and not acknowledged: the publish waits.
    let taken = consumer.next_batch(100).await.unwrap();
    assert_eq!(taken.len(), 2);
    timeout(SOON, store.append(vec![entry("a", 3)]))
        .await
        .unwrap()
        .unwrap();
    timeout(SOON, store.set_published_through(0)).await.unwrap();
    assert_eq!(store.head().await.published_through, 0);
    consumer.ack(taken.last().unwrap().tag).await.unwrap();

    // Nobody rang for the third: the poll finds it.
    let taken = consumer.next_batch(100).await.unwrap();
    consumer.ack(taken.last().unwrap().tag).await.unwrap();
    stop.cancel();
    relay.await.unwrap().unwrap();
    assert_eq!(log.head().await.unwrap().published_through, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn on_sqlite() {
    server::on_sqlite(others_write_while_a_publish_is_under_way).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: tests/run.sh"]
async fn on_postgres() {
    server::on_postgres(others_write_while_a_publish_is_under_way).await;
}
