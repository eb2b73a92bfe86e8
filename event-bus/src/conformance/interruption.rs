//! Lost connections, and programs that stop and start.

use std::collections::BTreeSet;

use tokio::time::{Instant, sleep, timeout};

use super::{
    Harness, PATIENCE,
    fixture::{Fixture, message, numbered, numbers, publish_until_confirmed, published},
    subscriber::{Subscriber, ack, bodies, take, text},
};
use crate::{BusError, ConsumeError, Delivery, EventConsumer};

/// A consumer that stopped after an acknowledgement is followed by one that begins right there.
pub async fn a_restarted_consumer_goes_on_where_it_stopped<H: Harness>() {
    let fixture = Fixture::<H>::new(1).await;
    let publishing = fixture.publish(vec![numbered(0, 30)]);
    let mut received = Vec::new();

    for _run in 0..6 {
        let bus = fixture.harness.bus();
        let mut consumer = bus.consumer(fixture.queue());
        let taken = take(&mut *consumer, 5).await;
        ack(&mut *consumer, &taken).await;
        received.extend(bodies(&taken));
    }

    assert_eq!(received, numbers(0..30));
    published(publishing).await;
}

/// Connections lost in the middle of publishing cost time, not messages.
pub async fn a_connection_lost_while_publishing_loses_nothing<H: Harness>() {
    let fixture = Fixture::<H>::new(2).await;
    let mut subscribers = fixture.subscribers();
    let batches = (0..60).map(|batch| numbered(batch * 20, 20)).collect();

    let publishing = fixture.publish(batches);
    for so_far in [100, 400, 700] {
        subscribers[0].wait_for_distinct(so_far).await;
        fixture.harness.lose_connections().await;
    }

    published(publishing).await;
    for subscriber in &mut subscribers {
        let received = subscriber.wait_for_distinct(1200).await;
        let received: BTreeSet<_> = received.iter().map(text).collect();
        assert_eq!(received, BTreeSet::from_iter(numbers(0..1200)));
    }
}

/// After a loss, what was handed out can't be acknowledged any more and comes again.
pub async fn a_connection_lost_while_consuming_brings_the_unacknowledged_again<H: Harness>() {
    let fixture = Fixture::<H>::new(1).await;
    let publishing = fixture.publish(vec![numbered(0, 3)]);
    let mut consumer = fixture.consumer();
    let before = take(&mut *consumer, 3).await;
    let last = before[2].tag;

    fixture.harness.lose_connections().await;

    let lost = timeout(PATIENCE, consumer.next_batch(10)).await;
    assert!(
        matches!(lost, Ok(Err(ConsumeError::Bus(BusError::Unreachable(_))))),
        "the loss must show, got {lost:?}"
    );
    assert_eq!(consumer.ack(last).await, Err(ConsumeError::Stale));
    let again = take_after_a_loss(&mut *consumer, 3).await;
    assert_eq!(consumer.ack(last).await, Err(ConsumeError::Stale));
    assert_eq!(bodies(&again), numbers(0..3));
    assert!(again.iter().all(|delivery| delivery.redelivered));
    ack(&mut *consumer, &again).await;

    // A publish that the loss interrupted is repeated; its messages are settled here.
    drop(consumer);
    let _rest = fixture.subscribers();
    published(publishing).await;
}

/// A program that stops leaves each message either acknowledged or in its queue.
pub async fn a_stop_leaves_nothing_half_done<H: Harness>() {
    let fixture = Fixture::<H>::new(1).await;
    let publisher = fixture.bus.publisher();
    let exchange = fixture.exchange.clone();
    let publishing = tokio::spawn(async move {
        let mut confirmed = Vec::new();
        for message in numbered(0, 20) {
            let batch = std::slice::from_ref(&message);
            if publisher.publish(&exchange, batch).await.is_err() {
                break;
            }
            confirmed.push(text(&message.body));
        }
        confirmed
    });
    let mut consumer = fixture.consumer();
    let mut acknowledged = Vec::new();
    for _ in 0..10 {
        let taken = take(&mut *consumer, 1).await;
        ack(&mut *consumer, &taken).await;
        acknowledged.extend(taken);
    }
    let held = take(&mut *consumer, 1).await;

    drop(consumer);
    fixture.bus.close().await;
    fixture.bus.close().await;

    let confirmed = match timeout(PATIENCE, publishing).await {
        Ok(Ok(confirmed)) => confirmed,
        other => panic!("publishing did not end: {other:?}"),
    };
    let bus = fixture.harness.bus();
    let mut rest = Subscriber::start(fixture.harness.bus(), fixture.queue());
    let end = message("end");
    publish_until_confirmed(&*bus.publisher(), &fixture.exchange, &[end]).await;
    let rest = rest
        .wait_for("the last message", |received| {
            received.iter().any(|body| text(body) == "end")
        })
        .await;
    let rest: BTreeSet<_> = rest.iter().map(text).collect();
    let acknowledged = BTreeSet::from_iter(bodies(&acknowledged));
    assert!(
        rest.is_disjoint(&acknowledged),
        "came again: {:?}",
        &rest & &acknowledged
    );
    assert!(
        rest.is_superset(&BTreeSet::from_iter(bodies(&held))),
        "{held:?} is gone"
    );
    let kept = &BTreeSet::from_iter(confirmed) - &acknowledged;
    assert!(rest.is_superset(&kept), "lost: {:?}", &kept - &rest);
}

/// As [`take`], of a consumer whose connection may not be back yet.
async fn take_after_a_loss(consumer: &mut dyn EventConsumer, count: usize) -> Vec<Delivery> {
    let until = Instant::now() + PATIENCE;
    let mut taken = Vec::new();
    while taken.len() < count {
        assert!(
            Instant::now() < until,
            "only {} of {count} came again",
            taken.len()
        );
        match timeout(PATIENCE, consumer.next_batch(count - taken.len())).await {
            Ok(Ok(batch)) => taken.extend(batch),
            Ok(Err(ConsumeError::Bus(BusError::Unreachable(_)))) => {
                taken.clear();
                sleep(std::time::Duration::from_millis(50)).await;
            }
            other => panic!("next_batch gave {other:?}"),
        }
    }
    taken
}
