//! A database that is away, connections that are lost, a broker that refuses.

use std::time::Duration;

use event_bus::{BusError, ConsumeError};
use replication::deadline::DEADLINE;
use tokio::time::Instant;

use crate::{
    messages::{Kind, message},
    world::{Step, World, beginning},
};

fn unreachable() -> BusError {
    BusError::Unreachable("nobody listens".to_owned())
}

fn refused() -> BusError {
    BusError::Refused("wrong password".to_owned())
}

#[tokio::test(start_paused = true)]
async fn a_batch_is_held_while_the_database_is_away_however_long() {
    for times in [1, 2, 10, 100] {
        let world = World::new().await;
        world.cache.state().unavailable = times;
        let publishing = world.publish_kinds(&[Kind::Good; 5]).await;
        let _inbox = world.inbox();
        while world.cache.state().unavailable > 0 {
            assert_eq!(world.count(&Step::Acknowledged), 0);
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        world.until_acknowledged(publishing).await;
        assert_eq!(world.count(&Step::Taken(5)), 1);
        assert_eq!(world.count(&Step::Away), times as usize);
        assert_eq!(world.cache.state().journal.parked_counts().parked, 0);
        assert_eq!(world.applied().len(), 5);
        let least = Duration::from_millis(50) * times;
        assert!(world.now() - beginning() >= chrono::TimeDelta::from_std(least).unwrap());
    }
}

#[tokio::test(start_paused = true)]
async fn a_database_that_goes_away_in_the_middle_of_halving_is_waited_for() {
    use Kind::{Bad, Garbage, Good};
    let kinds = [Good, Bad, Garbage, Good, Bad, Good, Good, Bad];
    // Undisturbed it takes some 20 tries; each of them may be the one that fails.
    for asked in 0..25 {
        let world = World::new().await;
        let publishing = world.publish_kinds(&kinds).await;
        let _inbox = world.inbox();
        world
            .until(|steps| {
                let count = steps.iter().filter(|step| **step == Step::Asked).count();
                count > asked || steps.contains(&Step::Acknowledged)
            })
            .await;
        world.cache.state().unavailable = 3;
        world.until_acknowledged(publishing).await;
        assert_eq!(world.applied(), [(1, 1), (4, 1), (6, 1), (7, 1)]);
        for (sequence, kind) in (1..).zip(kinds) {
            let parked = world.parked(&message(sequence, kind));
            assert_eq!(
                parked.map(|parked| parked.attempts),
                kind.is_parked().then_some(1)
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_acknowledgement_that_fails_is_no_trouble() {
    for error in [ConsumeError::Stale, ConsumeError::Bus(unreachable())] {
        let world = World::new().await;
        world.bus.script().ack.push_back(error);
        let first = world.publish(vec![message(1, Kind::Good)]).await;
        let inbox = world.inbox();
        world
            .until(|steps| steps.contains(&Step::NotAcknowledged))
            .await;
        // The next one covers it, if the connection is still there.
        let second = world.publish(vec![message(2, Kind::Good)]).await;
        first.await.unwrap().unwrap();
        world.until_acknowledged(second).await;
        assert_eq!(world.settled_through(), 2);
        inbox.stop.cancel();
        assert_eq!(inbox.ended().await, Ok(()));
    }
}

#[tokio::test(start_paused = true)]
async fn a_connection_lost_between_settling_and_acknowledging_brings_the_batch_again() {
    let world = World::new().await;
    world.bus.script().lose_connection = 2;
    let lost = world.publish_kinds(&[Kind::Good; 3]).await;
    let _inbox = world.inbox();
    world
        .until(|steps| steps.contains(&Step::Acknowledged))
        .await;
    assert!(lost.await.unwrap().is_err());
    assert_eq!(world.applied(), [(1, 3), (2, 3), (3, 3)]);
    assert_eq!(world.settled_through(), 3);
    assert_eq!(world.bus.inner.depth(crate::world::QUEUE), Some(0));
    // After a loss the topology is declared anew.
    assert_eq!(world.count(&Step::Declared), 3);
}

#[tokio::test(start_paused = true)]
async fn a_lost_connection_is_waited_for_longer_and_longer() {
    let world = World::new().await;
    let lost = ConsumeError::Bus(unreachable());
    world.bus.script().next_batch = std::iter::repeat_n(lost, 10).collect();
    let publishing = world.publish_kinds(&[Kind::Good]).await;
    let started = Instant::now();
    let _inbox = world.inbox();
    world.until_acknowledged(publishing).await;
    assert_eq!(world.count(&Step::Declared), 11);
    let waited = started.elapsed();
    assert!(waited > Duration::from_secs(10) && waited < Duration::from_secs(30));
}

#[tokio::test(start_paused = true)]
async fn a_refusal_before_anything_worked_is_an_error() {
    for before in [vec![], vec![Err(unreachable()), Err(unreachable())]] {
        let world = World::new().await;
        world.bus.script().declare = before.into();
        world.bus.script().declare.push_back(Err(refused()));
        assert_eq!(world.inbox().ended().await, Err(refused()));
    }
}

#[tokio::test(start_paused = true)]
async fn a_refusal_after_something_worked_is_tried_again() {
    let world = World::new().await;
    let lost = ConsumeError::Bus(refused());
    world.bus.script().next_batch.push_back(lost);
    world.bus.script().declare = [Ok(()), Err(refused()), Err(refused())].into();
    let publishing = world.publish_kinds(&[Kind::Good]).await;
    let _inbox = world.inbox();
    world.until_acknowledged(publishing).await;
    assert_eq!(world.count(&Step::Declared), 4);
}

#[tokio::test(start_paused = true)]
async fn a_database_that_never_answers_is_asked_again() {
    let world = World::new().await;
    world.cache.state().hangs = true;
    let publishing = world.publish_kinds(&[Kind::Good; 3]).await;
    let inbox = world.inbox();
    world.until(|steps| steps.contains(&Step::Asked)).await;
    world.cache.state().hangs = false;
    world.until_acknowledged(publishing).await;
    assert_eq!(world.applied(), [(1, 1), (2, 1), (3, 1)]);
    assert!(world.now() - beginning() >= chrono::TimeDelta::from_std(DEADLINE).unwrap());
    inbox.stop.cancel();
    assert_eq!(inbox.ended().await, Ok(()));
}

#[tokio::test(start_paused = true)]
async fn messages_come_even_if_what_is_parked_can_never_be_read() {
    let world = World::new().await;
    world.cache.state().reading_hangs = true;
    let publishing = world.publish_kinds(&[Kind::Good]).await;
    let _inbox = world.inbox();
    world.until_acknowledged(publishing).await;
    assert_eq!(world.settled_through(), 1);
}
