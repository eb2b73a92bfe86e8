//! How the adapter notices that the broker is away, and that it is back.

use std::{net::Ipv4Addr, sync::Arc, time::Duration};

use event_bus::{
    BusError, BusStatus, ConsumeError, EventBus, EventPublisher, Message, PublishError,
    RabbitMqBus, Topology, conformance::TcpProxy, private_broker::PrivateBroker,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    time::{Instant, sleep, timeout},
};

use crate::support::{
    DEADLINE, PATIENCE, blocking, bus_at, messages, options, own_broker, shared_broker, topology,
    unique,
};

async fn publish_until_confirmed(
    publisher: &dyn EventPublisher,
    exchange: &str,
    batch: &[Message],
) {
    let until = Instant::now() + PATIENCE;
    while let Err(error) = publisher.publish(exchange, batch).await {
        assert!(Instant::now() < until, "{error}");
        sleep(Duration::from_millis(50)).await;
    }
}

async fn eventually(what: &str, condition: impl Fn() -> bool) {
    let until = Instant::now() + PATIENCE;
    while !condition() {
        assert!(Instant::now() < until, "{what}: not within {PATIENCE:?}");
        sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
#[ignore = "needs RabbitMQ: tests/run.sh"]
async fn the_status_follows_the_connections_even_while_nothing_is_asked() {
    let proxy = TcpProxy::start(shared_broker().await.port()).await.unwrap();
    let (exchange, queue) = (unique("exchange"), unique("queue"));
    let bus = bus_at(proxy.port(), DEADLINE);
    assert_eq!(
        bus.status(),
        BusStatus::Disconnected,
        "nothing was tried yet"
    );
    bus.declare(&topology(&exchange, &queue)).await.unwrap();
    assert_eq!(bus.status(), BusStatus::Connected);

    proxy.cut();
    eventually("the loss shows", || bus.status() == BusStatus::Disconnected).await;

    bus.publisher().ensure_connected().await.unwrap();
    assert_eq!(bus.status(), BusStatus::Connected);
    bus.publisher()
        .publish(&exchange, &messages(1))
        .await
        .unwrap();
    let mut consumer = bus.consumer(&queue);
    consumer.next_batch(1).await.unwrap();
    assert_eq!(bus.status(), BusStatus::Connected);

    proxy.cut();
    eventually("the loss shows", || bus.status() == BusStatus::Disconnected).await;
    bus.publisher().ensure_connected().await.unwrap();
    assert_eq!(
        bus.status(),
        BusStatus::Disconnected,
        "the consuming one is still lost"
    );

    bus.close().await;
    assert_eq!(bus.status(), BusStatus::Disconnected);
}

#[tokio::test]
async fn a_broker_that_is_not_there_is_unreachable() {
    // Bound and closed at once: nothing listens there.
    let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let bus = bus_at(port, DEADLINE);

    let error = bus.publisher().ensure_connected().await.unwrap_err();

    let place = format!("127.0.0.1:{port}");
    assert!(
        matches!(&error, BusError::Unreachable(text) if text.contains(&place)),
        "{error:?}"
    );
    assert!(matches!(
        bus.declare(&Topology::default()).await,
        Err(BusError::Unreachable(_))
    ));
    assert_eq!(bus.status(), BusStatus::Disconnected);
}

#[tokio::test]
async fn a_broker_that_takes_connections_and_says_nothing_is_given_up_after_the_connect_timeout() {
    let silent = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let port = silent.local_addr().unwrap().port();
    let url = format!("amqp://127.0.0.1:{port}?connection_timeout=200");
    let bus = RabbitMqBus::new(&url, options(DEADLINE)).unwrap();

    let connecting = bus.publisher();
    let error = timeout(DEADLINE, connecting.ensure_connected())
        .await
        .unwrap()
        .unwrap_err();

    assert!(
        matches!(&error, BusError::Unreachable(text) if text.contains("200ms")),
        "{error:?}"
    );
    // The socket is let go of as well: what was sent is followed by its end.
    let (mut accepted, _) = silent.accept().await.unwrap();
    let mut received = Vec::new();
    let reading = accepted.read_to_end(&mut received);
    assert!(
        timeout(DEADLINE, reading).await.is_ok(),
        "the connection is still open"
    );
}

#[tokio::test]
async fn a_server_of_another_kind_is_an_error_and_no_hang() {
    let web = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let port = web.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = web.accept().await {
            let answer = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";
            client.write_all(answer).await.unwrap();
        }
    });
    let bus = bus_at(port, DEADLINE);

    let connecting = bus.publisher();
    let connected = timeout(DEADLINE, connecting.ensure_connected())
        .await
        .unwrap();

    assert!(connected.is_err());
}

