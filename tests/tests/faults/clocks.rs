//! Clocks that are wrong, and jump.

use std::{
    fs,
    path::{Path, PathBuf},
};

use service_kit::clock::{Clock, SystemClock};
use shared_events::timestamp;
use system_tests::{PATIENCE, Side, Stack, eventually, own_virtual_host};

use crate::scenario::{Scenario, put_aside, some};

const HOUR: i64 = 3600;

#[tokio::test]
#[ignore = "needs PostgreSQL, RabbitMQ and libfaketime: tests/run.sh"]
async fn clocks_that_jump_an_hour_back_and_forth_cost_nothing() {
    let broker_url = own_virtual_host().await;
    let mut stack = Stack::stopped_servers_on(&broker_url).await;
    let library = faketime().display().to_string();
    let clocks = Side::BOTH.map(|side| {
        let clock = stack.folder().join(format!("{side:?}-clock"));
        let settings = [
            ("LD_PRELOAD", library.clone()),
            ("FAKETIME_TIMESTAMP_FILE", clock.display().to_string()),
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
            // Seconds after which it looks into the file again.
            ("FAKETIME_CACHE_DURATION", "1".to_owned()),
        ];
        for (name, value) in settings {
            stack.set(side, name, Some(value));
        }
        clock
    });
    set(&clocks[0], HOUR);
    set(&clocks[1], -HOUR);
    let fault = "clocks: an hour back and forth, opposite on the two sides";
    let scenario = Scenario::begin(fault, stack, &broker_url).await;
    for (authors, books) in [(HOUR, -HOUR), (-HOUR, HOUR), (0, 0), (HOUR, -HOUR)] {
        for (side, seconds) in [(Side::Authors, authors), (Side::Books, books)] {
            set(&clocks[side.index()], seconds);
            has_come_about(&scenario.stack, side, seconds).await;
        }
        scenario.load().progress_of_both(some()).await;
    }
    let stack = scenario.ends_well().await;
    assert_eq!(put_aside(&stack).await, [0, 0]);
}

/// Sets a clock so many seconds fast.
fn set(clock: &Path, seconds: i64) {
    // Put in place at once: it is read at any time.
    let new = clock.with_extension("new");
    fs::write(&new, format!("{seconds:+}s\n")).unwrap();
    fs::rename(new, clock).unwrap();
}

/// Waits until this side's clock is so many seconds fast.
async fn has_come_about(stack: &Stack, side: Side, seconds: i64) {
    let what = format!("a clock of {side:?} that is {seconds} s fast");
    eventually(PATIENCE, &what, async || {
        let record = side.record("What time is it?");
        let answer = stack.client(side).post(side.records(), &record).await;
        let created = answer.with_status(201).body["created_at"].clone();
        let created = timestamp::deserialize(created).unwrap();
        let fast = (created - SystemClock.now()).num_seconds();
        (fast.abs_diff(seconds) < 60).then_some(())
    })
    .await;
}

/// The library that stands between a program and the system's clock.
fn faketime() -> PathBuf {
    let folders = fs::read_dir("/usr/lib").unwrap();
    let folders = folders.map(|entry| entry.unwrap().path());
    folders
        .chain(["/usr/lib".into(), "/usr/local/lib".into()])
        .map(|folder| folder.join("faketime/libfaketimeMT.so.1"))
        .find(|library| library.is_file())
        .unwrap_or_else(|| panic!("libfaketime must be installed: use tests/run.sh"))
}
