//! Some hundred runs; `cargo run --release -p simulation` makes ten thousand.
#![expect(clippy::unwrap_used, reason = "tests")]

use event_bus::faults::seeds;
use simulation::{Size, run};

const SIZE: Size = Size { edits: 120 };

fn all_is_well(range: std::ops::Range<u64>) {
    let mut acknowledged = 0;
    let seeds = seeds(range);
    for &seed in &seeds {
        let outcome = run(seed, SIZE).unwrap();
        assert!(
            outcome.wrongs.is_empty(),
            "FAULT_SEED={seed} brings it again: {:#?}",
            outcome.wrongs
        );
        acknowledged += outcome.acknowledged;
    }
    assert!(acknowledged > 40 * seeds.len(), "{acknowledged}");
}

#[test]
fn whatever_goes_wrong_both_sides_end_equal_and_nothing_is_lost() {
    all_is_well(0..150);
}

#[test]
fn and_so_do_other_seeds() {
    all_is_well(1_000_000..1_000_150);
}

#[test]
fn the_same_seed_makes_the_same_run() {
    for seed in seeds(0..5) {
        assert_eq!(run(seed, SIZE).unwrap(), run(seed, SIZE).unwrap(), "{seed}");
    }
}
