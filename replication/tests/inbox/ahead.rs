//! The next batch is fetched while one is being settled.

use std::time::Duration;

use crate::{
    messages::Kind,
    world::{QUEUE, Step, World},
};

#[tokio::test(start_paused = true)]
async fn while_a_batch_is_held_the_next_one_is_fetched_and_no_more() {
    let world = World::new().await;
    world.bus.script().most = Some(2);
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
async fn what_was_fetched_ahead_is_left_in_its_queue_by_a_stop() {
    let world = World::new().await;
    world.bus.script().most = Some(2);
    world.cache.state().unavailable = u32::MAX;
    let publishing = world.publish_kinds(&[Kind::Good; 4]).await;
    let inbox = world.inbox();
    world
        .until(|steps| steps.iter().filter(|s| **s == Step::Taken(2)).count() == 2)
        .await;
    inbox.stop.cancel();
    assert_eq!(inbox.ended().await, Ok(()));
    assert_eq!(world.bus.inner.depth(QUEUE), Some(4));

    world.cache.state().unavailable = 0;
    let _inbox = world.inbox();
    world.until_acknowledged(publishing).await;
    assert_eq!(world.settled_through(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_connection_lost_with_a_batch_in_hand_brings_both_again() {
    let world = World::new().await;
    world.bus.script().most = Some(2);
    world.cache.state().unavailable = 3;
    let _cut_off = world.publish_kinds(&[Kind::Good; 4]).await;
    let _inbox = world.inbox();
    world
        .until(|steps| steps.iter().filter(|s| **s == Step::Taken(2)).count() == 2)
        .await;
    world.bus.inner.drop_connections();
    world
        .until(|steps| steps.iter().filter(|s| **s == Step::Acknowledged).count() == 2)
        .await;
    assert_eq!(world.bus.inner.depth(QUEUE), Some(0));
    assert_eq!(world.settled_through(), 4);
}
