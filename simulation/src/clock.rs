//! Each service's own idea of the time.

use chrono::{DateTime, TimeDelta, Utc};
use service_kit::clock::Clock;
use tokio::time::Instant;

/// Simulated time, wrong by a constant.
pub(crate) struct SkewedClock {
    began: Instant,
    skew: TimeDelta,
}

impl SkewedClock {
    /// A clock that is ahead by `skew`, or behind if that is negative.
    pub(crate) fn new(skew: TimeDelta) -> Self {
        Self {
            began: Instant::now(),
            skew,
        }
    }
}

impl Clock for SkewedClock {
    fn now(&self) -> DateTime<Utc> {
        let noon = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
        let passed = TimeDelta::from_std(self.began.elapsed()).unwrap_or(TimeDelta::MAX);
        noon + passed + self.skew
    }
}
