//! Flame graphs: what the processors do while something is measured, seen by Linux's `perf`.

mod draw;
mod stacks;
mod symbol;

use std::{ffi::OsStr, path::Path};

use tempfile::TempDir;

pub(crate) use draw::chart;
pub(crate) use stacks::Frame;

use crate::{
    failure::{Failure, Result},
    processor::names,
    servers::{Bench, Process},
};

/// Samples a second. No divisor of a clock's ticks, so that what follows such a clock is not missed.
const FREQUENCY: &str = "199";
/// With so much of each stack: programs are built without frame pointers.
const STACKS: &str = "dwarf,16384";
const FILE: &str = "stacks.perf";

/// Notes the stacks of all that runs, until its end.
pub(crate) struct Recording {
    perf: Process,
    folder: TempDir,
}

impl Recording {
    /// Begins to note.
    ///
    /// # Errors
    /// If there is no `perf`.
    pub(crate) fn begin(bench: &Bench) -> Result<Self> {
        let folder = bench.new_folder()?;
        let record = [
            "record",
            "--all-cpus",
            "--freq",
            FREQUENCY,
            "--call-graph",
            STACKS,
            "--output",
            FILE,
        ];
        Ok(Self {
            perf: perf(folder.path(), &record)?,
            folder,
        })
    }

    /// What was seen, by program and thread.
    ///
    /// # Errors
    /// If `perf` can't tell.
    pub(crate) async fn end(self) -> Result<Frame> {
        let programs = names()?;
        self.perf.stop().await?;
        let told = self.folder.path().join("told");
        std::fs::create_dir(&told)?;
        let file = self.folder.path().join(FILE);
        let mut script = perf(
            &told,
            &[
                OsStr::new("script"),
                OsStr::new("--no-inline"),
                OsStr::new("--fields"),
                OsStr::new("comm,pid,ip,sym"),
                OsStr::new("--input"),
                file.as_os_str(),
            ],
        )?;
        script.done().await?;
        Ok(stacks::read(&script.printed()?, |id| {
            programs.get(&id).map(String::as_str)
        }))
    }
}

fn perf(folder: &Path, arguments: &[impl AsRef<OsStr>]) -> Result<Process> {
    Process::start(Path::new("perf"), folder, arguments, &[]).map_err(|error| {
        Failure::Program(format!("perf (package linux-perf) can't be run: {error}"))
    })
}
