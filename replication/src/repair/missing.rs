//! What a copy misses of a producer's log. Pure.

use std::{collections::BTreeMap, ops::RangeInclusive, time::Duration};

use shared_events::control::Heartbeat;
use tokio::time::Instant;

use crate::checkpoint::Checkpoint;

/// At most so many sequences are asked for at a time.
const MOST_REPLAYED: i64 = 10_000;
/// At most so many ranges are asked for at a time.
const MOST_RANGES: usize = 16;
/// Who misses more than this takes a snapshot: it is quicker than the log.
const MOST_BEHIND: i64 = 100_000;

/// At most so many times the first wait passes between two requests that bring nothing.
const LONGEST_WAIT: u32 = 64;

/// A producer's log as a copy has settled it, by epoch.
pub(super) type Settled = BTreeMap<i64, Checkpoint>;

/// What would fill a copy up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Missing {
    Nothing,
    /// These sequences, ascending.
    Replay(Vec<RangeInclusive<i64>>),
    /// Everything, and why.
    Snapshot(&'static str),
}

/// What is missing, going by the producer's last heartbeat.
pub(super) fn missing(settled: &Settled, heartbeat: &Heartbeat) -> Missing {
    let begun = settled.iter().filter(|(_, held)| held.has_begun());
    let newest = begun.map(|(epoch, _)| *epoch).max();
    let checkpoint = match newest {
        // An old heartbeat, or an owner that was restored without a new epoch: an alarm.
        Some(newest) if newest > heartbeat.epoch => return Missing::Nothing,
        Some(newest) if newest < heartbeat.epoch => {
            return Missing::Snapshot("the owner has begun a new epoch");
        }
        Some(_) => settled.get(&heartbeat.epoch),
        None => None,
    };
    let Some(checkpoint) = checkpoint else {
        return match heartbeat.last {
            0 => Missing::Nothing,
            _ => Missing::Snapshot("the copy is empty"),
        };
    };
    let through = checkpoint.through();
    if through >= heartbeat.last {
        return Missing::Nothing;
    }
    if through + 1 < heartbeat.first {
        return Missing::Snapshot("the owner's log no longer reaches back so far");
    }
    let mut ranges = checkpoint.gaps();
    if checkpoint.greatest() < heartbeat.last {
        ranges.push(checkpoint.greatest() + 1..=heartbeat.last);
    }
    // What a message claims may lie behind all that there is.
    ranges.retain(|range| *range.start() <= heartbeat.last);
    for range in &mut ranges {
        *range = *range.start()..=heartbeat.last.min(*range.end());
    }
    let count: i64 = ranges
        .iter()
        .map(|range| range.end() - range.start() + 1)
        .sum();
    if count > MOST_BEHIND {
        return Missing::Snapshot("the copy is far behind");
    }
    Missing::Replay(first_of(ranges))
}

/// The first of `ranges`, as much as may be asked for at a time.
fn first_of(ranges: Vec<RangeInclusive<i64>>) -> Vec<RangeInclusive<i64>> {
    let mut left = MOST_REPLAYED;
    let mut first = Vec::new();
    for range in ranges.into_iter().take(MOST_RANGES) {
        if left <= 0 {
            break;
        }
        let (start, end) = range.into_inner();
        let end = end.min(start + left - 1);
        left -= end - start + 1;
        first.push(start..=end);
    }
    first
}

/// Whether something is missing for long enough to be asked for: the checkpoint stands still.
#[derive(Debug)]
pub(super) struct Patience {
    stays: Duration,
    still: Option<Still>,
}

/// A checkpoint that stands still.
#[derive(Debug)]
struct Still {
    at: (i64, i64),
    /// When it last moved, or was last asked about.
    since: Instant,
    /// How long to wait from then on.
    wait: Duration,
}

impl Patience {
    pub(super) fn new(stays: Duration) -> Self {
        Self { stays, still: None }
    }

    /// Whether to ask now for what is missing behind `through`. While that brings nothing, each
    /// further wait is twice as long: a consumer that can't apply what it holds already must not be
    /// sent the same again and again.
    pub(super) fn is_over(&mut self, epoch: i64, through: i64, now: Instant) -> bool {
        match &mut self.still {
            Some(still) if still.at == (epoch, through) => {
                let over = now.duration_since(still.since) >= still.wait;
                if over {
                    still.since = now;
                    still.wait = (still.wait * 2).min(self.stays * LONGEST_WAIT);
                }
                over
            }
            Some(_) | None => {
                self.still = Some(Still {
                    at: (epoch, through),
                    since: now,
                    wait: self.stays,
                });
                false
            }
        }
    }

