//! One relay at work per database.

use std::time::Duration;

use tokio::time::Instant;

use crate::fakes::{Step, World};

fn leases(steps: &[Step]) -> usize {
    steps.iter().filter(|step| **step == Step::Leased).count()
}

#[tokio::test(start_paused = true)]
async fn while_another_process_has_the_right_nothing_is_published() {
    let world = World::with_events(1);
    world.script().lease = [Ok(false), Ok(false), Ok(false)].into();
    let started = Instant::now();
    let _relay = world.relay();
    world.until_step(Step::Moved(1)).await;
    assert_eq!(
        world.steps()[..3],
        [Step::Declared, Step::Leased, Step::Published(vec![1])]
    );
    let waited = started.elapsed();
    assert!(
        waited >= Duration::from_millis(1_500) && waited < Duration::from_millis(1_510),
        "{waited:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_right_that_was_lost_is_taken_again() {
    let world = World::with_events(0);
    let _relay = world.relay();
    world.until_step(Step::Leased).await;
    world.set_lease_is_held(false);
    world.until(|steps| leases(steps) >= 2).await;
    world.set_lease_is_held(true);
    tokio::time::sleep(Duration::from_secs(2)).await;
    let settled = leases(&world.steps());
    world.commit();
    world.until_step(Step::Moved(1)).await;
    assert_eq!(leases(&world.steps()), settled);
}

#[tokio::test(start_paused = true)]
async fn a_lost_right_is_noticed_however_busy_the_relay_is() {
    let world = World::with_events(0);
    let _relay = world.relay();
    world.until_step(Step::Leased).await;
    world.set_lease_is_held(false);
    let lost = Instant::now();
    while leases(&world.steps()) < 2 {
        assert!(lost.elapsed() < Duration::from_secs(2), "not noticed");
        world.commit();
        world.ring();
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
