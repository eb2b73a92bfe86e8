//! Medians, spreads and percentiles.

use std::time::Duration;

/// The value in the middle; of an even number, the mean of the two there. `None` of nothing.
pub(crate) fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let upper = *sorted.get(sorted.len() / 2)?;
    let lower = *sorted.get((sorted.len() - 1) / 2)?;
    Some((lower + upper) / 2.0)
}

/// The least and the greatest. `None` of nothing.
pub(crate) fn spread(values: &[f64]) -> Option<(f64, f64)> {
    let least = values.iter().copied().reduce(f64::min)?;
    let greatest = values.iter().copied().reduce(f64::max)?;
    Some((least, greatest))
}

/// How long things took, each of them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Durations(Vec<Duration>);

impl Durations {
    /// Notes one more.
    pub(crate) fn note(&mut self, took: Duration) {
        self.0.push(took);
    }

    /// How many were noted.
    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    /// `percent` of a hundred took at most so many milliseconds. `None` of nothing.
    pub(crate) fn percentile(&mut self, percent: f64) -> Option<f64> {
        self.0.sort_unstable();
        let rank = (percent / 100.0 * self.0.len() as f64).ceil() as usize;
        let found = self.0.get(rank.saturating_sub(1));
        found.map(|took| took.as_secs_f64() * 1e3)
    }
}

impl FromIterator<Duration> for Durations {
    fn from_iter<T: IntoIterator<Item = Duration>>(all: T) -> Self {
        Self(all.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_in_the_middle() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), Some(2.5));
    }

    #[test]
    fn the_spread_goes_from_least_to_greatest() {
        assert_eq!(spread(&[]), None);
        assert_eq!(spread(&[3.0, 1.0, 2.0]), Some((1.0, 3.0)));
    }

    #[test]
    fn a_percentile_is_a_duration_that_was_noted() {
        let mut all: Durations = (1..=200).rev().map(Duration::from_millis).collect();
        assert_eq!(all.percentile(50.0), Some(100.0));
        assert_eq!(all.percentile(99.0), Some(198.0));
        assert_eq!(all.percentile(100.0), Some(200.0));
        assert_eq!(all.percentile(0.0), Some(1.0));
        assert_eq!(Durations::default().percentile(50.0), None);
    }
}