    /// Nothing is missing.
    pub(super) fn reset(&mut self) {
        self.still = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heartbeat(epoch: i64, first: i64, last: i64) -> Heartbeat {
        Heartbeat {
            producer: "things-service".to_owned(),
            epoch,
            first,
            last,
        }
    }

    fn settled(through: i64, above: &[RangeInclusive<i64>]) -> Settled {
        BTreeMap::from([(1, Checkpoint::restore(through, above.iter().cloned()))])
    }

    #[test]
    fn a_copy_that_has_everything_misses_nothing() {
        assert_eq!(
            missing(&settled(7, &[]), &heartbeat(1, 1, 7)),
            Missing::Nothing
        );
        assert_eq!(
            missing(&settled(9, &[]), &heartbeat(1, 1, 7)),
            Missing::Nothing
        );
        assert_eq!(
            missing(&Settled::new(), &heartbeat(1, 1, 0)),
            Missing::Nothing
        );
    }

    #[test]
    fn gaps_and_a_lost_tail_are_missing() {
        let held = settled(2, &[4..=5, 8..=8]);
        assert_eq!(
            missing(&held, &heartbeat(1, 1, 10)),
            Missing::Replay(vec![3..=3, 6..=7, 9..=10])
        );
    }

    #[test]
    fn a_sequence_that_no_log_has_hides_nothing() {
        let held = settled(2, &[i64::MAX - 1..=i64::MAX]);
        assert_eq!(
            missing(&held, &heartbeat(1, 1, 5)),
            Missing::Replay(vec![3..=5])
        );
    }

    #[test]
    fn not_more_is_asked_for_than_may_be_sent() {
        assert_eq!(
            missing(&settled(2, &[]), &heartbeat(1, 1, 50_000)),
            Missing::Replay(vec![3..=10_002])
        );
    }

    #[test]
    fn a_copy_that_is_empty_too_old_or_far_behind_takes_a_snapshot() {
        for (held, heartbeat) in [
            (Settled::new(), heartbeat(1, 1, 3)),
            (settled(2, &[]), heartbeat(1, 4, 9)),
            (settled(2, &[]), heartbeat(1, 1, 200_000)),
            (settled(9, &[]), heartbeat(2, 1, 9)),
        ] {
            let missing = missing(&held, &heartbeat);
            assert!(
                matches!(missing, Missing::Snapshot(_)),
                "{heartbeat:?}: {missing:?}"
            );
        }
    }

    #[test]
    fn live_events_of_a_new_epoch_do_not_stand_in_for_its_snapshot() {
        let mut held = settled(9, &[]);
        held.insert(2, Checkpoint::restore(0, [7..=8]));
        let missing = missing(&held, &heartbeat(2, 1, 8));
        assert!(matches!(missing, Missing::Snapshot(_)), "{missing:?}");
    }

    #[test]
    fn an_owner_that_was_restored_to_nothing_is_followed() {
        let missing = missing(&settled(9, &[]), &heartbeat(2, 1, 0));
        assert!(matches!(missing, Missing::Snapshot(_)), "{missing:?}");
    }

    #[test]
    fn an_epoch_that_some_message_claims_hides_nothing() {
        let mut held = settled(3, &[]);
        held.insert(i64::MAX, Checkpoint::restore(0, [7..=7]));
        let missing = missing(&held, &heartbeat(1, 1, 5));
        assert_eq!(missing, Missing::Replay(vec![4..=5]));
    }

    #[test]
    fn an_older_epoch_is_never_asked_for() {
        let mut held = settled(3, &[]);
        held.insert(2, Checkpoint::restore(9, []));
        assert_eq!(missing(&held, &heartbeat(1, 1, 8)), Missing::Nothing);
    }

    #[tokio::test(start_paused = true)]
    async fn patience_ends_when_a_checkpoint_stands_still_and_begins_anew_when_it_moves() {
        let mut patience = Patience::new(Duration::from_secs(5));
        assert!(!patience.is_over(1, 3, Instant::now()));
        tokio::time::advance(Duration::from_secs(4)).await;
        assert!(!patience.is_over(1, 4, Instant::now()), "it has moved");
        tokio::time::advance(Duration::from_secs(5)).await;
        assert!(patience.is_over(1, 4, Instant::now()));
        assert!(!patience.is_over(1, 4, Instant::now()), "asked already");
        patience.reset();
        assert!(!patience.is_over(1, 4, Instant::now()));
    }

    #[tokio::test(start_paused = true)]
    async fn what_brings_nothing_is_asked_for_less_and_less_often() {
        let began = Instant::now();
        let mut patience = Patience::new(Duration::from_secs(5));
        let mut asked = Vec::new();
        while began.elapsed() < Duration::from_secs(1_000) {
            if patience.is_over(1, 4, Instant::now()) {
                asked.push(began.elapsed().as_secs());
            }
            tokio::time::advance(Duration::from_secs(1)).await;
        }
        assert_eq!(asked, [5, 15, 35, 75, 155, 315, 635, 955]);
    }
}
