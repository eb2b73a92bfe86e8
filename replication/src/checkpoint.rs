//! How far a consumer has settled one epoch of a producer's log.

use std::ops::RangeInclusive;

/// The greatest sequence through which everything is settled (applied, superseded or parked), and
/// what is settled above it. What lies between is a gap: not yet seen, or lost.
///
/// Settling is idempotent and does not depend on order, so a redelivered or reordered event
/// leaves the same checkpoint.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checkpoint {
    through: i64,
    /// Settled ranges above `through + 1`: ascending, disjoint, not adjacent.
    above: Vec<RangeInclusive<i64>>,
}

impl Checkpoint {
    /// Rebuilds a checkpoint that was stored; the ranges may be in any order.
    pub fn restore(through: i64, above: impl IntoIterator<Item = RangeInclusive<i64>>) -> Self {
        let mut checkpoint = Self {
            through,
            above: Vec::new(),
        };
        for range in above {
            checkpoint.settle_range(range);
        }
        checkpoint
    }

    /// Everything up to here is settled; 0 if nothing is.
    pub fn through(&self) -> i64 {
        self.through
    }

    /// What is settled above a gap, ascending.
    pub fn above(&self) -> &[RangeInclusive<i64>] {
        &self.above
    }

    /// Whether its epoch has begun here: it is settled from its beginning, or a snapshot was taken of
    /// it. That some message bears its number says nothing yet.
    pub fn has_begun(&self) -> bool {
        self.through > 0 || self.above.is_empty()
    }

    /// The greatest sequence that was settled.
    pub fn greatest(&self) -> i64 {
        self.above.last().map_or(self.through, |range| *range.end())
    }

    /// The sequences below [`Self::greatest`] that are not settled, ascending.
    pub fn gaps(&self) -> Vec<RangeInclusive<i64>> {
        let mut gaps = Vec::with_capacity(self.above.len());
        let mut settled = self.through;
        for range in &self.above {
            gaps.push(settled + 1..=range.start() - 1);
            settled = *range.end();
        }
        gaps
    }

    /// How many events are known to be ahead of the checkpoint.
    pub fn lag(&self) -> i64 {
        self.greatest() - self.through
    }

    /// Notes that `sequence` is settled.
    pub fn settle(&mut self, sequence: i64) {
        if sequence == self.through.saturating_add(1) && self.above.is_empty() {
            self.through = sequence;
        } else {
            self.settle_range(sequence..=sequence);
        }
    }

    /// Notes that everything up to `sequence` is settled, as a snapshot has it.
    pub fn advance(&mut self, sequence: i64) {
        self.settle_range(self.through.saturating_add(1)..=sequence);
    }

    fn settle_range(&mut self, range: RangeInclusive<i64>) {
        let (mut start, mut end) = range.into_inner();
        if end <= self.through || start > end {
            return;
        }
        // A sequence comes from outside, so it may be any number: nothing here may overflow.
        // The ranges that overlap or touch the new one become one with it.
        let first = self
            .above
            .partition_point(|r| r.end().saturating_add(1) < start);
        let last = self
            .above
            .partition_point(|r| *r.start() <= end.saturating_add(1));
        if first < last {
            start = start.min(*self.above[first].start());
            end = end.max(*self.above[last - 1].end());
        }
        self.above.splice(first..last, [start..=end]);
        if *self.above[0].start() <= self.through.saturating_add(1) {
            self.through = *self.above.remove(0).end();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn settled(sequences: impl IntoIterator<Item = i64>) -> Checkpoint {
        let mut checkpoint = Checkpoint::default();
        for sequence in sequences {
            checkpoint.settle(sequence);
        }
        checkpoint
    }

    #[test]
    fn events_in_order_leave_no_gap() {
        let checkpoint = settled(1..=5);
        assert_eq!(checkpoint.through(), 5);
        assert!(checkpoint.gaps().is_empty());
        assert_eq!(checkpoint.lag(), 0);
    }

    #[test]
    fn a_missing_event_is_a_gap_until_it_comes() {
        let mut checkpoint = settled([1, 2, 4, 5, 8]);
        assert_eq!(checkpoint.through(), 2);
        assert_eq!(checkpoint.gaps(), [3..=3, 6..=7]);
        assert_eq!(checkpoint.lag(), 6);
        checkpoint.settle(3);
        assert_eq!(checkpoint.through(), 5);
        assert_eq!(checkpoint.gaps(), [6..=7]);
    }

    #[test]
    fn a_snapshot_settles_everything_before_it_and_nothing_goes_back() {
        let mut checkpoint = settled([1, 2, 4, 8, 9]);
        checkpoint.advance(7);
        assert_eq!(checkpoint, Checkpoint::restore(9, []));
        checkpoint.advance(3);
        assert_eq!(checkpoint.through(), 9);
        checkpoint.advance(12);
        assert_eq!(checkpoint.through(), 12);
    }

    #[test]
    fn an_epoch_begins_with_its_first_event_or_a_snapshot() {
        assert!(settled([1]).has_begun());
        assert!(
            Checkpoint::default().has_begun(),
            "a snapshot of an empty log"
        );
        assert!(!settled([7, 8]).has_begun());
    }

    #[test]
    fn whatever_number_a_message_bears_can_be_settled() {
        let checkpoint = settled([1, i64::MAX, i64::MAX - 1, i64::MIN, -1, 0, 3, i64::MAX]);
        assert_eq!(checkpoint.through(), 1);
        assert_eq!(checkpoint.above(), [3..=3, i64::MAX - 1..=i64::MAX]);
        assert_eq!(checkpoint.gaps(), [2..=2, 4..=i64::MAX - 2]);
        assert_eq!(checkpoint.lag(), i64::MAX - 1);
        let mut full = Checkpoint::restore(i64::MAX, []);
        full.settle(i64::MAX);
        full.settle(1);
        assert_eq!(full, Checkpoint::restore(i64::MAX, []));
    }

    #[test]
    fn stored_ranges_may_be_in_any_order_and_overlap() {
        let stored = [8..=9, 2..=3, 3..=5, 7..=7, 1..=1];
        let checkpoint = Checkpoint::restore(0, stored);
        assert_eq!(checkpoint.through(), 5);
        assert_eq!(checkpoint.above(), [7..=9]);
    }

    proptest! {
        #[test]
        fn it_says_the_same_as_a_plain_set(sequences in prop::collection::vec(1_i64..40, 0..80)) {
            let checkpoint = settled(sequences.iter().copied());
            let set: BTreeSet<i64> = sequences.into_iter().collect();
            let through = (1..).take_while(|n| set.contains(n)).last().unwrap_or(0);
            prop_assert_eq!(checkpoint.through(), through);
            prop_assert_eq!(checkpoint.greatest(), set.last().copied().unwrap_or(0));
            let missing: Vec<i64> =
                (1..=checkpoint.greatest()).filter(|n| !set.contains(n)).collect();
            let gaps: Vec<i64> = checkpoint.gaps().into_iter().flatten().collect();
            prop_assert_eq!(gaps, missing);
        }

        #[test]
        fn it_survives_being_stored(sequences in prop::collection::vec(1_i64..40, 0..80)) {
            let checkpoint = settled(sequences);
            let stored = checkpoint.above().to_vec();
            prop_assert_eq!(Checkpoint::restore(checkpoint.through(), stored), checkpoint);
        }
    }
}
