//! A queue that someone deletes by mistake.

use tokio::time::timeout;

use super::{
    Harness, PATIENCE,
    fixture::{Fixture, declare, numbered, numbers, publish_until_confirmed},
    subscriber::{Subscriber, take, text},
};
use crate::{BusError, ConsumeError, PublishError};

/// What is published while a queue is gone is not lost in silence, and once it is there again, its
/// consumer goes on.
pub async fn a_deleted_queue_goes_on_once_it_is_declared_again<H: Harness>() {
    let fixture = Fixture::<H>::new(1).await;
    let mut subscriber = Subscriber::start(fixture.harness.bus(), fixture.queue());
    let publisher = fixture.bus.publisher();
    let exchange = &fixture.exchange;
    publish_until_confirmed(&*publisher, exchange, &numbered(0, 3)).await;
    subscriber.wait_for_distinct(3).await;

    fixture.harness.delete_queue(fixture.queue()).await;

    let unheard = publisher.publish(exchange, &numbered(3, 1)).await;
    assert!(
        matches!(unheard, Err(PublishError::Unroutable { count: 1, .. })),
        "{unheard:?}"
    );
    declare(&*fixture.bus, &fixture.topology()).await;
    publish_until_confirmed(&*publisher, exchange, &numbered(3, 3)).await;
    let received = subscriber.wait_for_distinct(6).await;
    assert_eq!(received.iter().map(text).collect::<Vec<_>>(), numbers(0..6));
}

/// A consumer whose queue goes does not wait for ever, and can't acknowledge what it held.
pub async fn a_consumer_of_a_deleted_queue_is_told<H: Harness>() {
    let fixture = Fixture::<H>::new(1).await;
    let publisher = fixture.bus.publisher();
    let exchange = fixture.exchange.clone();
    let publishing = tokio::spawn(async move {
        // It fails if it waits for an acknowledgement, which can't come any more.
        let _outcome = publisher.publish(&exchange, &numbered(0, 1)).await;
    });
    let mut consumer = fixture.consumer();
    let held = take(&mut *consumer, 1).await;

    fixture.harness.delete_queue(fixture.queue()).await;

    for _attempt in 0..2 {
        let told = timeout(PATIENCE, consumer.next_batch(1)).await;
        assert!(
            matches!(told, Ok(Err(ConsumeError::Bus(BusError::Unreachable(_))))),
            "{told:?}"
        );
        assert_eq!(consumer.ack(held[0].tag).await, Err(ConsumeError::Stale));
    }
    assert!(
        timeout(PATIENCE, publishing).await.is_ok(),
        "it still waits"
    );
}
