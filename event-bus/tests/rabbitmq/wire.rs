//! What goes over the wire.

use event_bus::{EventBus, PublishError, Topology};
use futures_util::StreamExt;
use lapin::{
    options::{BasicAckOptions, BasicConsumeOptions, QueueBindOptions, QueueDeclareOptions},
    types::FieldTable,
};

use crate::support::{DEADLINE, bus_at, messages, raw, shared_broker, topology, unique};

#[tokio::test]
#[ignore = "needs RabbitMQ: tests/run.sh"]
async fn messages_are_persistent_json_with_the_events_id() {
    let broker = shared_broker().await;
    let (exchange, queue) = (unique("exchange"), unique("queue"));
    let bus = bus_at(broker.port(), DEADLINE);
    bus.declare(&topology(&exchange, &queue)).await.unwrap();
    let sent = messages(1);
    bus.publisher().publish(&exchange, &sent).await.unwrap();

    let channel = raw(&broker).await.create_channel().await.unwrap();
    let consuming = channel.basic_consume(
        queue.as_str().into(),
        "".into(),
        BasicConsumeOptions::default(),
        FieldTable::default(),
    );
    let got = consuming.await.unwrap().next().await.unwrap().unwrap();

    let properties = &got.properties;
    assert_eq!(properties.delivery_mode(), &Some(2));
    assert_eq!(
        properties.content_type().as_ref().unwrap().as_str(),
        "application/json"
    );
    assert_eq!(
        properties.message_id().as_ref().unwrap().as_str(),
        sent[0].id.to_string()
    );
    assert_eq!(got.routing_key.as_str(), "author.created");
    got.acker.ack(BasicAckOptions::default()).await.unwrap();
}

#[tokio::test]
#[ignore = "needs RabbitMQ: tests/run.sh"]
async fn only_the_messages_that_came_back_count_as_unroutable() {
    let broker = shared_broker().await;
    let (exchange, queue) = (unique("exchange"), unique("queue"));
    let bus = bus_at(broker.port(), DEADLINE);
    let exchange_alone = Topology {
        exchanges: vec![exchange.clone()],
        queues: Vec::new(),
    };
    bus.declare(&exchange_alone).await.unwrap();
    let channel = raw(&broker).await.create_channel().await.unwrap();
    channel
        .queue_declare(
            queue.as_str().into(),
            QueueDeclareOptions::durable(),
            FieldTable::default(),
        )
        .await
        .unwrap();
    channel
        .queue_bind(
            queue.as_str().into(),
            exchange.as_str().into(),
            "heard".into(),
            QueueBindOptions::default(),
            FieldTable::default(),
        )
        .await
        .unwrap();
    let mut batch = messages(200);
    for (index, message) in batch.iter_mut().enumerate() {
        let heard = index % 3 != 2;
        message.routing_key = if heard { "heard" } else { "unheard" }.to_owned();
    }

    let failed = bus.publisher().publish(&exchange, &batch).await;

    let (count, first) = (66, batch[2].id);
    assert_eq!(failed, Err(PublishError::Unroutable { count, first }));
}
