//! A consumer tells the owner how far it is, in a time that passes only when everybody waits.
#![expect(clippy::unwrap_used, reason = "tests")]

mod world;

use std::time::Duration;

use shared_events::control::{ConsumerKind, Unapplied, UnappliedState};
use tokio::time::{Instant, sleep};

use world::{HEARTBEAT, World, now};

#[tokio::test(start_paused = true)]
async fn who_has_settled_nothing_says_so_and_says_it_again_with_each_heartbeat() {
    let mut world = World::start().await;
    let began = Instant::now();
    for beat in 0..3 {
        let report = world.report().await;
        assert_eq!((report.epoch, report.settled_through), (0, 0));
        assert_eq!(report.consumer, "follower");
        assert_eq!(report.producer, "authors-service");
        assert_eq!(report.kind, ConsumerKind::Downstream);
        assert_eq!(report.at, now());
        assert_eq!(began.elapsed(), HEARTBEAT * beat);
    }
}

#[tokio::test(start_paused = true)]
async fn a_move_is_told_at_once_and_many_moves_together() {
    let mut world = World::start().await;
    world.report().await;
    sleep(Duration::from_secs(1)).await;
    let began = Instant::now();
    world.settle(1, [1]);
    assert_eq!(world.report().await.settled_through, 1);
    assert_eq!(began.elapsed(), Duration::ZERO);
    for sequence in 2..100 {
        world.settle(1, [sequence]);
    }
    assert_eq!(world.report().await.settled_through, 99);
    assert_eq!(began.elapsed(), Duration::from_millis(20));
    // What is settled again is no news: the next report is the repeated one.
    sleep(Duration::from_secs(1)).await;
    world.settle(1, [7]);
    assert_eq!(world.report().await.settled_through, 99);
    assert_eq!(began.elapsed(), Duration::from_millis(20) + HEARTBEAT);
}

#[tokio::test(start_paused = true)]
async fn what_is_settled_above_a_gap_is_not_told_nor_an_epoch_that_has_not_begun() {
    let mut world = World::start().await;
    world.report().await;
    sleep(Duration::from_secs(1)).await;
    world.settle(1, [1, 2, 4]);
    world.settle(2, [5]);
    let report = world.report().await;
    assert_eq!((report.epoch, report.settled_through), (1, 2));
}

#[tokio::test(start_paused = true)]
async fn what_was_given_up_is_told_and_the_list_is_bounded() {
    let mut world = World::start().await;
    world.report().await;
    sleep(Duration::from_secs(1)).await;
    world.give_up(1);
    let report = world.report().await;
    let dead = |sequence| Unapplied {
        sequence,
        state: UnappliedState::Dead,
    };
    assert_eq!(report.settled_through, 1);
    assert_eq!(report.unapplied, [dead(1)]);
    assert!(!report.unapplied_more);
    sleep(Duration::from_secs(1)).await;
    for sequence in 2..=101 {
        world.give_up(sequence);
    }
    let report = world.report().await;
    assert_eq!(report.settled_through, 101);
    assert_eq!(report.unapplied.len(), 100);
    assert_eq!(report.unapplied.first(), Some(&dead(2)));
    assert_eq!(report.unapplied.last(), Some(&dead(101)));
    assert!(report.unapplied_more);
}
