//! Whatever two sides do to a link, and in whatever order they hear of it, they agree.
#![expect(clippy::unwrap_used, reason = "tests")]

use proptest::prelude::*;
use shared_events::{LinkRegister, Side};

#[derive(Debug, Clone)]
enum Step {
    Presence {
        side: usize,
        present: bool,
        clock_ms: i64,
    },
    Credit {
        side: usize,
        position: i32,
        clock_ms: i64,
    },
    /// One side hears of the other's present state.
    Hear { side: usize },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    // Clocks that agree within ten milliseconds, or are an hour apart.
    let clock = prop_oneof![1_000_i64..1_010, 3_601_000_i64..3_601_010];
    let step = prop_oneof![
        (0..2usize, any::<bool>(), clock.clone()).prop_map(|(side, present, clock_ms)| {
            Step::Presence {
                side,
                present,
                clock_ms,
            }
        }),
        (0..2usize, 1..9i32, clock).prop_map(|(side, position, clock_ms)| Step::Credit {
            side,
            position,
            clock_ms
        }),
        (0..2usize).prop_map(|side| Step::Hear { side }),
    ];
    prop::collection::vec(step, 0..24)
}

/// Every register that either side ever published, each side's in order.
fn history(steps: &[Step]) -> Vec<LinkRegister> {
    let sides = [Side::Authors, Side::Books];
    let mut held: [Option<LinkRegister>; 2] = [None, None];
    let mut published = Vec::new();
    for step in steps {
        match *step {
            Step::Presence {
                side,
                present,
                clock_ms,
            } => {
                let next = match held[side].take() {
                    None => LinkRegister::new(1, clock_ms, sides[side]),
                    Some(link) => link.with_presence(present, clock_ms, sides[side]),
                };
                published.push(next.clone());
                held[side] = Some(next);
            }
            Step::Credit {
                side,
                position,
                clock_ms,
            } => {
                if let Some(link) = held[side].take() {
                    let next =
                        link.with_credit("editor".into(), position, None, clock_ms, sides[side]);
                    published.push(next.clone());
                    held[side] = Some(next);
                }
            }
            Step::Hear { side } => {
                held[side] = match (held[side].take(), held[1 - side].clone()) {
                    (Some(mine), Some(theirs)) => Some(mine.merge(theirs)),
                    (mine, theirs) => mine.or(theirs),
                };
            }
        }
    }
    published
}

fn merged(registers: impl IntoIterator<Item = LinkRegister>) -> Option<LinkRegister> {
    registers.into_iter().reduce(LinkRegister::merge)
}

proptest! {
    #[test]
    fn any_order_and_any_repetition_gives_the_same_register(
        (history, shuffled) in steps()
            .prop_map(|steps| history(&steps))
            .prop_flat_map(|history| {
                let doubled: Vec<_> = history.iter().chain(&history).cloned().collect();
                (Just(history), Just(doubled).prop_shuffle())
            })
    ) {
        prop_assert_eq!(merged(history), merged(shuffled));
    }

    #[test]
    fn merging_is_commutative_associative_and_idempotent(
        history in steps().prop_map(|steps| history(&steps)).prop_filter("three", |h| h.len() >= 3),
        picks in prop::array::uniform3(any::<prop::sample::Index>()),
    ) {
        let [a, b, c] = picks.map(|pick| history[pick.index(history.len())].clone());
        prop_assert_eq!(a.clone().merge(b.clone()), b.clone().merge(a.clone()));
        prop_assert_eq!(
            a.clone().merge(b.clone()).merge(c.clone()),
            a.clone().merge(b.merge(c))
        );
        prop_assert_eq!(a.clone().merge(a.clone()), a);
    }

    #[test]
    fn each_side_publishes_unique_versions(steps in steps()) {
        let mut versions: Vec<_> =
            history(&steps).iter().map(LinkRegister::greatest_revision).collect();
        let count = versions.len();
        versions.sort();
        versions.dedup();
        prop_assert_eq!(versions.len(), count);
    }
}

#[test]
fn a_concurrent_link_and_unlink_end_alike_on_both_sides() {
    let link = LinkRegister::new(1, 1_000, Side::Authors);
    let unlinked = link.clone().with_presence(false, 1_001, Side::Authors);
    let edited = link.with_credit("translator".into(), 2, None, 1_001, Side::Books);
    let here = merged([unlinked.clone(), edited.clone()]).unwrap();
    let there = merged([edited, unlinked]).unwrap();
    assert_eq!(here, there);
}
