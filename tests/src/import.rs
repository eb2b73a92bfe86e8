//! `colophon import goodbooks` against a stack.

use std::{fs, path::PathBuf, time::Duration};

use serde::Deserialize;
use serde_json::Value;

use crate::process::{Process, Program};

/// All of goodbooks-10k in a debug build on a small and busy machine.
pub(crate) const LONGEST_IMPORT: Duration = Duration::from_secs(900);

/// An import under way.
pub struct Import {
    process: Process,
    report: PathBuf,
}

/// An import that came to its end.
#[derive(Debug)]
pub struct Imported {
    /// What it did.
    pub outcome: Outcome,
    /// The lines of its report.
    pub report: Vec<Value>,
}

/// What an import says that it did.
#[derive(Debug, Deserialize)]
pub struct Outcome {
    /// Rows of the file.
    pub rows_read: u64,
    /// Rows whose book was not taken.
    pub rows_refused: u64,
    /// Fields that books do without.
    pub fields_left_out: u64,
    /// Authors.
    pub authors: RecordsDone,
    /// Books.
    pub books: RecordsDone,
    /// Links.
    pub links: LinksDone,
    /// Seconds.
    pub seconds: f64,
}

/// What became of the records of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct RecordsDone {
    /// Were there before.
    pub found: u64,
    /// Are new.
    pub created: u64,
}

/// What became of the links.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct LinksDone {
    /// Are new.
    pub made: u64,
    /// Were there before.
    pub already_there: u64,
}

impl Import {
    pub(crate) fn start(folder: PathBuf, file: &str, [authors_url, books_url]: [&str; 2]) -> Self {
        let report = folder.join("report.jsonl");
        let report_text = report.to_string_lossy().into_owned();
        let arguments = [
            "import",
            "goodbooks",
            file,
            "--authors-url",
            authors_url,
            "--books-url",
            books_url,
            "--report",
            &report_text,
            "--format",
            "json",
        ];
        let process = Process::start(Program::Colophon, &folder, &arguments, &[]);
        Self { process, report }
    }

    /// Ends it without warning.
    pub fn kill_9(&mut self) {
        self.process.kill_9();
    }

    /// Waits for its end, which must be a good one.
    ///
    /// # Panics
    /// If it fails or takes too long.
    pub async fn done(mut self) -> Imported {
        let code = self.process.ended(LONGEST_IMPORT).await;
        assert_eq!(code, Some(0), "the import failed");
        let report = fs::read_to_string(&self.report).unwrap();
        Imported {
            outcome: serde_json::from_str(&self.process.stdout()).unwrap(),
            report: report
                .lines()
                .map(|line| serde_json::from_str(line).unwrap())
                .collect(),
        }
    }
}
