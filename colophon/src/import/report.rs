//! The report: what of the file did not get into the catalog, as JSON lines.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::ImportError;

/// One line of the report.
#[derive(Debug, Serialize)]
pub(super) struct Problem<'a> {
    /// Line of the file on which the row begins; the header is line 1.
    row: u64,
    /// The book's goodreads identifier, if that could be read.
    book: Option<&'a str>,
    outcome: ProblemOutcome,
    /// The column to blame; null when it is the row as a whole.
    field: Option<&'a str>,
    reason: &'a str,
}

#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
enum ProblemOutcome {
    FieldLeftOut,
    RowRefused,
}

impl<'a> Problem<'a> {
    /// The book is in the catalog, without this field.
    pub(super) fn field_left_out(row: u64, book: &'a str, field: &'a str, reason: &'a str) -> Self {
        let outcome = ProblemOutcome::FieldLeftOut;
        Self {
            row,
            book: Some(book),
            outcome,
            field: Some(field),
            reason,
        }
    }

    /// The row's book is not in the catalog.
    pub(super) fn row_refused(
        row: u64,
        book: Option<&'a str>,
        field: Option<&'a str>,
        reason: &'a str,
    ) -> Self {
        Self {
            row,
            book,
            outcome: ProblemOutcome::RowRefused,
            field,
            reason,
        }
    }
}

/// The open report. Every line is handed to the system at once, so that it outlives a kill.
#[derive(Debug)]
pub(super) struct Report {
    path: PathBuf,
    file: File,
    fields_left_out: u64,
    rows_refused: u64,
}

impl Report {
    /// Begins a new report, in place of an older one.
    pub(super) fn create(path: &Path) -> Result<Self, ImportError> {
        let file = File::create(path).map_err(|source| ImportError::Report {
            path: path.to_owned(),
            source,
        })?;
        Ok(Self {
            path: path.to_owned(),
            file,
            fields_left_out: 0,
            rows_refused: 0,
        })
    }

    /// Adds one line.
    pub(super) fn write(&mut self, problem: &Problem<'_>) -> Result<(), ImportError> {
        match problem.outcome {
            ProblemOutcome::FieldLeftOut => self.fields_left_out += 1,
            ProblemOutcome::RowRefused => self.rows_refused += 1,
        }
        serde_json::to_vec(problem)
            .map_err(io::Error::from)
            .and_then(|mut line| {
                line.push(b'\n');
                self.file.write_all(&line)
            })
            .map_err(|source| ImportError::Report {
                path: self.path.clone(),
                source,
            })
    }

    /// Fields reported so far.
    pub(super) fn fields_left_out(&self) -> u64 {
        self.fields_left_out
    }

    /// Rows reported so far.
    pub(super) fn rows_refused(&self) -> u64 {
        self.rows_refused
    }
}
