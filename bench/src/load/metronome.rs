//! When things are to happen, told to the microsecond: timers of the runtime tick in milliseconds.

use std::{
    thread,
    time::{Duration, Instant},
};

use tokio::sync::{Mutex, mpsc};

/// Tells moments at a steady rate, whether anyone is there to listen or not.
pub(crate) struct Metronome {
    start: Instant,
    told: Mutex<mpsc::UnboundedReceiver<Instant>>,
}

impl Metronome {
    /// `per_second` moments a second, for so long.
    pub(crate) fn start(per_second: f64, length: Duration) -> Self {
        let (tell, told) = mpsc::unbounded_channel();
        let count = (per_second * length.as_secs_f64()) as u32;
        let start = Instant::now();
        thread::spawn(move || {
            for number in 0..count {
                let moment = start + Duration::from_secs_f64(f64::from(number) / per_second);
                thread::sleep(moment.saturating_duration_since(Instant::now()));
                if tell.send(moment).is_err() {
                    return;
                }
            }
        });
        Self {
            start,
            told: Mutex::new(told),
        }
    }

    /// The first moment.
    pub(crate) fn beginning(&self) -> Instant {
        self.start
    }

    /// The next moment, when it has come; `None` after the last. Every moment is told once, and the
    /// earliest first.
    pub(crate) async fn tick(&self) -> Option<Instant> {
        self.told.lock().await.recv().await
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[tokio::test]
    async fn moments_lie_apart_by_the_rate_however_late_they_are_heard() {
        let metronome = Metronome::start(1_000.0, Duration::from_millis(5));
        let mut moments = Vec::new();
        while let Some(moment) = metronome.tick().await {
            assert!(moment <= Instant::now());
            moments.push(moment);
        }
        assert_eq!(moments.len(), 5);
        let first = *moments.first().unwrap();
        let last = *moments.last().unwrap();
        assert_eq!(last - first, Duration::from_millis(4));
    }
}
