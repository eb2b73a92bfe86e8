//! Heartbeats: how far the log is published, behind the events that they tell of.

use std::time::Duration;

use event_bus::PublishError;
use shared_events::control::Heartbeat;
use uuid::Uuid;

use crate::fakes::{HEARTBEAT_INTERVAL, PRODUCER, Step, World};

fn heartbeat(last: i64) -> Heartbeat {
    Heartbeat {
        producer: PRODUCER.to_owned(),
        epoch: 1,
        first: 1,
        last,
    }
}

#[tokio::test(start_paused = true)]
async fn a_heartbeat_follows_each_interval_and_tells_what_is_published() {
    let world = World::with_events(3);
    let _relay = world.relay();
    world.until_step(Step::Moved(3)).await;
    tokio::time::sleep(HEARTBEAT_INTERVAL * 2 + Duration::from_millis(1)).await;
    let told = world.script().heartbeats.clone();
    assert_eq!(told[1..], [heartbeat(3), heartbeat(3)]);
}

#[tokio::test(start_paused = true)]
async fn what_the_bus_has_not_taken_is_not_told() {
    let world = World::with_events(300);
    world.close_gate();
    let _relay = world.relay();
    tokio::time::sleep(HEARTBEAT_INTERVAL * 2 + Duration::from_millis(1)).await;
    assert_eq!(world.script().heartbeats, vec![heartbeat(0); 3]);
    world.open_gate_once();
    tokio::time::sleep(HEARTBEAT_INTERVAL).await;
    assert_eq!(world.script().heartbeats.last(), Some(&heartbeat(256)));
    world.open_gate_once();
    tokio::time::sleep(HEARTBEAT_INTERVAL).await;
    assert_eq!(world.script().heartbeats.last(), Some(&heartbeat(300)));
}

#[tokio::test(start_paused = true)]
async fn that_nobody_listens_to_heartbeats_holds_no_event_up() {
    let world = World::with_events(0);
    let deaf = PublishError::Unroutable {
        count: 1,
        first: Uuid::nil(),
    };
    world.script().beat = [Err(deaf)].into();
    let _relay = world.relay();
    world.until_step(Step::Leased).await;
    world.commit();
    world.ring();
    world.until_step(Step::Moved(1)).await;
    let declared = world
        .steps()
        .iter()
        .filter(|step| **step == Step::Declared)
        .count();
    assert_eq!(declared, 1);
}
