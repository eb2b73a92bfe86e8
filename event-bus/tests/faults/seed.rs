//! The same seed brings the same faults, and a failing test tells it.

use std::{collections::BTreeSet, env, process::Command, time::Duration};

use event_bus::faults::{FaultPlan, seeds};
use tokio::{runtime::Builder, time::sleep};

use crate::world::{World, messages, numbers};

/// Everything that both ends see of a run in which 300 messages are published.
fn run(seed: u64) -> Vec<String> {
    let runtime = Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap();
    runtime.block_on(async {
        let world = World::new(FaultPlan::rough(), seed).await;
        let _subscriber = world.subscribe();
        for batch in messages(0..300).chunks(7) {
            while let Err(error) = world.publish(batch).await {
                world.history.lock().unwrap().push(error.to_string());
                sleep(Duration::from_millis(10)).await;
            }
        }
        world.quiet().await;
        world.history()
    })
}

#[test]
fn the_same_seed_is_the_same_run() {
    let first = run(7);
    assert_eq!(first, run(7));
    assert_ne!(first, run(8));
}

#[test]
fn a_rough_run_meets_every_fault_and_loses_only_what_was_dropped() {
    let history = run(7);
    for fault in [
        "a fault: the connection was lost before the confirms came",
        "a fault: the connection was lost with a batch under way",
        "were refused by the broker",
        "it will come again",
    ] {
        assert!(history.iter().any(|line| line.contains(fault)), "{fault}");
    }
    let all = numbers(0..300);
    let received: Vec<&String> = history.iter().filter(|line| all.contains(line)).collect();
    let distinct: BTreeSet<_> = received.iter().collect();
    assert!((270..300).contains(&distinct.len()), "{}", distinct.len());
    assert!(received.len() > distinct.len() + 20, "{}", received.len());
    assert!(!received.is_sorted_by_key(|line| line.parse::<u32>().unwrap()));
}

/// Run once more by the tests below, each time with an environment of its own.
#[tokio::test]
async fn again() {
    let seeds = seeds([4711]);
    let world = World::new(FaultPlan::rough(), seeds[0]).await;
    let _client = world.bus.client("one");
    assert!(env::var_os("FAULTS_MUST_FAIL").is_none(), "as it was asked");
}

#[test]
fn a_failing_test_tells_its_seed_and_how_to_bring_it_again() {
    let (passed, text) = run_again(&[("FAULTS_MUST_FAIL", "1")]);
    assert!(!passed && text.contains("FAULT_SEED=4711"), "{text}");
    assert_eq!(text.matches("FAULT_SEED").count(), 1, "{text}");
}

#[test]
fn the_seed_that_the_environment_names_is_the_one_that_runs() {
    let (passed, text) = run_again(&[("FAULTS_MUST_FAIL", "1"), ("FAULT_SEED", "12")]);
    assert!(!passed && text.contains("FAULT_SEED=12 "), "{text}");
}

#[test]
fn a_seed_that_is_no_number_fails_the_test() {
    let (passed, text) = run_again(&[("FAULT_SEED", "many")]);
    assert!(!passed && text.contains("FAULT_SEED is `many`"), "{text}");
}

#[test]
fn a_test_that_passes_tells_no_seed() {
    let (passed, text) = run_again(&[]);
    assert!(passed && !text.contains("FAULT_SEED"), "{text}");
}

/// Whether the test `again` passed, and what it wrote.
fn run_again(variables: &[(&str, &str)]) -> (bool, String) {
    let output = Command::new(env::current_exe().unwrap())
        .args(["--exact", "seed::again", "--nocapture"])
        .env_remove("FAULT_SEED")
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].concat();
    (
        output.status.success(),
        String::from_utf8_lossy(&text).into_owned(),
    )
}
