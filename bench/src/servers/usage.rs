//! What a process uses of the machine, as Linux tells it.

use std::{fs, path::PathBuf, time::Duration};

use crate::failure::{Failure, Result};

/// Time of processors that all its threads have had.
///
/// # Errors
/// If it is gone, or the system tells nothing.
pub(crate) fn processor_time(id: u32) -> Result<Duration> {
    let mut nanoseconds = 0;
    for task in fs::read_dir(format!("/proc/{id}/task"))? {
        let text = fs::read_to_string(task?.path().join("schedstat"))?;
        let run = text
            .split_whitespace()
            .next()
            .and_then(|run| run.parse::<u64>().ok());
        nanoseconds += run.unwrap_or_default();
    }
    Ok(Duration::from_nanos(nanoseconds))
}

/// Megabytes that are in memory now (`VmRSS`), or were at most (`VmHWM`).
///
/// # Errors
/// If it is gone, or the system tells nothing.
pub(crate) fn memory(id: u32, field: &str) -> Result<f64> {
    let path = PathBuf::from(format!("/proc/{id}/status"));
    let status = fs::read_to_string(path)?;
    kilobytes(&status, field)
        .map(|kilobytes| kilobytes * 1_024.0 / 1e6)
        .ok_or_else(|| Failure::Wrong(format!("no {field} of process {id}")))
}

fn kilobytes(status: &str, field: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix(field))?;
    line.trim_start_matches(':')
        .split_whitespace()
        .next()?
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_read_off_the_status() {
        let status = "Name:\tx\nVmHWM:\t   20480 kB\nVmRSS:\t   10240 kB\n";
        assert_eq!(kilobytes(status, "VmRSS"), Some(10_240.0));
        assert_eq!(kilobytes(status, "VmSwap"), None);
    }
}
