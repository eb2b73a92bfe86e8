//! The promises of a consumer.

use std::sync::Arc;

use bytes::Bytes;
use fastrand::Rng;
use futures_util::future::join;

use super::{
    Change, ConsumerHarness,
    history::{change, deletion, history},
    world::{EXCHANGE, QUEUE, World},
};
use crate::{
    EventBus, Message,
    conformance::fixture::{publish_until_confirmed, published},
    faults::{Chance, FaultPlan, FaultyBus, seeds},
};

/// While nothing fails, the copy holds each record as it was last published.
pub async fn the_copy_ends_equal_to_its_source<H: ConsumerHarness>() {
    let world = World::<H>::started().await;
    let changes = history(&mut Rng::with_seed(1), 20, 200);

    published(world.publish(world.messages(&changes))).await;

    world.assert_equal(&changes).await;
}

/// Everything may come twice.
pub async fn an_event_that_comes_again_changes_nothing<H: ConsumerHarness>() {
    let world = World::<H>::started().await;
    let changes = history(&mut Rng::with_seed(2), 10, 60);
    let twice_each = changes.iter().flat_map(|change| [change, change]);

    published(world.publish(world.messages(twice_each))).await;
    world.assert_equal(&changes).await;
    published(world.publish(world.messages(&changes))).await;

    world.assert_equal(&changes).await;
}

/// Everything may come in another order.
pub async fn events_in_any_order_end_in_the_same_copy<H: ConsumerHarness>() {
    for seed in seeds(0..10) {
        let world = World::<H>::started().await;
        let mut dice = Rng::with_seed(seed);
        let changes = history(&mut dice, 8, 60);
        let mut shuffled: Vec<&Change> = changes.iter().collect();
        dice.shuffle(&mut shuffled);

        published(world.publish(world.messages(shuffled))).await;

        world.assert_equal(&changes).await;
    }
}

/// A deleted record stays so, whatever older event comes late, until it is restored.
pub async fn nothing_late_undoes_a_deletion<H: ConsumerHarness>() {
    let world = World::<H>::started().await;
    let mut changes = vec![
        change(1, 1, 1),
        deletion(3, 1, 3),
        // Late, and in a batch of their own.
        change(2, 1, 2),
        change(1, 1, 1),
        // The record was never seen alive.
        deletion(5, 2, 2),
        change(4, 2, 1),
    ];
    for change in &changes {
        published(world.publish(world.messages([change]))).await;
    }
    world.assert_equal(&changes).await;

    changes.push(change(6, 1, 4));
    published(world.publish(world.messages(&changes[6..]))).await;

    world.assert_equal(&changes).await;
}

/// An owner that was restored from a backup begins a new epoch: what it says then counts, though
/// its versions are lower.
pub async fn a_later_epoch_wins_over_any_version<H: ConsumerHarness>() {
    let world = World::<H>::started().await;
    let restored = Change {
        epoch: 2,
        ..change(101, 1, 1)
    };
    let changes = [change(99, 1, 99), restored, change(100, 1, 100)];

    for change in &changes {
        published(world.publish(world.messages([change]))).await;
    }

    world.assert_equal(&changes).await;
}

/// What can't be read is put aside: it is acknowledged, and what is around it is applied.
pub async fn what_cannot_be_read_stops_nothing<H: ConsumerHarness>() {
    let world = World::<H>::started().await;
    let changes = history(&mut Rng::with_seed(3), 10, 60);
    let good = world.messages(&changes);
    let cut_short = good[0].body.slice(..good[0].body.len() / 2);
    let bytes = [
        Bytes::new(),
        Bytes::from_static(b"\xff\xfe\x00"),
        Bytes::from_static(b"{}"),
        Bytes::from_static(b"null"),
        cut_short,
    ];
    let mut bad: Vec<Message> = bytes
        .map(|body| Message {
            body,
            ..good[0].clone()
        })
        .into();
    bad.extend(world.harness.unreadable());
    let mut mixed = Vec::new();
    for (index, message) in good.into_iter().enumerate() {
        mixed.push(message);
        mixed.push(bad[index % bad.len()].clone());
    }

    published(world.publish(mixed)).await;

    world.assert_equal(&changes).await;
}

