//! What the adapter says when the broker says no.

use event_bus::{BusError, BusStatus, ConsumeError, EventBus, PublishError, RabbitMqBus, Topology};
use lapin::{
    ExchangeKind,
    options::{ExchangeDeclareOptions, QueueDeclareOptions},
    types::FieldTable,
};

use crate::support::{DEADLINE, bus_at, messages, options, raw, shared_broker, topology, unique};

fn assert_refused(error: &BusError, words: &[&str]) {
    let BusError::Refused(text) = error else {
        panic!("not refused: {error}");
    };
    for word in words {
        assert!(text.contains(word), "{word:?} is not in {text:?}");
    }
    assert!(
        !text.contains("top-secret") && !text.contains('\n'),
        "{text:?}"
    );
}

#[tokio::test]
#[ignore = "needs RabbitMQ: tests/run.sh"]
async fn wrong_credentials_are_refused_in_one_line_without_the_password() {
    let port = shared_broker().await.port();
    let url = format!("amqp://guest:top-secret@127.0.0.1:{port}");
    let bus = RabbitMqBus::new(&url, options(DEADLINE)).unwrap();
    let words = ["guest", "broker URL"];

    assert_refused(
        &bus.publisher().ensure_connected().await.unwrap_err(),
        &words,
    );
    assert_refused(
        &bus.declare(&Topology::default()).await.unwrap_err(),
        &words,
    );
    match bus.consumer("any").next_batch(1).await {
        Err(ConsumeError::Bus(error)) => assert_refused(&error, &words),
        other => panic!("{other:?}"),
    }
    match bus.publisher().publish("any", &messages(1)).await {
        Err(PublishError::Bus(error)) => assert_refused(&error, &words),
        other => panic!("{other:?}"),
    }
    assert_eq!(bus.status(), BusStatus::Disconnected);
}

#[tokio::test]
#[ignore = "needs RabbitMQ: tests/run.sh"]
async fn a_virtual_host_that_does_not_exist_is_refused_by_name() {
    let port = shared_broker().await.port();
    let url = format!("amqp://guest:guest@127.0.0.1:{port}/nowhere");
    let bus = RabbitMqBus::new(&url, options(DEADLINE)).unwrap();

    let error = bus.publisher().ensure_connected().await.unwrap_err();

    assert_refused(&error, &["nowhere", "add_vhost"]);
}

#[tokio::test]
#[ignore = "needs RabbitMQ: tests/run.sh"]
async fn a_queue_with_other_arguments_is_refused_with_the_way_to_migrate() {
    let broker = shared_broker().await;
    let (exchange, queue) = (unique("exchange"), unique("queue"));
    let channel = raw(&broker).await.create_channel().await.unwrap();
    let classic = channel.queue_declare(
        queue.as_str().into(),
        QueueDeclareOptions::durable(),
        FieldTable::default(),
    );
    classic.await.unwrap();
    let bus = bus_at(broker.port(), DEADLINE);

    let error = bus.declare(&topology(&exchange, &queue)).await.unwrap_err();

    assert_refused(&error, &[&queue, "inequivalent arg", "delete_queue"]);
    assert_eq!(bus.status(), BusStatus::Connected);
}

#[tokio::test]
#[ignore = "needs RabbitMQ: tests/run.sh"]
async fn an_exchange_of_another_kind_is_refused() {
    let broker = shared_broker().await;
    let (exchange, queue) = (unique("exchange"), unique("queue"));
    let channel = raw(&broker).await.create_channel().await.unwrap();
    let fanout = channel.exchange_declare(
        exchange.as_str().into(),
        ExchangeKind::Fanout,
        ExchangeDeclareOptions::default(),
        FieldTable::default(),
    );
    fanout.await.unwrap();
    let bus = bus_at(broker.port(), DEADLINE);

    let error = bus.declare(&topology(&exchange, &queue)).await.unwrap_err();

    assert_refused(&error, &[&exchange, "topic"]);
}

#[tokio::test]
#[ignore = "needs RabbitMQ: tests/run.sh"]
async fn binding_to_an_exchange_that_does_not_exist_is_refused() {
    let bus = bus_at(shared_broker().await.port(), DEADLINE);
    let topology = Topology {
        exchanges: Vec::new(),
        ..topology("adapter.nowhere", &unique("queue"))
    };

    let error = bus.declare(&topology).await.unwrap_err();

    assert_refused(&error, &["adapter.nowhere"]);
}

#[tokio::test]
#[ignore = "needs RabbitMQ: tests/run.sh"]
async fn a_queue_that_is_not_there_yet_can_be_waited_for() {
    let bus = bus_at(shared_broker().await.port(), DEADLINE);
    let (exchange, queue) = (unique("exchange"), unique("queue"));
    let mut consumer = bus.consumer(&queue);

    match consumer.next_batch(1).await {
        Err(ConsumeError::Bus(BusError::Unreachable(text))) => assert!(text.contains(&queue)),
        other => panic!("{other:?}"),
    }

    bus.declare(&topology(&exchange, &queue)).await.unwrap();
    bus.publisher()
        .publish(&exchange, &messages(1))
        .await
        .unwrap();
    assert_eq!(consumer.next_batch(1).await.unwrap().len(), 1);
}
