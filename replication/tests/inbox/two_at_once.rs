//! Two batches are settled at the same time, and acknowledged in the order in which they came.

use std::time::Duration;

use crate::{
    messages::Kind,
    world::{QUEUE, Step, World},
};

/// A world whose batches are of two messages.
async fn in_pairs() -> World {
    let world = World::new().await;
    world.bus.script().most = Some(2);
    world
}

async fn until_two_are_taken(world: &World) {
    let taken = |steps: &[Step]| steps.iter().filter(|step| **step == Step::Taken(2)).count();
    world.until(|steps| taken(steps) == 2).await;
}

#[tokio::test(start_paused = true)]
async fn while_two_batches_are_held_no_third_is_fetched() {
    let world = in_pairs().await;
    world.cache.state().unavailable = u32::MAX;
    let publishing = world.publish_kinds(&[Kind::Good; 7]).await;
    let _inbox = world.inbox();
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(world.count(&Step::Taken(2)), 2);
    assert_eq!(world.count(&Step::Acknowledged), 0);
    world.cache.state().unavailable = 0;
    world.until_acknowledged(publishing).await;
    assert_eq!(world.count(&Step::Acknowledged), 4);
    assert_eq!(world.settled_through(), 7);
    assert!(world.applied().iter().all(|(_, times)| *times == 1));
}

#[tokio::test(start_paused = true)]
async fn a_batch_that_overtakes_another_is_acknowledged_after_it() {
    let world = in_pairs().await;
    world.cache.state().away_for.insert(1);
    let publishing = world.publish_kinds(&[Kind::Good; 6]).await;
    let _inbox = world.inbox();
    world
        .until(|steps| steps.contains(&Step::Committed(vec![3, 4])))
        .await;
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(world.count(&Step::Acknowledged), 0);
    assert_eq!(world.count(&Step::Taken(2)), 2);
    world.cache.state().away_for.clear();
    world.until_acknowledged(publishing).await;
    assert_eq!(world.settled_through(), 6);
    assert!(world.applied().iter().all(|(_, times)| *times == 1));
}

#[tokio::test(start_paused = true)]
async fn one_that_overtook_a_batch_that_is_held_is_left_in_its_queue_with_it() {
    let world = in_pairs().await;
    world.cache.state().away_for.insert(1);
    let publishing = world.publish_kinds(&[Kind::Good; 4]).await;
    let inbox = world.inbox();
    world
        .until(|steps| steps.contains(&Step::Committed(vec![3, 4])))
        .await;
    inbox.stop.cancel();
    assert_eq!(inbox.ended().await, Ok(()));
    assert_eq!(world.bus.inner.depth(QUEUE), Some(4));

    world.cache.state().away_for.clear();
    let _inbox = world.inbox();
    world.until_acknowledged(publishing).await;
    assert_eq!(world.settled_through(), 4);
}

#[tokio::test(start_paused = true)]
async fn both_are_left_in_their_queue_by_a_stop_if_they_are_held() {
    let world = in_pairs().await;
    world.cache.state().unavailable = u32::MAX;
    let publishing = world.publish_kinds(&[Kind::Good; 4]).await;
    let inbox = world.inbox();
    until_two_are_taken(&world).await;
    inbox.stop.cancel();
    assert_eq!(inbox.ended().await, Ok(()));
    assert_eq!(world.bus.inner.depth(QUEUE), Some(4));

    world.cache.state().unavailable = 0;
    let _inbox = world.inbox();
    world.until_acknowledged(publishing).await;
    assert_eq!(world.settled_through(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_connection_lost_with_two_batches_in_hand_brings_both_again() {
    let world = in_pairs().await;
    world.cache.state().unavailable = 3;
    let _cut_off = world.publish_kinds(&[Kind::Good; 4]).await;
    let _inbox = world.inbox();
    until_two_are_taken(&world).await;
    world.bus.inner.drop_connections();
    world
        .until(|steps| steps.iter().filter(|s| **s == Step::Acknowledged).count() == 2)
        .await;
    assert_eq!(world.bus.inner.depth(QUEUE), Some(0));
    assert_eq!(world.settled_through(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_panic_while_settling_is_one_of_the_inbox() {
    let world = World::new().await;
    world.cache.state().panics = true;
    let _publishing = world.publish_kinds(&[Kind::Good]).await;
    let ended = world.inbox().joined().await;
    assert!(ended.is_err_and(|error| error.is_panic()));
    assert_eq!(world.count(&Step::Acknowledged), 0);
}
