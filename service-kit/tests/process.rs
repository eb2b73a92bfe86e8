//! What belongs to a whole process: its log and its signals. One test, since they are shared.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "tests")]

use std::process::Command;
use std::time::Duration;

use service_kit::config::LogFormat;
use service_kit::lifecycle::{Lifecycle, Stopped};
use service_kit::telemetry;
use tokio::time::timeout;

const SOON: Duration = Duration::from_secs(10);

fn signal(name: &str) {
    let own = std::process::id().to_string();
    let sent = Command::new("kill")
        .args(["-s", name, &own])
        .status()
        .unwrap();
    assert!(sent.success());
}

#[tokio::test]
async fn the_first_signal_stops_softly_and_the_second_at_once() {
    let _logging = telemetry::init(LogFormat::Json, Some("info")).unwrap();
    let again = telemetry::init(LogFormat::Json, None).unwrap_err();
    assert!(!again.to_string().contains('\n'), "{again}");

    let lifecycle = Lifecycle::new();
    let hard = lifecycle.hard();
    lifecycle.spawn("stubborn", {
        let hard = hard.clone();
        async move { hard.cancelled().await }
    });
    // Polled in this order: the signal comes when it is listened to.
    let (waited, ()) = tokio::join!(timeout(SOON, lifecycle.wait_for_signal()), async {
        signal("TERM")
    });
    waited.unwrap().unwrap();
    assert!(lifecycle.soft().is_cancelled());
    assert!(!hard.is_cancelled());

    let (stopped, ()) = tokio::join!(lifecycle.stop(6 * SOON), async { signal("INT") });
    assert_eq!(stopped, Stopped::Forced);
    assert!(hard.is_cancelled());
}
