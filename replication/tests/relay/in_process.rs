//! The relay and the in-process bus.

use std::{sync::Arc, time::Duration};

use event_bus::{EventBus, EventConsumer, InProcessBus, InProcessOptions};
use replication::relay::Relay;
use shared_events::Envelope;

use crate::fakes::{EXCHANGE, HEARTBEAT_INTERVAL, PRODUCER, Running, Step, World, entry, topology};

const QUEUE: &str = "others.things";

fn bus() -> InProcessBus {
    InProcessBus::with_options(InProcessOptions {
        publish_deadline: Duration::from_secs(30),
        ..InProcessOptions::default()
    })
}

fn relay(world: &World, bus: &InProcessBus) -> Running {
    let (log, bus) = (Arc::new(world.clone()), Arc::new(bus.clone()));
    Running::start(Relay::new(
        PRODUCER,
        EXCHANGE,
        topology(),
        log,
        bus,
        HEARTBEAT_INTERVAL,
    ))
}

/// Takes and acknowledges until it was handed `last`; what it was handed, in its order.
async fn take_through(consumer: &mut dyn EventConsumer, last: i64) -> Vec<i64> {
    let mut taken = Vec::new();
    while taken.last() != Some(&last) {
        let batch = consumer.next_batch(100).await.unwrap();
        for delivery in &batch {
            let sequence = Envelope::parse(&delivery.body).unwrap().sequence;
            assert_eq!(delivery.body, entry_bytes(sequence, &delivery.body));
            taken.push(sequence);
        }
        consumer.ack(batch.last().unwrap().tag).await.unwrap();
    }
    taken
}

/// What the log's entry is written as; its random id is taken from the message itself.
fn entry_bytes(sequence: i64, body: &[u8]) -> Vec<u8> {
    let mut entry = entry(sequence);
    entry.event_id = Envelope::parse(body).unwrap().event_id;
    entry.envelope(PRODUCER).unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_subscriber_gets_the_log_byte_for_byte_and_in_order() {
    let (world, bus) = (World::with_events(600), bus());
    bus.declare(&topology()).await.unwrap();
    let mut consumer = bus.consumer(QUEUE);
    let relay = relay(&world, &bus);
    let taken = take_through(consumer.as_mut(), 600).await;
    assert!(taken.into_iter().eq(1..=600));
    world.until_step(Step::Moved(600)).await;
    relay.stop.cancel();
    assert_eq!(relay.ended().await, Ok(()));
}

#[tokio::test(start_paused = true)]
async fn what_no_subscriber_has_acknowledged_is_not_published() {
    let (world, bus) = (World::with_events(10), bus());
    let relay = relay(&world, &bus);
    // Several deadlines pass, and each time the same ten are offered again.
    tokio::time::sleep(Duration::from_secs(200)).await;
    assert_eq!(world.script().published_through, 0);
    assert_eq!(bus.depth(QUEUE), Some(10));

    let mut consumer = bus.consumer(QUEUE);
    assert_eq!(take_through(consumer.as_mut(), 10).await.len(), 10);
    world.until_step(Step::Moved(10)).await;
    relay.stop.cancel();
    assert_eq!(relay.ended().await, Ok(()));
}

#[tokio::test(start_paused = true)]
async fn after_a_lost_connection_everything_arrives_all_the_same() {
    let (world, bus) = (World::with_events(300), bus());
    bus.declare(&topology()).await.unwrap();
    let mut consumer = bus.consumer(QUEUE);
    let relay = relay(&world, &bus);
    let lost = consumer.next_batch(100).await.unwrap();
    bus.drop_connections();
    assert!(consumer.ack(lost.last().unwrap().tag).await.is_err());
    assert!(consumer.next_batch(100).await.is_err());
    let mut taken = take_through(consumer.as_mut(), 300).await;
    world.until_step(Step::Moved(300)).await;
    taken.sort_unstable();
    taken.dedup();
    assert!(taken.into_iter().eq(1..=300));
    relay.stop.cancel();
    assert_eq!(relay.ended().await, Ok(()));
}
