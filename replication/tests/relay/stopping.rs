//! How the relay ends.

use std::time::Duration;

use event_bus::BusError;
use tokio::time::Instant;

use crate::fakes::{Step, World};

#[tokio::test(start_paused = true)]
async fn a_stop_publishes_what_is_committed_first() {
    let world = World::with_events(300);
    world.close_gate();
    let relay = world.relay();
    world.until_step(Step::Published((1..=256).collect())).await;
    relay.stop.cancel();
    // Committed after the stop, by a request that was under way, while the relay still works.
    world.commit();
    for _ in 0..3 {
        world.open_gate_once();
    }
    assert_eq!(relay.ended().await, Ok(()));
    assert_eq!(world.script().published_through, 301);
}

#[tokio::test(start_paused = true)]
async fn one_that_is_stopped_before_it_begins_still_publishes_what_is_committed() {
    let world = World::with_events(3);
    let relay = world.relay();
    relay.stop.cancel();
    assert_eq!(relay.ended().await, Ok(()));
    assert_eq!(world.script().published_through, 3);
}

#[tokio::test(start_paused = true)]
async fn an_idle_relay_stops_at_once() {
    let world = World::with_events(1);
    let relay = world.relay();
    world.until_step(Step::Moved(1)).await;
    tokio::time::sleep(Duration::from_millis(730)).await;
    let stopped = Instant::now();
    relay.stop.cancel();
    assert_eq!(relay.ended().await, Ok(()));
    assert_eq!(stopped.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn one_that_lets_events_gather_publishes_them_and_stops_at_once() {
    let world = World::with_events(8);
    let relay = world.relay();
    world.until_step(Step::Published((1..=8).collect())).await;
    tokio::time::sleep(Duration::from_millis(20)).await;
    world.commit();
    let stopped = Instant::now();
    relay.stop.cancel();
    assert_eq!(relay.ended().await, Ok(()));
    assert_eq!(stopped.elapsed(), Duration::ZERO);
    assert_eq!(world.script().published_through, 9);
}

#[tokio::test(start_paused = true)]
async fn once_stopped_it_gives_up_at_the_first_failure() {
    let world = World::with_events(1);
    let away = BusError::Unreachable("nobody listens".to_owned());
    world.script().declare = std::iter::repeat_n(Err(away), 100).collect();
    let relay = world.relay();
    world
        .until(|steps| steps.iter().filter(|s| **s == Step::Declared).count() == 5)
        .await;
    let stopped = Instant::now();
    relay.stop.cancel();
    assert_eq!(relay.ended().await, Ok(()));
    assert_eq!(stopped.elapsed(), Duration::ZERO);
    assert_eq!(world.count(&Step::Declared), 6);
    assert_eq!(world.script().published_through, 0);
}

#[tokio::test(start_paused = true)]
async fn one_that_waits_for_the_right_stops_at_once() {
    let world = World::with_events(1);
    world.script().lease = std::iter::repeat_with(|| Ok(false)).take(100).collect();
    let relay = world.relay();
    world.until_step(Step::Declared).await;
    tokio::time::sleep(Duration::from_millis(730)).await;
    let stopped = Instant::now();
    relay.stop.cancel();
    assert_eq!(relay.ended().await, Ok(()));
    assert_eq!(stopped.elapsed(), Duration::ZERO);
    assert!(world.publish_times().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_hard_stop_ends_it_in_the_middle_of_a_publish() {
    let world = World::with_events(1);
    world.close_gate();
    let relay = world.relay();
    world.until_step(Step::Published(vec![1])).await;
    relay.stop.cancel();
    tokio::time::sleep(Duration::from_secs(5)).await;
    let stopped = Instant::now();
    relay.hard.cancel();
    assert_eq!(relay.ended().await, Ok(()));
    assert_eq!(stopped.elapsed(), Duration::ZERO);
    assert_eq!(world.script().published_through, 0);
}

#[tokio::test(start_paused = true)]
async fn a_hard_stop_ends_it_while_the_broker_does_not_answer() {
    let world = World::with_events(1);
    world.script().declare_hangs = true;
    let relay = world.relay();
    world.until_step(Step::Declared).await;
    relay.stop.cancel();
    relay.hard.cancel();
    assert_eq!(relay.ended().await, Ok(()));
}
