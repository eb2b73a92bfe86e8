//! Who has the processors while something is measured.

use std::{collections::BTreeMap, fs};

use crate::{
    failure::{Failure, Result},
    flames::{Frame, Recording},
    servers::Bench,
};

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

/// What was seen.
pub(crate) struct Seen {
    /// Who had the processors.
    pub(crate) shares: Shares,
    /// What they did, if that was asked for.
    pub(crate) stacks: Option<Frame>,
}

/// Looks from its beginning to its end.
pub(crate) struct Watch {
    before: Times,
    recording: Option<Recording>,
}

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
    pub(crate) fn begin(bench: &Bench) -> Result<Self> {
        let recording = bench.notes_stacks().then(|| Recording::begin(bench));
        Ok(Self {
            recording: recording.transpose()?,
            before: Times::now()?,
        })
    }

    /// What the time since went to.
    ///
    /// # Errors
    /// If the system tells nothing.
    pub(crate) async fn end(self) -> Result<Seen> {
        let shares = self.before.until(&Times::now()?);
        let stacks = match self.recording {
            Some(recording) => Some(recording.end().await?),
            None => None,
        };
        Ok(Seen { shares, stacks })
    }
}

impl Times {
    fn now() -> Result<Self> {
        let told = fs::read_to_string("/proc/stat")?;
        let (all, idle) = machine(&told)
            .ok_or_else(|| Failure::Wrong("the system does not tell its time".to_owned()))?;
        let mut of = BTreeMap::from([(IDLE.to_owned(), idle)]);
        for Program { name, ticks, .. } in programs()? {
            *of.entry(name).or_default() += ticks;
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

/// The programs that are told apart, by the ids of their processes.
///
/// # Errors
/// If the system tells nothing.
pub(crate) fn names() -> Result<BTreeMap<u32, String>> {
    let named = programs()?.into_iter().filter_map(|program| {
        let (_, title) = PROGRAMS.iter().find(|(name, _)| *name == program.name)?;
        Some((program.id, (*title).to_owned()))
    });
    Ok(named.collect())
}

/// A process.
#[derive(Debug, PartialEq)]
struct Program {
    id: u32,
    name: String,
    /// What it has had as a user and in the kernel.
    ticks: u64,
}

fn programs() -> Result<Vec<Program>> {
    let mut programs = Vec::new();
    for process in fs::read_dir("/proc")? {
        // What is no process has no such file, and one may have gone in the meantime.
        if let Ok(told) = fs::read_to_string(process?.path().join("stat")) {
            programs.extend(program(&told));
        }
    }
    Ok(programs)
}

/// As `/proc/pid/stat` tells it (proc(5)).
fn program(told: &str) -> Option<Program> {
    // The name may hold anything, parentheses too.
    let (before, behind) = told.rsplit_once(')')?;
    let (id, name) = before.split_once('(')?;
    let mut times = behind.split_whitespace().skip(11).take(2);
    let user: u64 = times.next()?.parse().ok()?;
    let kernel: u64 = times.next()?.parse().ok()?;
    Some(Program {
        id: id.trim().parse().ok()?,
        name: name.to_owned(),
        ticks: user + kernel,
    })
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
        let expected = Program {
            id: 77,
            name: "a (b) c".to_owned(),
            ticks: 281,
        };
        assert_eq!(program(told), Some(expected));
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
