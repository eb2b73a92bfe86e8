//! What the relay does when log or bus fail.

use std::time::Duration;

use event_bus::{BusError, PublishError};
use replication::{StoreError, deadline::DEADLINE, log::event_id};
use tokio::time::Instant;

use crate::fakes::{Question, Step, World, entry};

fn publish_errors() -> [PublishError; 5] {
    let first = event_id(chrono::DateTime::UNIX_EPOCH);
    [
        PublishError::Unroutable { count: 3, first },
        PublishError::Nacked { count: 1, first },
        PublishError::Unconfirmed {
            missing: 2,
            seconds: 30,
        },
        PublishError::Bus(unreachable()),
        // Not at the start, so no mistake in the configuration: it is tried again.
        PublishError::Bus(refused()),
    ]
}

fn unreachable() -> BusError {
    BusError::Unreachable("nobody listens".to_owned())
}

fn refused() -> BusError {
    BusError::Refused("wrong password".to_owned())
}

fn unavailable() -> StoreError {
    StoreError::Unavailable("busy".to_owned())
}

#[tokio::test(start_paused = true)]
async fn after_a_failed_publish_the_topology_is_declared_and_the_same_rows_published_again() {
    for error in publish_errors() {
        let world = World::with_events(3);
        world.script().publish.push_back(Err(error.clone()));
        let _relay = world.relay();
        world.until_step(Step::Moved(3)).await;
        let attempt = [Step::Declared, Step::Leased, Step::Published(vec![1, 2, 3])];
        let expected = [&attempt[..], &attempt[..], &[Step::Moved(3)]].concat();
        assert_eq!(world.steps(), expected, "{error}");
        let [first, second] = world.publish_times()[..] else {
            panic!("two publishes")
        };
        let waited = second - first;
        assert!(waited >= Duration::from_millis(50), "{waited:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn it_waits_longer_and_longer_but_never_much_longer_than_five_seconds() {
    let world = World::with_events(1);
    let [error, ..] = publish_errors();
    world.script().publish = std::iter::repeat_n(Err(error), 10).collect();
    let _relay = world.relay();
    world.until_step(Step::Moved(1)).await;
    let times = world.publish_times();
    let waits: Vec<_> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let whole = [100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000, 5_000, 5_000];
    assert_eq!(waits.len(), whole.len());
    for (wait, whole) in waits.into_iter().zip(whole.map(Duration::from_millis)) {
        // The timer counts whole milliseconds.
        let most = whole + Duration::from_millis(1);
        assert!(wait >= whole / 2 && wait <= most, "{wait:?} of {whole:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn once_it_works_again_the_next_trouble_is_waited_for_briefly() {
    let world = World::with_events(1);
    let [error, ..] = publish_errors();
    world.script().publish = std::iter::repeat_n(Err(error.clone()), 10).collect();
    let _relay = world.relay();
    world.until_step(Step::Moved(1)).await;
    world.script().publish.push_back(Err(error));
    let committed = Instant::now();
    world.commit();
    world.ring();
    world.until_step(Step::Moved(2)).await;
    assert!(committed.elapsed() <= Duration::from_millis(101));
}

#[tokio::test(start_paused = true)]
async fn a_refusal_before_anything_worked_is_an_error() {
    for before in [vec![], vec![Err(unreachable()), Err(unreachable())]] {
        let world = World::with_events(1);
        world.script().declare = before.into();
        world.script().declare.push_back(Err(refused()));
        assert_eq!(world.relay().ended().await, Err(refused()));
        assert!(world.publish_times().is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn a_refusal_after_something_worked_is_tried_again() {
    let world = World::with_events(1);
    let [error, ..] = publish_errors();
    world.script().publish.push_back(Err(error));
    world.script().declare = [Ok(()), Err(refused()), Err(refused())].into();
    let _relay = world.relay();
    world.until_step(Step::Moved(1)).await;
    assert_eq!(world.count(&Step::Declared), 4);
}

#[tokio::test(start_paused = true)]
async fn a_topology_that_was_declared_once_is_something_that_worked() {
    let world = World::with_events(1);
    world.script().lease.push_back(Err(unavailable()));
    world.script().declare = [Ok(()), Err(refused())].into();
    let _relay = world.relay();
    world.until_step(Step::Moved(1)).await;
}

#[tokio::test(start_paused = true)]
async fn a_broker_that_is_away_at_the_start_is_waited_for() {
    let world = World::with_events(1);
    world.script().declare = std::iter::repeat_n(Err(unreachable()), 20).collect();
    let _relay = world.relay();
    world.until_step(Step::Moved(1)).await;
    assert_eq!(world.count(&Step::Declared), 21);
}

#[tokio::test(start_paused = true)]
async fn a_connection_lost_while_idle_is_noticed_and_made_again() {
    let world = World::with_events(0);
    let _relay = world.relay();
    world.until_step(Step::Leased).await;
    world.script().connected.push_back(Err(unreachable()));
    let lost = Instant::now();
    world
        .until(|steps| steps.iter().filter(|s| **s == Step::Leased).count() == 2)
        .await;
    assert!(lost.elapsed() <= Duration::from_millis(601));
}

#[tokio::test(start_paused = true)]
async fn a_database_that_is_away_is_waited_for() {
    let world = World::with_events(2);
    world.script().lease = [Err(unavailable()), Ok(true)].into();
    world.script().read = [Err(unavailable()), Err(unavailable())].into();
    let _relay = world.relay();
    world.until_step(Step::Moved(2)).await;
    assert_eq!(world.publish_times().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_could_not_be_noted_as_published_is_published_again() {
    let world = World::with_events(2);
    world.script().moved.push_back(Err(unavailable()));
    let _relay = world.relay();
    world
        .until(|steps| steps.iter().filter(|s| **s == Step::Moved(2)).count() == 2)
        .await;
    assert_eq!(world.count(&Step::Published(vec![1, 2])), 2);
}

#[tokio::test(start_paused = true)]
async fn an_event_that_can_not_be_encoded_is_not_passed_over() {
    let world = World::with_events(2);
    world.script().entries[1].payload = "torn".to_owned();
    let _relay = world.relay();
    world
        .until(|steps| steps.iter().filter(|s| **s == Step::Declared).count() == 5)
        .await;
    assert!(world.publish_times().is_empty());
    world.script().entries[1] = entry(2);
    world.until_step(Step::Moved(2)).await;
}

#[tokio::test(start_paused = true)]
async fn a_failure_in_the_middle_of_the_window_falls_back_to_what_is_confirmed() {
    let world = World::with_events(600);
    let [error, ..] = publish_errors();
    world.script().publish = [Ok(()), Err(error), Ok(())].into();
    let _relay = world.relay();
    world.until_step(Step::Moved(600)).await;
    let noted: Vec<_> = world
        .steps()
        .into_iter()
        .filter(|step| matches!(step, Step::Moved(_)))
        .collect();
    assert_eq!(noted, [Step::Moved(256), Step::Moved(600)]);
    assert_eq!(world.count(&Step::Published((1..=256).collect())), 1);
    assert_eq!(world.count(&Step::Published((257..=512).collect())), 2);
}

#[tokio::test(start_paused = true)]
async fn a_log_that_never_answers_is_asked_again() {
    for question in [Question::Head, Question::Entries, Question::Move] {
        let world = World::with_events(3);
        world.script().unanswered = Some(question);
        let began = Instant::now();
        let _relay = world.relay();
        world.until_step(Step::Moved(3)).await;
        assert_eq!(world.script().unanswered, None, "{question:?}");
        assert!(began.elapsed() >= DEADLINE, "{question:?}");
    }
}