/// What is acknowledged never comes again, so it must be in the copy by then.
pub async fn nothing_is_acknowledged_before_it_is_committed<H: ConsumerHarness>() {
    let world = World::<H>::started().await;
    let changes = history(&mut Rng::with_seed(4), 20, 60);
    world.bus.hold_acknowledgements();

    let publishing = world.publish(world.messages(&changes));

    let mut acknowledged = 0;
    while acknowledged < changes.len() {
        let bodies = world.bus.waiting_acknowledgement().await;
        world.assert_committed(&changes, &bodies).await;
        acknowledged += bodies.len();
        world.bus.pass_one();
    }
    published(publishing).await;
    world.assert_equal(&changes).await;
}

/// What was committed and not acknowledged comes again.
pub async fn a_crash_between_commit_and_acknowledgement_changes_nothing<H: ConsumerHarness>() {
    let mut world = World::<H>::started().await;
    let changes = history(&mut Rng::with_seed(5), 20, 120);
    let (before, after) = changes.split_at(60);
    published(world.publish(world.messages(before))).await;
    world.bus.hold_acknowledgements();
    let publishing = world.publish(world.messages(after));
    world.bus.waiting_acknowledgement().await;

    world.harness.crash().await;
    world.bus.release_acknowledgements();
    world.start().await;

    published(publishing).await;
    world.assert_equal(&changes).await;
}

/// Ten times it is killed with all in its hands that it can have.
pub async fn crashes_with_full_hands_lose_nothing<H: ConsumerHarness>() {
    let mut world = World::<H>::started().await;
    let changes = history(&mut Rng::with_seed(6), 500, 1000);
    let (before, after) = changes.split_at(100);
    published(world.publish(world.messages(before))).await;
    world.harness.stop().await;
    world.bus.hold_acknowledgements();
    let publisher = world.inside.publisher();
    // One batch, so that all of it waits in the queue.
    let batch = world.messages(after);
    let publishing = tokio::spawn(async move {
        publish_until_confirmed(&*publisher, EXCHANGE, &batch).await;
    });

    let mut handed_out = before.len();
    for _crash in 0..10 {
        world.start().await;
        handed_out = world.bus.handed_out_more_than(handed_out).await;
        world.harness.crash().await;
    }
    world.bus.release_acknowledgements();
    world.start().await;

    published(publishing).await;
    world.assert_equal(&changes).await;
}

/// What is published while it is away waits for it.
pub async fn a_restart_goes_on_where_it_stopped<H: ConsumerHarness>() {
    let mut world = World::<H>::started().await;
    let changes = history(&mut Rng::with_seed(7), 20, 120);
    let (before, after) = changes.split_at(60);
    published(world.publish(world.messages(before))).await;

    world.harness.stop().await;
    let publishing = world.publish(world.messages(after));
    world.start().await;

    published(publishing).await;
    world.assert_equal(&changes).await;
}

/// Lost connections, duplicates, delays and another order, all at once and whatever the seed:
/// `FAULT_SEED` brings one again.
pub async fn faults_on_the_way_are_survived<H: ConsumerHarness>() {
    // What is dropped, no consumer can bring back alone.
    let plan = FaultPlan {
        drop: Chance::NEVER,
        ..FaultPlan::rough()
    };
    for seed in seeds(0..10) {
        let mut world = World::<H>::new().await;
        let changes = history(&mut Rng::with_seed(seed), 20, 200);
        let messages = world.messages(&changes);
        let bus = FaultyBus::new(Arc::new(world.inside.clone()), plan.clone(), seed);
        let starting = world.harness.start(Arc::new(bus.client("copy")), QUEUE);
        let publisher = bus.client("owner").publisher();
        let publishing = async {
            for batch in messages.chunks(7) {
                publish_until_confirmed(&*publisher, EXCHANGE, batch).await;
            }
        };
        join(starting, publishing).await;

        bus.calm_down();
        world.settled(&bus).await;

        world.assert_equal(&changes).await;
    }
}
