//! Where a run's faults come from, and how a failed run is seen again.

use std::env;

/// Names the seed of the run that is to be seen again.
const VARIABLE: &str = "FAULT_SEED";

/// The seeds that a test is to run: the one that the environment variable `FAULT_SEED` names, else
/// `otherwise`.
///
/// # Panics
/// If `FAULT_SEED` is no number: a test that runs another seed than it was asked to would mislead.
pub fn seeds(otherwise: impl IntoIterator<Item = u64>) -> Vec<u64> {
    match env::var(VARIABLE) {
        Ok(text) => match text.parse() {
            Ok(seed) => vec![seed],
            Err(error) => panic!("{VARIABLE} is `{text}`: {error}"),
        },
        Err(_unset) => otherwise.into_iter().collect(),
    }
}

/// Tells whoever reads a failed test how to see the same faults again.
pub(super) fn tell(seed: u64) {
    #[expect(
        clippy::print_stderr,
        reason = "belongs to the panic's own text, which goes there"
    )]
    {
        eprintln!(
            "the faults came from seed {seed}: {VARIABLE}={seed} and the name of this test alone \
             bring them again"
        );
    }
}
