//! Where a program of a stack runs, now or later.

use std::path::Path;

use crate::process::{Process, Program};

pub(crate) struct Place {
    pub(crate) program: Program,
    settings: Vec<(&'static str, String)>,
    pub(crate) process: Option<Process>,
}

impl Place {
    pub(crate) fn new(program: Program, settings: Vec<(&'static str, String)>) -> Self {
        Self {
            program,
            settings,
            process: None,
        }
    }

    /// From the next start on.
    pub(crate) fn set(&mut self, name: &'static str, value: Option<String>) {
        self.settings.retain(|(set, _)| *set != name);
        self.settings.extend(value.map(|value| (name, value)));
    }

    pub(crate) fn start(&mut self, folder: &Path) {
        // The one before, if there is one, goes first: the two share a port.
        self.process = None;
        let folder = folder.join(self.program.name());
        self.process = Some(self.start_in(&folder, &[]));
    }

    /// Starts one more, with other values of these settings.
    pub(crate) fn start_another(&self, folder: &Path, other: &[(&'static str, String)]) -> Process {
        let folder = folder.join(format!("another-{}", self.program.name()));
        self.start_in(&folder, other)
    }

    fn start_in(&self, folder: &Path, other: &[(&'static str, String)]) -> Process {
        let all: Vec<_> = self
            .settings
            .iter()
            .chain(other)
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        Process::start(self.program, folder, &[], &all)
    }
}
