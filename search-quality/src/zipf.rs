//! Choosing as people do: a few things very often, most of them hardly ever.

use fastrand::Rng;

/// Ranks `0..count`, each with a weight of `1 / (rank + 1)^exponent`.
#[derive(Debug, Clone)]
pub(crate) struct Zipf {
    /// The sum of the weights through each rank.
    sums: Vec<f64>,
}

impl Zipf {
    /// `count` ranks; with none there is nothing to choose from.
    pub(crate) fn new(count: usize, exponent: f64) -> Self {
        let mut sum = 0.0;
        let weights = (1..=count).map(|rank| (rank as f64).powf(-exponent));
        let sums = weights.map(|weight| {
            sum += weight;
            sum
        });
        Self {
            sums: sums.collect(),
        }
    }

    /// A rank; 0 if there is none.
    pub(crate) fn rank(&self, random: &mut Rng) -> usize {
        let total = self.sums.last().copied().unwrap_or_default();
        let point = random.f64() * total;
        let rank = self.sums.partition_point(|sum| *sum <= point);
        rank.min(self.sums.len().saturating_sub(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_comes_twice_as_often_as_the_second_and_the_last_comes_at_all() {
        let zipf = Zipf::new(50, 1.0);
        let mut random = Rng::with_seed(1);
        let mut counts = [0_u32; 50];
        for _ in 0..50_000 {
            counts[zipf.rank(&mut random)] += 1;
        }
        let ratio = f64::from(counts[0]) / f64::from(counts[1]);
        assert!((1.8..2.2).contains(&ratio), "{ratio}");
        assert!(counts[49] > 0);
    }

    #[test]
    fn of_nothing_it_chooses_the_first() {
        assert_eq!(Zipf::new(0, 1.0).rank(&mut Rng::with_seed(1)), 0);
    }
}
