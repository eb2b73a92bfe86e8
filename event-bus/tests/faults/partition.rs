//! One client is cut off, and the others are not.

use std::time::Duration;

use event_bus::{
    BusError, BusStatus, ConsumeError, EventBus, PublishError, Topology, faults::FaultPlan,
};
use futures_util::future::join;
use tokio::time::sleep;

use crate::world::{EXCHANGE, QUEUE, World, bodies, messages, next, numbers};

#[tokio::test(start_paused = true)]
async fn a_client_that_is_cut_off_reaches_nothing_until_that_heals() {
    let world = World::new(FaultPlan::calm(), 1).await;
    let _subscriber = world.subscribe();
    let one = world.bus.client("one");
    let publisher = one.publisher();
    let nothing = Topology::default();

    world.bus.partition("one");
    assert!(is_unreachable(one.declare(&nothing).await));
    assert!(is_unreachable(publisher.ensure_connected().await));
    let failed = publisher.publish(EXCHANGE, &messages(0..1)).await;
    assert!(
        matches!(failed, Err(PublishError::Bus(BusError::Unreachable(_)))),
        "{failed:?}"
    );
    assert_eq!(one.status(), BusStatus::Disconnected);
    assert_eq!(world.bus.client("other").status(), BusStatus::Connected);
    let others = world.bus.client("other").publisher();
    assert_eq!(others.publish(EXCHANGE, &messages(1..2)).await, Ok(()));

    world.bus.heal("one");
    assert_eq!(one.declare(&nothing).await, Ok(()));
    assert_eq!(publisher.publish(EXCHANGE, &messages(2..3)).await, Ok(()));
    assert_eq!(one.status(), BusStatus::Connected);
    assert_eq!(world.history(), ["1", "2"]);
}

#[tokio::test(start_paused = true)]
async fn a_publish_and_a_consumer_that_wait_are_told_of_the_partition() {
    let world = World::new(FaultPlan::calm(), 1).await;
    let one = world.bus.client("one");
    let mut consumer = one.consumer(QUEUE);
    let publisher = one.publisher();
    let batch = messages(0..2);
    let cutting = async {
        let held = next(&mut *consumer).await.unwrap();
        let (waited, ()) = join(next(&mut *consumer), async {
            sleep(Duration::from_secs(1)).await;
            world.bus.partition("one");
        })
        .await;
        assert!(
            matches!(waited, Err(ConsumeError::Bus(BusError::Unreachable(_)))),
            "{waited:?}"
        );
        assert_eq!(consumer.ack(held[1].tag).await, Err(ConsumeError::Stale));
    };

    let (published, ()) = join(publisher.publish(EXCHANGE, &batch), cutting).await;

    assert!(
        matches!(published, Err(PublishError::Bus(BusError::Unreachable(_)))),
        "{published:?}"
    );
    // What the client held is another consumer's now.
    let mut other = world.bus.consumer(QUEUE);
    assert_eq!(bodies(&next(&mut *other).await.unwrap()), numbers(0..2));
}

#[tokio::test(start_paused = true)]
async fn an_acknowledgement_during_a_partition_is_not_heard() {
    let world = World::new(FaultPlan::calm(), 1).await;
    let mut consumer = world.bus.client("one").consumer(QUEUE);
    let batch = messages(0..1);
    let taking = async {
        let held = next(&mut *consumer).await.unwrap();
        world.bus.partition("one");
        assert_eq!(consumer.ack(held[0].tag).await, Err(ConsumeError::Stale));
        world.bus.calm_down();
        let again = next(&mut *consumer).await.unwrap();
        assert_eq!(consumer.ack(again[0].tag).await, Ok(()));
        bodies(&again)
    };

    let (published, again) = join(world.publish(&batch), taking).await;

    assert_eq!((published, again), (Ok(()), numbers(0..1)));
}

fn is_unreachable(outcome: Result<(), BusError>) -> bool {
    matches!(outcome, Err(BusError::Unreachable(_)))
}
