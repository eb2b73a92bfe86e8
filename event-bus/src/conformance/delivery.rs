//! Acknowledging, failing consumers, routing.

use std::time::Duration;

use futures_util::future::join;
use tokio::time::{Instant, timeout};

use super::{
    Harness, PATIENCE,
    fixture::{Fixture, declare, message, numbered, numbers, published, unique},
    subscriber::{Subscriber, ack, bodies, next, take, text},
};
use crate::{PublishError, Queue, QueueKind, Topology};

/// One `ack` settles all that was handed out up to its delivery, and nothing after it.
pub async fn acknowledging_the_last_of_a_batch_acknowledges_all_before_it<H: Harness>() {
    let fixture = Fixture::<H>::new(1).await;
    let publishing = fixture.publish(vec![numbered(0, 10)]);
    let mut consumer = fixture.consumer();
    let taken = take(&mut *consumer, 6).await;
    ack(&mut *consumer, &taken).await;
    let unacknowledged = take(&mut *consumer, 4).await;
    assert_eq!(bodies(&unacknowledged), numbers(6..10));
    // Again, and for one in the middle: it is settled already.
    ack(&mut *consumer, &taken[..3]).await;

    drop(consumer);

    let mut consumer = fixture.consumer();
    let again = take(&mut *consumer, 4).await;
    assert_eq!(bodies(&again), numbers(6..10));
    ack(&mut *consumer, &again).await;
    published(publishing).await;
    let publishing = fixture.publish(vec![numbered(10, 1)]);
    let after = next(&mut *consumer, 10).await;
    assert_eq!(bodies(&after), ["10"], "something came again");
    ack(&mut *consumer, &after).await;
    published(publishing).await;
}

/// What a consumer held when it failed comes again, in order and marked, before what is newer.
pub async fn what_a_failed_consumer_held_comes_again_in_order<H: Harness>() {
    let fixture = Fixture::<H>::new(1).await;
    let publishing = fixture.publish(vec![numbered(0, 8)]);
    for _failure in 0..3 {
        let mut failing = fixture.consumer();
        assert_eq!(bodies(&take(&mut *failing, 3).await), numbers(0..3));
    }

    let mut consumer = fixture.consumer();
    let taken = take(&mut *consumer, 8).await;

    assert_eq!(bodies(&taken), numbers(0..8));
    assert!(taken.iter().take(3).all(|delivery| delivery.redelivered));
    ack(&mut *consumer, &taken).await;
    published(publishing).await;
}

/// A queue gets what is published after it was declared, and nothing older.
pub async fn a_late_subscriber_gets_what_is_published_from_then_on<H: Harness>() {
    let fixture = Fixture::<H>::new(1).await;
    let early = fixture.subscribers();
    published(fixture.publish(vec![numbered(0, 5)])).await;

    let late = Queue::new(unique("late"), QueueKind::Lasting).hearing_all(fixture.exchange.clone());
    let name = late.name.clone();
    let topology = Topology {
        exchanges: vec![fixture.exchange.clone()],
        queues: vec![late],
    };
    declare(&*fixture.bus, &topology).await;
    let mut late = Subscriber::start(fixture.harness.bus(), &name);
    published(fixture.publish(vec![numbered(5, 5)])).await;

    let received = late.wait_for_distinct(5).await;
    assert_eq!(
        received.iter().map(text).collect::<Vec<_>>(),
        numbers(5..10)
    );
    for mut subscriber in early {
        subscriber.wait_for_distinct(10).await;
    }
}

/// Publishing where no queue hears it fails, and says how much of it and which first.
pub async fn a_message_that_reaches_no_queue_is_an_error<H: Harness>() {
    let fixture = Fixture::<H>::new(1).await;
    let deaf = unique("deaf");
    let exchange_alone = Topology {
        exchanges: vec![deaf.clone()],
        queues: Vec::new(),
    };
    declare(&*fixture.bus, &exchange_alone).await;
    let publisher = fixture.bus.publisher();
    let batch = numbered(0, 30);
    let unroutable = Err(PublishError::Unroutable {
        count: batch.len(),
        first: batch[0].id,
    });

    assert_eq!(publisher.publish(&deaf, &batch).await, unroutable);
    let undeclared = unique("undeclared");
    assert_eq!(publisher.publish(&undeclared, &batch).await, unroutable);

    // The same publisher goes on, and succeeds once a queue is bound.
    let queue = Queue::new(fixture.queue(), QueueKind::Lasting).hearing_all(deaf.clone());
    let bound = Topology {
        queues: vec![queue],
        ..exchange_alone
    };
    declare(&*fixture.bus, &bound).await;
    let mut consumer = fixture.consumer();
    let taking = async {
        let taken = take(&mut *consumer, batch.len()).await;
        ack(&mut *consumer, &taken).await;
    };
    let (published, ()) = join(publisher.publish(&deaf, &batch), taking).await;
    assert_eq!(published, Ok(()));
}

/// One consumer of a queue gets all deliveries; the next one takes over when it goes.
pub async fn a_second_consumer_waits_for_the_first_to_go<H: Harness>() {
    let fixture = Fixture::<H>::new(1).await;
    let publishing = fixture.publish((0..20).map(|number| numbered(number, 1)).collect());
    let mut first = fixture.consumer();
    let taken = take(&mut *first, 1).await;
    ack(&mut *first, &taken).await;

    let other = fixture.harness.bus();
    let mut second = other.consumer(fixture.queue());
    let by_first = async {
        for number in 1..19 {
            let taken = take(&mut *first, 1).await;
            assert_eq!(bodies(&taken), [number.to_string()]);
            ack(&mut *first, &taken).await;
        }
        take(&mut *first, 1).await
    };
    let held = tokio::select! {
        held = by_first => held,
        batch = second.next_batch(10) => panic!("the second consumer got {batch:?}"),
    };

    drop(first);

    let taken = take(&mut *second, 1).await;
    assert_eq!(bodies(&taken), bodies(&held));
    assert!(taken[0].redelivered);
    ack(&mut *second, &taken).await;
    published(publishing).await;
}

/// A caller may stop waiting for `next_batch` at any time and call it again.
pub async fn a_cancelled_next_batch_loses_nothing<H: Harness>() {
    let fixture = Fixture::<H>::new(1).await;
    let publishing = fixture.publish((0..200).map(|number| numbered(number, 1)).collect());
    let mut consumer = fixture.consumer();
    // The first call may take its time to connect; it too is cancelled.
    let mut wait = Duration::ZERO;
    let mut received = Vec::new();
    let until = Instant::now() + PATIENCE;

    while received.len() < 200 {
        assert!(
            Instant::now() < until,
            "only {} of 200 came",
            received.len()
        );
        match timeout(wait, consumer.next_batch(8)).await {
            Ok(Ok(batch)) => {
                received.extend(bodies(&batch));
                ack(&mut *consumer, &batch).await;
                wait = Duration::from_micros(fastrand::u64(..500));
            }
            Ok(Err(error)) => panic!("next_batch failed: {error}"),
            Err(_cancelled) => wait = (wait * 2).max(Duration::from_micros(100)),
        }
    }

    assert_eq!(received, numbers(0..200));
    published(publishing).await;
    let publishing = fixture.publish(vec![vec![message("end")]]);
    let last = take(&mut *consumer, 1).await;
    assert_eq!(bodies(&last), ["end"]);
    ack(&mut *consumer, &last).await;
    published(publishing).await;
}
