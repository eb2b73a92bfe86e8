//! Who has the processors while something is measured.

use std::{collections::BTreeMap, fs};

use crate::failure::{Failure, Result};

/// The programs that are told apart, as the system names them, and what the page calls them.
pub(crate) const PROGRAMS: [(&str, &str); 6] = [
    ("authors-service", "authors-service"),
    ("books-service", "books-service"),
    ("colophon", "colophon"),
    ("postgres", "PostgreSQL"),
    ("beam.smp", "RabbitMQ"),
    ("bench", "load"),
];
/// Nobody.
pub(crate) const IDLE: &str = "idle";

/// What part of the time of all processors each program had.
pub(crate) type Shares = BTreeMap<String, f64>;

/// Looks from its beginning to its end.
pub(crate) struct Watch(Times);

/// Since the system's start, in its ticks.
#[derive(Debug, Default, PartialEq)]
struct Times {
    all: u64,
    of: BTreeMap<String, u64>,
}

impl Watch {
    /// Begins to look.
    ///
    /// # Errors
    /// If the system tells nothing.
    pub(crate) fn begin() -> Result<Self> {
        Ok(Self(Times::now()?))
    }

    /// What the time since went to.
    ///
    /// # Errors
    /// If the system tells nothing.
    pub(crate) fn end(self) -> Result<Shares> {
        Ok(self.0.until(&Times::now()?))
    }
}

impl Times {
    fn now() -> Result<Self> {
        let told = fs::read_to_string("/proc/stat")?;
        let (all, idle) = machine(&told)
            .ok_or_else(|| Failure::Wrong("the system does not tell its time".to_owned()))?;
        let mut of = BTreeMap::from([(IDLE.to_owned(), idle)]);
        for process in fs::read_dir("/proc")? {
            // What is no process has no such file, and one may have gone in the meantime.
            let Ok(told) = fs::read_to_string(process?.path().join("stat")) else {
                continue;
            };
            if let Some((name, ticks)) = program(&told) {
                *of.entry(name.to_owned()).or_default() += ticks;
            }
        }
        Ok(Self { all, of })
    }

    fn until(&self, later: &Self) -> Shares {
        let all = later.all.saturating_sub(self.all).max(1) as f64;
        let names = PROGRAMS.iter().map(|(name, _)| *name).chain([IDLE]);
        names
            .filter_map(|name| {
                let before = self.of.get(name).copied().unwrap_or_default();
                let used = later.of.get(name)?.saturating_sub(before);
                (used > 0).then(|| (name.to_owned(), used as f64 / all))
            })
            .collect()
    }
}

/// The time of all processors, and that in which they had nothing to do (proc(5), `/proc/stat`).
fn machine(told: &str) -> Option<(u64, u64)> {
    let line = told.lines().next()?.strip_prefix("cpu ")?;
    // What guests had is part of what users had.
    let ticks: Vec<u64> = line
        .split_whitespace()
        .take(8)
        .map_while(|ticks| ticks.parse().ok())
        .collect();
    let [_user, _nice, _system, idle, waiting, ..] = ticks.as_slice() else {
        return None;
    };
    Some((ticks.iter().sum(), idle + waiting))
}

/// The name of a program, and what it has had as a user and in the kernel (proc(5),
/// `/proc/pid/stat`).
fn program(told: &str) -> Option<(&str, u64)> {
    // The name may hold anything, parentheses too.
    let (before, behind) = told.rsplit_once(')')?;
    let (_id, name) = before.split_once('(')?;
    let mut times = behind.split_whitespace().skip(11).take(2);
    let user: u64 = times.next()?.parse().ok()?;
    let kernel: u64 = times.next()?.parse().ok()?;
    Some((name, user + kernel))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machines_time_is_all_of_it_and_what_was_idle() {
        let told = "cpu  100 1 50 800 20 3 4 2 70 0\ncpu0 1 2 3\n";
        assert_eq!(machine(told), Some((980, 820)));
        assert_eq!(machine("intr 1 2"), None);
    }

    #[test]
    fn a_programs_time_stands_behind_its_name_whatever_that_is() {
        let told = "77 (a (b) c) S 1 77 77 0 -1 4194560 8 0 0 0 250 31 5 6 20 0 9 0 1234 5 6";
        assert_eq!(program(told), Some(("a (b) c", 281)));
        assert_eq!(program("77"), None);
    }

    #[test]
    fn shares_are_of_all_time_and_processes_of_a_name_count_together() {
        let before = Times {
            all: 1_000,
            of: BTreeMap::from([("postgres".to_owned(), 100), (IDLE.to_owned(), 500)]),
        };
        let after = Times {
            all: 1_400,
            of: BTreeMap::from([
                ("postgres".to_owned(), 200),
                ("bench".to_owned(), 80),
                ("an editor".to_owned(), 90),
                (IDLE.to_owned(), 540),
            ]),
        };
        let shares = before.until(&after);
        let expected = [("bench", 0.2), (IDLE, 0.1), ("postgres", 0.25)];
        assert_eq!(
            shares,
            expected
                .map(|(name, share)| (name.to_owned(), share))
                .into()
        );
    }
}
