//! What a consumer meets.

use event_bus::{
    BusError, ConsumeError, EventBus,
    faults::{Chance, FaultPlan},
};
use futures_util::future::join;

use crate::world::{QUEUE, World, bodies, messages, next, numbers};

#[tokio::test(start_paused = true)]
async fn a_lost_connection_brings_the_batch_again() {
    let plan = FaultPlan {
        lose_connection: Chance::ALWAYS,
        ..FaultPlan::calm()
    };
    let world = World::new(plan, 1).await;
    let mut consumer = world.bus.consumer(QUEUE);
    let batch = messages(0..3);
    let taking = async {
        let lost = next(&mut *consumer).await;
        assert!(
            matches!(lost, Err(ConsumeError::Bus(BusError::Unreachable(_)))),
            "{lost:?}"
        );
        world.bus.calm_down();
        let again = next(&mut *consumer).await.unwrap();
        assert!(again.iter().all(|delivery| delivery.redelivered));
        assert_eq!(consumer.ack(again[2].tag).await, Ok(()));
        bodies(&again)
    };

    let (published, again) = join(world.publish(&batch), taking).await;

    assert_eq!((published, again), (Ok(()), numbers(0..3)));
}

#[tokio::test(start_paused = true)]
async fn a_crash_before_the_acknowledgement_brings_all_that_was_held_again() {
    let plan = FaultPlan {
        crash_before_ack: Chance::ALWAYS,
        ..FaultPlan::calm()
    };
    let world = World::new(plan, 1).await;
    let mut consumer = world.bus.consumer(QUEUE);
    let batch = messages(0..3);
    let taking = async {
        let held = next(&mut *consumer).await.unwrap();
        assert_eq!(consumer.ack(held[1].tag).await, Err(ConsumeError::Stale));
        world.bus.calm_down();
        let again = next(&mut *consumer).await.unwrap();
        // What the lost connection called it means nothing any more.
        assert_eq!(consumer.ack(held[2].tag).await, Err(ConsumeError::Stale));
        assert_eq!(consumer.ack(again[2].tag).await, Ok(()));
        bodies(&again)
    };

    let (published, again) = join(world.publish(&batch), taking).await;

    assert_eq!((published, again), (Ok(()), numbers(0..3)));
}

#[tokio::test(start_paused = true)]
async fn a_crash_after_the_acknowledgement_brings_only_what_it_did_not_cover_again() {
    let plan = FaultPlan {
        crash_after_ack: Chance::ALWAYS,
        ..FaultPlan::calm()
    };
    let world = World::new(plan, 1).await;
    let mut consumer = world.bus.consumer(QUEUE);
    let batch = messages(0..3);
    let taking = async {
        let held = next(&mut *consumer).await.unwrap();
        assert_eq!(consumer.ack(held[1].tag).await, Err(ConsumeError::Stale));
        world.bus.calm_down();
        let again = next(&mut *consumer).await.unwrap();
        assert_eq!(consumer.ack(again[0].tag).await, Ok(()));
        bodies(&again)
    };

    let (published, again) = join(world.publish(&batch), taking).await;

    assert_eq!((published, again), (Ok(()), numbers(2..3)));
}
