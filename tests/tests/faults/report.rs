//! The figures of a run, a line for each fault.

use std::{env, fs, io::Write, time::Duration};

use serde_json::json;
use system_tests::Verdict;

/// Whether the faults are to take their full length.
pub(crate) fn in_full() -> bool {
    env::var_os("FAULTS_FULL").is_some()
}

/// `full` if the faults are to take their full length, else `short`.
pub(crate) fn full_or<T>(full: T, short: T) -> T {
    if in_full() { full } else { short }
}

/// Appends a line to the report, if there is to be one.
pub(crate) fn write(fault: &str, verdict: &Verdict, seconds: Duration) {
    let Some(path) = env::var_os("FAULTS_REPORT") else {
        return;
    };
    let line = json!({
        "fault": fault,
        "acknowledged": verdict.acknowledged,
        "lost": verdict.lost,
        "stale": verdict.stale,
        "resurrected": verdict.resurrected,
        "doubled": verdict.doubled,
        "seconds": (seconds.as_secs_f64() * 10.0).round() / 10.0,
    });
    let mut file = fs::File::options()
        .create(true)
        .append(true)
        .open(path)
        .unwrap();
    // In one piece: other tests append to the same file.
    file.write_all(format!("{line}\n").as_bytes()).unwrap();
}
