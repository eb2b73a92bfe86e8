//! What becomes of a batch.

use std::{collections::BTreeSet, time::Duration};

use event_bus::{
    BusError, PublishError,
    faults::{Chance, FaultPlan},
};
use tokio::time::Instant;

use crate::world::{QUEUE, World, messages, numbers};

#[tokio::test(start_paused = true)]
async fn a_dropped_message_is_published_with_success_and_never_arrives() {
    let plan = FaultPlan {
        drop: Chance::ALWAYS,
        ..FaultPlan::calm()
    };
    let world = World::new(plan, 1).await;

    assert_eq!(world.publish(&messages(0..5)).await, Ok(()));

    assert_eq!((world.inside.depth(QUEUE), world.bus.late()), (Some(0), 0));
}

#[tokio::test(start_paused = true)]
async fn a_doubled_message_arrives_twice_at_once_or_later() {
    let plan = FaultPlan {
        duplicate: Chance::ALWAYS,
        longest_delay: Duration::from_secs(1),
        ..FaultPlan::calm()
    };
    let world = World::new(plan, 1).await;
    let _subscriber = world.subscribe();

    assert_eq!(world.publish(&messages(0..20)).await, Ok(()));
    let at_once = world.history().len();
    world.quiet().await;

    let mut received = world.history();
    assert!((21..40).contains(&at_once), "{at_once} of 40 at once");
    received.sort();
    let mut twice = [numbers(0..20), numbers(0..20)].concat();
    twice.sort();
    assert_eq!(received, twice);
}

#[tokio::test(start_paused = true)]
async fn a_delayed_message_is_published_at_once_and_arrives_later_in_another_order() {
    let plan = FaultPlan {
        delay: Chance::ALWAYS,
        longest_delay: Duration::from_secs(60),
        ..FaultPlan::calm()
    };
    let world = World::new(plan, 1).await;
    let _subscriber = world.subscribe();
    let start = Instant::now();

    assert_eq!(world.publish(&messages(0..10)).await, Ok(()));
    assert_eq!((start.elapsed(), world.bus.late()), (Duration::ZERO, 10));
    world.quiet().await;

    let took = start.elapsed();
    assert!(
        took > Duration::from_secs(5) && took < Duration::from_secs(61),
        "{took:?}"
    );
    assert_all_in_another_order(world.history());
}

#[tokio::test(start_paused = true)]
async fn a_reordered_batch_arrives_whole_in_another_order() {
    let plan = FaultPlan {
        reorder: Chance::ALWAYS,
        ..FaultPlan::calm()
    };
    let world = World::new(plan, 1).await;
    let _subscriber = world.subscribe();

    assert_eq!(world.publish(&messages(0..10)).await, Ok(()));

    assert_all_in_another_order(world.history());
}

fn assert_all_in_another_order(received: Vec<String>) {
    assert_ne!(received, numbers(0..10));
    assert_eq!(received.len(), 10);
    assert_eq!(
        BTreeSet::from_iter(received),
        BTreeSet::from_iter(numbers(0..10))
    );
}

#[tokio::test(start_paused = true)]
async fn of_a_refused_batch_the_beginning_may_have_arrived() {
    let plan = FaultPlan {
        refuse: Chance::ALWAYS,
        ..FaultPlan::calm()
    };
    let mut arrived = BTreeSet::new();
    for seed in 0..40 {
        let world = World::new(plan.clone(), seed).await;
        let _subscriber = world.subscribe();

        let refused = world.publish(&messages(0..3)).await.unwrap_err();

        let received = world.history();
        let count = received.len();
        assert_eq!(received, numbers(0..count as u128));
        match refused {
            PublishError::Nacked {
                count: nacked,
                first,
            } => assert_eq!((nacked, first.as_u128()), (3 - count, count as u128)),
            PublishError::Bus(BusError::Unreachable(_)) => {}
            other => panic!("{other}"),
        }
        arrived.insert(count);
    }
    assert_eq!(arrived, BTreeSet::from([0, 1, 2, 3]));
}

#[tokio::test(start_paused = true)]
async fn a_late_message_is_tried_again_until_a_subscriber_takes_it() {
    let plan = FaultPlan {
        delay: Chance::ALWAYS,
        ..FaultPlan::calm()
    };
    let world = World::new(plan, 1).await;
    assert_eq!(world.publish(&messages(0..1)).await, Ok(()));
    tokio::time::sleep(Duration::from_secs(100)).await;
    assert_eq!(world.bus.late(), 1);

    let _subscriber = world.subscribe();
    world.quiet().await;

    assert_eq!(world.history(), ["0"]);
}

#[tokio::test(start_paused = true)]
async fn calming_down_ends_the_faults_and_brings_what_is_late() {
    let plan = FaultPlan {
        delay: Chance::ALWAYS,
        longest_delay: Duration::from_secs(3600),
        ..FaultPlan::calm()
    };
    let world = World::new(plan, 1).await;
    let _subscriber = world.subscribe();
    assert_eq!(world.publish(&messages(0..3)).await, Ok(()));
    let start = Instant::now();

    world.bus.calm_down();
    assert_eq!(world.publish(&messages(3..6)).await, Ok(()));
    world.quiet().await;

    assert!(start.elapsed() < Duration::from_secs(1));
    let mut received = world.history();
    received.sort();
    assert_eq!(received, numbers(0..6));
}
