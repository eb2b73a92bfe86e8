//! The calm case: what is committed is published, in order and soon.

use std::time::Duration;

use tokio::time::Instant;

use crate::fakes::{Step, World, entry};

#[tokio::test(start_paused = true)]
async fn events_are_published_in_order_256_at_a_time() {
    let world = World::with_events(600);
    let _relay = world.relay();
    world.until_step(Step::Moved(600)).await;
    let published = world.steps().into_iter().filter_map(|step| match step {
        Step::Published(sequences) => Some(sequences),
        _ => None,
    });
    assert_eq!(
        published.collect::<Vec<_>>(),
        [
            Vec::from_iter(1..=256),
            Vec::from_iter(257..=512),
            Vec::from_iter(513..=600)
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn batches_of_a_backlog_are_under_way_together_up_to_four() {
    let world = World::with_events(256 * 6);
    world.close_gate();
    let _relay = world.relay();
    world
        .until_step(Step::Published((769..=1024).collect()))
        .await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(world.publish_times().len(), 4);
    assert_eq!(world.script().published_through, 0);
    world.open_gate_once();
    world
        .until_step(Step::Published((1025..=1280).collect()))
        .await;
    world.until_step(Step::Moved(256)).await;
    assert_eq!(world.publish_times().len(), 5);
}

#[tokio::test(start_paused = true)]
async fn at_the_end_of_the_log_events_gather_while_others_are_being_confirmed() {
    let world = World::with_events(1);
    world.close_gate();
    let _relay = world.relay();
    world.until_step(Step::Published(vec![1])).await;
    for _ in 0..3 {
        world.commit();
        world.ring();
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert_eq!(world.publish_times().len(), 1);
    world.open_gate_once();
    world.until_step(Step::Published(vec![2, 3, 4])).await;
}

#[tokio::test(start_paused = true)]
async fn events_that_come_fast_gather_for_a_moment() {
    let world = World::with_events(8);
    let began = Instant::now();
    let _relay = world.relay();
    world.until_step(Step::Published((1..=8).collect())).await;
    for _ in 0..20 {
        world.commit();
        world.ring();
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    world.until_step(Step::Published((9..=28).collect())).await;
    assert_eq!(began.elapsed(), Duration::from_millis(50));
}

#[tokio::test(start_paused = true)]
async fn after_a_few_events_the_next_one_waits_for_no_company() {
    let world = World::with_events(7);
    let began = Instant::now();
    let _relay = world.relay();
    world.until_step(Step::Published((1..=7).collect())).await;
    world.commit();
    world.ring();
    world.until_step(Step::Published(vec![8])).await;
    assert_eq!(began.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_steady_trickle_is_noted_a_few_times_a_second_and_not_each_time() {
    let world = World::with_events(0);
    let _relay = world.relay();
    world.until_step(Step::Leased).await;
    for sequence in 1..=100 {
        world.commit();
        world.ring();
        world.until_step(Step::Published(vec![sequence])).await;
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    world.until_step(Step::Moved(100)).await;
    let noted = |step: &Step| matches!(step, Step::Moved(_));
    let notes = world.steps().iter().filter(|step| noted(step)).count();
    assert!((10..=25).contains(&notes), "{notes}");
}

#[tokio::test(start_paused = true)]
async fn it_begins_behind_what_was_published_before_it_started() {
    let world = World::with_events(5);
    world.script().published_through = 3;
    let _relay = world.relay();
    world.until_step(Step::Published(vec![4, 5])).await;
    assert_eq!(world.publish_times().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_noted_as_published_while_the_bus_has_not_taken_it() {
    let world = World::with_events(3);
    world.close_gate();
    let _relay = world.relay();
    world.until_step(Step::Published(vec![1, 2, 3])).await;
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(world.script().published_through, 0);
    world.open_gate_once();
    world.until_step(Step::Moved(3)).await;
}

#[tokio::test(start_paused = true)]
async fn a_commit_of_this_process_is_published_at_once() {
    let world = World::with_events(0);
    let _relay = world.relay();
    world.until_step(Step::Leased).await;
    // In the middle of the wait for the next poll.
    tokio::time::sleep(Duration::from_millis(730)).await;
    let committed = Instant::now();
    world.commit();
    world.ring();
    world.until_step(Step::Moved(1)).await;
    assert_eq!(committed.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_commit_of_another_process_is_published_within_half_a_second() {
    let world = World::with_events(0);
    let _relay = world.relay();
    world.until_step(Step::Leased).await;
    tokio::time::sleep(Duration::from_millis(730)).await;
    let committed = Instant::now();
    world.commit();
    world.until_step(Step::Moved(1)).await;
    let waited = committed.elapsed();
    assert!(waited > Duration::ZERO && waited <= Duration::from_millis(500));
}

#[tokio::test(start_paused = true)]
async fn a_ring_during_a_publish_is_not_lost() {
    let world = World::with_events(1);
    world.close_gate();
    let _relay = world.relay();
    world.until_step(Step::Published(vec![1])).await;
    world.commit();
    world.ring();
    world.open_gate_once();
    world.open_gate_once();
    let committed = Instant::now();
    world.until_step(Step::Published(vec![2])).await;
    assert_eq!(committed.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_ring_between_the_read_and_the_wait_is_not_lost() {
    let world = World::with_events(0);
    world.script().committed_after_read = Some(entry(1));
    let started = Instant::now();
    let _relay = world.relay();
    world.until_step(Step::Moved(1)).await;
    assert_eq!(started.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn an_idle_relay_looks_twice_a_second_and_no_more() {
    let world = World::with_events(0);
    let looks = 1_000;
    let known = || std::iter::repeat_with(|| Ok(())).take(looks);
    world.script().read = known().collect();
    let _relay = world.relay();
    world.until_step(Step::Leased).await;
    tokio::time::sleep(Duration::from_secs(60)).await;
    let looked = looks - world.script().read.len();
    assert!((100..=122).contains(&looked), "{looked} looks in a minute");
}
