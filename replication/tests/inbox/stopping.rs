//! How the inbox ends: what is under way is finished, or left in its queue as it was.

use std::time::Duration;

use event_bus::BusError;
use tokio::time::Instant;

use crate::{
    messages::{Kind, message},
    world::{QUEUE, Step, World},
};

#[tokio::test(start_paused = true)]
async fn an_idle_inbox_stops_at_once() {
    let world = World::new().await;
    let inbox = world.inbox();
    tokio::time::sleep(Duration::from_secs(100)).await;
    let stopped = Instant::now();
    inbox.stop.cancel();
    assert_eq!(inbox.ended().await, Ok(()));
    assert_eq!(stopped.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn what_is_under_way_is_finished_and_acknowledged_and_nothing_else_is_begun() {
    let world = World::new().await;
    world.bus.script().most = Some(2);
    let publishing = world
        .publish_kinds(&[Kind::Good, Kind::Bad, Kind::Good, Kind::Good, Kind::Good])
        .await;
    let inbox = world.inbox();
    let taken = |steps: &[Step]| steps.iter().filter(|step| **step == Step::Taken(2)).count();
    world.until(|steps| taken(steps) == 2).await;
    inbox.stop.cancel();
    assert_eq!(inbox.ended().await, Ok(()));
    assert_eq!(world.applied(), [(1, 1), (3, 1), (4, 1)]);
    assert_eq!(world.settled_through(), 4);
    assert_eq!(world.count(&Step::Acknowledged), 2);
    assert_eq!(world.bus.inner.depth(QUEUE), Some(1));
    publishing.abort();
}

#[tokio::test(start_paused = true)]
async fn a_batch_that_is_held_is_left_in_its_queue() {
    for kinds in [
        [Kind::Good; 3],
        [Kind::Good, Kind::Bad, Kind::Good],
        [Kind::Garbage, Kind::Good, Kind::Strange],
    ] {
        let world = World::new().await;
        world.cache.state().unavailable = u32::MAX;
        let publishing = world.publish_kinds(&kinds).await;
        let inbox = world.inbox();
        tokio::time::sleep(Duration::from_secs(60)).await;
        let stopped = Instant::now();
        inbox.stop.cancel();
        assert_eq!(inbox.ended().await, Ok(()));
        assert_eq!(stopped.elapsed(), Duration::ZERO);
        assert_eq!(world.count(&Step::Acknowledged), 0);
        assert_eq!(world.bus.inner.depth(QUEUE), Some(3));

        // The next process takes it from there.
        world.cache.state().unavailable = 0;
        let _inbox = world.inbox();
        world.until_acknowledged(publishing).await;
        for (sequence, kind) in (1..).zip(kinds) {
            let parked = world.parked(&message(sequence, kind));
            assert_eq!(parked.is_some(), kind.is_parked());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_message_that_can_not_be_parked_does_not_keep_it_from_stopping() {
    let world = World::new().await;
    world.cache.state().refuse_parking = u32::MAX;
    let _publishing = world.publish_kinds(&[Kind::Bad]).await;
    let inbox = world.inbox();
    tokio::time::sleep(Duration::from_secs(60)).await;
    inbox.stop.cancel();
    assert_eq!(inbox.ended().await, Ok(()));
    assert_eq!(world.count(&Step::Acknowledged), 0);
    assert_eq!(world.bus.inner.depth(QUEUE), Some(1));
}

#[tokio::test(start_paused = true)]
async fn a_retry_that_is_held_does_not_keep_it_from_stopping() {
    let world = World::new().await;
    let publishing = world.publish_kinds(&[Kind::Bad]).await;
    let inbox = world.inbox();
    world.until_acknowledged(publishing).await;
    world.cache.state().unavailable = u32::MAX;
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert!(world.count(&Step::Away) > 10);
    inbox.stop.cancel();
    assert_eq!(inbox.ended().await, Ok(()));
    assert_eq!(world.parked(&message(1, Kind::Bad)).unwrap().attempts, 1);
}

#[tokio::test(start_paused = true)]
async fn a_hard_stop_ends_it_in_the_middle_of_settling() {
    let world = World::new().await;
    let holders = world.cache.holders();
    world.cache.state().hangs = true;
    let _publishing = world.publish_kinds(&[Kind::Good]).await;
    let inbox = world.inbox();
    world.until(|steps| steps.contains(&Step::Asked)).await;
    inbox.stop.cancel();
    tokio::time::sleep(Duration::from_secs(5)).await;
    let stopped = Instant::now();
    inbox.hard.cancel();
    assert_eq!(inbox.ended().await, Ok(()));
    assert_eq!(stopped.elapsed(), Duration::ZERO);
    assert_eq!(world.count(&Step::Acknowledged), 0);
    assert_eq!(world.bus.inner.depth(QUEUE), Some(1));
    // Nothing goes on behind its back.
    tokio::time::sleep(Duration::from_millis(1)).await;
    assert_eq!(world.cache.holders(), holders);
}

#[tokio::test(start_paused = true)]
async fn it_stops_at_once_while_the_broker_is_away_or_does_not_answer() {
    let away = BusError::Unreachable("nobody listens".to_owned());
    for hangs in [false, true] {
        let world = World::new().await;
        world.bus.script().declare = std::iter::repeat_n(Err(away.clone()), 100).collect();
        world.bus.script().declare_hangs = hangs;
        let inbox = world.inbox();
        tokio::time::sleep(Duration::from_secs(60)).await;
        let stopped = Instant::now();
        inbox.stop.cancel();
        assert_eq!(inbox.ended().await, Ok(()));
        assert_eq!(stopped.elapsed(), Duration::ZERO);
    }
}
