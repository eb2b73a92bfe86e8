//! How often services compare notes.

use std::time::Duration;

use replication::repair::RepairOptions;

/// Settings of repair; flatten them into a program's own.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct RepairSettings {
    /// Seconds between two heartbeats, which tell others how far this service's log is published
    #[arg(long, env = "HEARTBEAT_INTERVAL", default_value = "5", value_parser = seconds)]
    heartbeat_interval: Duration,
    /// Seconds between two comparisons of the copies with their owners
    #[arg(long, env = "DRIFT_INTERVAL", default_value = "300", value_parser = seconds)]
    drift_interval: Duration,
}

impl RepairSettings {
    /// The pace that they set.
    pub fn options(self) -> RepairOptions {
        RepairOptions {
            heartbeat_interval: self.heartbeat_interval,
            drift_interval: self.drift_interval,
            ..RepairOptions::default()
        }
    }
}

fn seconds(text: &str) -> Result<Duration, &'static str> {
    let wrong = "must be a number of seconds from 0.1 to 86400, such as 5 or 0.5";
    let seconds: f64 = text.parse().map_err(|_| wrong)?;
    (0.1..=86_400.0)
        .contains(&seconds)
        .then(|| Duration::from_secs_f64(seconds))
        .ok_or(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_is_a_positive_number_of_seconds() {
        assert_eq!(seconds("5"), Ok(Duration::from_secs(5)));
        assert_eq!(seconds("0.5"), Ok(Duration::from_millis(500)));
        for text in ["", "0", "-1", "nan", "inf", "5s", "86401"] {
            assert!(seconds(text).is_err(), "{text}");
        }
    }
}
