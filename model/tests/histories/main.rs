//! Both services' own code, from command to message to copy, under random histories: whatever is
//! done at either side, and however the messages come, both end up with the same.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod authors;
mod books;
mod peer;

use std::collections::BTreeMap;

use authors::Authors;
use books::Books;
use chrono::{DateTime, TimeDelta, Utc};
use peer::{Deed, Peer, RECORDS, pairs};
use proptest::prelude::*;
use shared_events::{Envelope, Event, LinkRegister};

#[derive(Debug, Clone)]
enum Step {
    /// Side 0 or 1 does something, by a clock that is so far off.
    Act {
        side: usize,
        deed: Deed,
        skew_ms: i64,
    },
    /// Side 0 or 1 edits the credit of an author on a book.
    Credit {
        side: usize,
        pair: (i64, i64),
        skew_ms: i64,
    },
    /// Side 0 or 1 gets a batch of what the other has published so far: any of it, in any order,
    /// again or for the first time.
    Hear {
        side: usize,
        picks: Vec<prop::sample::Index>,
    },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let id = || 1..=RECORDS;
    let skew = || prop_oneof![-1..=1_i64, Just(-3_600_000), Just(3_600_000)];
    let deed = prop_oneof![
        1 => Just(Deed::Create),
        3 => id().prop_map(Deed::Revise),
        1 => id().prop_map(Deed::Delete),
        5 => (id(), id()).prop_map(|(own, across)| Deed::Link(own, across)),
        3 => (id(), id()).prop_map(|(own, across)| Deed::Unlink(own, across)),
    ];
    let picks = prop::collection::vec(any::<prop::sample::Index>(), 1..8);
    let step = prop_oneof![
        4 => (0..2_usize, deed, skew()).prop_map(|(side, deed, skew_ms)| Step::Act {
            side,
            deed,
            skew_ms,
        }),
        1 => (0..2_usize, (id(), id()), skew()).prop_map(|(side, pair, skew_ms)| Step::Credit {
            side,
            pair,
            skew_ms,
        }),
        3 => (0..2_usize, picks).prop_map(|(side, picks)| Step::Hear { side, picks }),
    ];
    prop::collection::vec(step, 0..40)
}

struct Pair {
    sides: [Box<dyn Peer>; 2],
    steps: usize,
}

impl Pair {
    /// Both sides, with records that they know of each other.
    fn new() -> Self {
        let mut pair = Self {
            sides: [Box::new(Authors::new()), Box::new(Books::new())],
            steps: 0,
        };
        for side in [0, 1] {
            for _ in 0..RECORDS {
                pair.act(side, Deed::Create, 0);
            }
        }
        for side in [0, 1] {
            pair.sides[side].hear(&pair.sides[1 - side].messages());
        }
        pair
    }

    fn act(&mut self, side: usize, deed: Deed, skew_ms: i64) {
        let now = self.now(skew_ms);
        self.sides[side].act(deed, self.steps, now);
    }

    /// A millisecond passes from step to step.
    fn now(&mut self, skew_ms: i64) -> DateTime<Utc> {
        self.steps += 1;
        let ms = 1_795_000_000_000 + i64::try_from(self.steps).unwrap() + skew_ms;
        DateTime::UNIX_EPOCH + TimeDelta::milliseconds(ms)
    }

    fn take(&mut self, step: &Step) {
        match step {
            Step::Act {
                side,
                deed,
                skew_ms,
            } => self.act(*side, *deed, *skew_ms),
            Step::Credit {
                side,
                pair,
                skew_ms,
            } => {
                let now = self.now(*skew_ms);
                self.sides[*side].credit(*pair, self.steps, now);
            }
            Step::Hear { side, picks } => {
                let told = self.sides[1 - side].messages();
                let batch: Vec<_> = picks.iter().map(|pick| pick.get(&told).clone()).collect();
                self.sides[*side].hear(&batch);
            }
        }
    }

    /// Each side gets all that the other ever told, twice, in an order and in batches of `seed`.
    fn hear_everything(&self, seed: u64) {
        let mut random = fastrand::Rng::with_seed(seed);
        for side in [0, 1] {
            let told = self.sides[1 - side].messages();
            let mut deliveries: Vec<_> = told.iter().chain(&told).cloned().collect();
            random.shuffle(&mut deliveries);
            let mut rest = deliveries.as_slice();
            while !rest.is_empty() {
                let (batch, later) = rest.split_at(random.usize(1..=rest.len().min(9)));
                self.sides[side].hear(batch);
                rest = later;
            }
        }
    }

    fn assert_equal(&self) -> Result<(), TestCaseError> {
        let [authors, books] = &self.sides;
        prop_assert_eq!(authors.registers(), books.registers());
        prop_assert_eq!(authors.registers(), self.told());
        prop_assert_eq!(authors.shown(), books.shown());
        for (owner, copy) in [(authors, books), (books, authors)] {
            prop_assert_eq!(owner.owned(), copy.cached());
            let checkpoint = copy.checkpoint();
            prop_assert_eq!(checkpoint.through() as usize, owner.messages().len());
            prop_assert!(checkpoint.gaps().is_empty());
        }
        Ok(())
    }

    /// Of each link all that either side ever told, merged.
    fn told(&self) -> BTreeMap<(i64, i64), LinkRegister> {
        let mut told: BTreeMap<(i64, i64), LinkRegister> = BTreeMap::new();
        for body in self.sides.iter().flat_map(|side| side.messages()) {
            let event = Envelope::parse(&body).unwrap().event().unwrap();
            let (Event::AuthorBookLinked(link)
            | Event::AuthorBookUnlinked(link)
            | Event::BookAuthorLinked(link)
            | Event::BookAuthorUnlinked(link)) = event
            else {
                continue;
            };
            let key = (link.author_id.get(), link.book_id.get());
            let merged = match told.remove(&key) {
                Some(held) => held.merge(link.register()),
                None => link.register(),
            };
            told.insert(key, merged);
        }
        told
    }
}

proptest! {
    #[test]
    fn both_sides_end_equal_whatever_is_done_and_however_it_is_heard(
        steps in steps(),
        seeds in prop::array::uniform2(any::<u64>()),
    ) {
        let mut pair = Pair::new();
        for step in &steps {
            pair.take(step);
        }
        pair.hear_everything(seeds[0]);
        pair.assert_equal()?;
        // A link shows what the copy holds of either end, so link whatever can be linked.
        for (author, book) in pairs() {
            pair.act(0, Deed::Link(author, book), 0);
        }
        pair.hear_everything(seeds[1]);
        pair.assert_equal()?;
    }

    #[test]
    fn a_side_that_is_told_again_changes_nothing(steps in steps(), seed in any::<u64>()) {
        let mut pair = Pair::new();
        for step in &steps {
            pair.take(step);
        }
        pair.hear_everything(seed);
        let state = |pair: &Pair| {
            pair.sides.each_ref().map(|side| (side.messages(), side.registers(), side.shown()))
        };
        let before = state(&pair);
        pair.hear_everything(!seed);
        prop_assert_eq!(before, state(&pair));
    }
}
