//! Places at which a test may end the process, as a power cut would.
//!
//! With the feature `armed`, in debug builds only, `COLOPHON_FAIL_POINT=NAME:N` ends the process
//! when it reaches the place NAME for the N-th time. Otherwise nothing of this is built in.

/// Marks a place. See the crate's docs for what it does, which in a release is nothing.
#[cfg(not(all(feature = "armed", debug_assertions)))]
#[inline(always)]
pub fn reach(_name: &str) {}

/// Marks a place. Ends the process without any cleaning up if this is the place and the time that
/// `COLOPHON_FAIL_POINT` names.
#[cfg(all(feature = "armed", debug_assertions))]
pub fn reach(name: &str) {
    use std::sync::{LazyLock, Mutex, PoisonError};

    static LEFT: LazyLock<Option<(String, Mutex<u32>)>> = LazyLock::new(|| {
        let setting = std::env::var("COLOPHON_FAIL_POINT").ok()?;
        let (name, times) = setting.split_once(':')?;
        Some((name.to_owned(), Mutex::new(times.parse().ok()?)))
    });
    let Some((armed, left)) = LEFT.as_ref().filter(|(armed, _)| armed == name) else {
        return;
    };
    let mut left = left.lock().unwrap_or_else(PoisonError::into_inner);
    *left = left.saturating_sub(1);
    if *left == 0 {
        tell(armed);
        std::process::abort();
    }
}

/// The one thing that is told, past every buffer: which place it was.
#[cfg(all(feature = "armed", debug_assertions))]
fn tell(name: &str) {
    use std::io::Write as _;
    // If nobody can read it, the process ends all the same.
    let _ = writeln!(std::io::stderr(), "fail point {name}");
}