#[tokio::test]
#[ignore = "needs RabbitMQ: tests/run.sh"]
async fn what_was_confirmed_survives_a_broker_that_is_killed() {
    let broker = own_broker().await;
    let (exchange, queue) = (unique("exchange"), unique("queue"));
    let bus = bus_at(broker.port(), DEADLINE);
    bus.declare(&topology(&exchange, &queue)).await.unwrap();
    // A new queue's name is written half a second later (3.10); a stop writes it at once.
    let restarted = Arc::clone(&broker);
    blocking(move || {
        restarted.stop().unwrap();
        restarted.start_again().unwrap();
    })
    .await;
    let publisher = bus.publisher();
    publish_until_confirmed(&*publisher, &exchange, &messages(500)).await;

    let killed = Arc::clone(&broker);
    blocking(move || killed.kill().unwrap()).await;
    let away = publisher.publish(&exchange, &messages(1)).await;
    assert!(
        matches!(away, Err(PublishError::Bus(BusError::Unreachable(_)))),
        "{away:?}"
    );
    let started = Arc::clone(&broker);
    blocking(move || started.start_again().unwrap()).await;

    let mut consumer = bus.consumer(&queue);
    let mut received = Vec::new();
    let until = Instant::now() + PATIENCE;
    while received.len() < 500 {
        assert!(Instant::now() < until, "only {} came", received.len());
        match consumer.next_batch(256).await {
            Ok(batch) => received.extend(batch),
            Err(ConsumeError::Bus(BusError::Unreachable(_))) => {
                sleep(Duration::from_millis(50)).await;
            }
            Err(error) => panic!("{error}"),
        }
    }
    let numbers: Vec<_> = received.iter().map(|got| got.body.to_vec()).collect();
    let sent: Vec<_> = (0..500)
        .map(|number| number.to_string().into_bytes())
        .collect();
    assert_eq!(numbers, sent);
}

#[tokio::test]
#[ignore = "needs RabbitMQ: tests/run.sh"]
async fn a_memory_alarm_stops_publishing_and_not_acknowledging() {
    let broker = own_broker().await;
    let (exchange, queue) = (unique("exchange"), unique("queue"));
    let bus = bus_at(broker.port(), Duration::from_secs(2));
    bus.declare(&topology(&exchange, &queue)).await.unwrap();
    let publisher = bus.publisher();
    publisher.publish(&exchange, &messages(10)).await.unwrap();

    set_memory_limit(&broker, "0").await;

    let unconfirmed = publisher.publish(&exchange, &messages(10)).await;
    assert!(
        matches!(unconfirmed, Err(PublishError::Unconfirmed { .. })),
        "{unconfirmed:?}"
    );
    eventually("the block shows", || {
        bus.status() == BusStatus::Disconnected
    })
    .await;
    let blocked = publisher.publish(&exchange, &messages(10)).await;
    let Err(PublishError::Bus(BusError::Unreachable(text))) = blocked else {
        panic!("{blocked:?}");
    };
    assert!(text.contains("blocked"), "{text}");
    let mut consumer = bus.consumer(&queue);
    let mut taken = 0;
    while taken < 10 {
        let batch = timeout(PATIENCE, consumer.next_batch(10))
            .await
            .unwrap()
            .unwrap();
        taken += batch.len();
        consumer.ack(batch[batch.len() - 1].tag).await.unwrap();
    }

    set_memory_limit(&broker, "0.6").await;
    publish_until_confirmed(&*publisher, &exchange, &messages(10)).await;
    assert_eq!(bus.status(), BusStatus::Connected);
}

async fn set_memory_limit(broker: &Arc<PrivateBroker>, fraction: &'static str) {
    let broker = Arc::clone(broker);
    blocking(move || {
        broker
            .control(&["set_vm_memory_high_watermark", fraction])
            .unwrap()
    })
    .await;
}
