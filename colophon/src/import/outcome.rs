//! What an import did.

use std::fmt;
use std::path::PathBuf;

use serde::Serialize;

/// What an import did, and whether both caches hold it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Outcome {
    /// The imported file.
    pub file: PathBuf,
    /// Rows of the file, readable or not, the header not counted.
    pub rows_read: u64,
    /// Rows whose book is not in the catalog; each is in the report.
    pub rows_refused: u64,
    /// Fields (and names) that books do without; each is in the report.
    pub fields_left_out: u64,
    /// Authors of the file.
    pub authors: RecordCounts,
    /// Books of the file.
    pub books: RecordCounts,
    /// Links of the file.
    pub links: LinkCounts,
    /// Where the report is.
    pub report: PathBuf,
    /// How long it took, in seconds.
    pub seconds: f64,
    /// How the two services stood at the end.
    pub caches: Caches,
}

/// Distinct records of one kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct RecordCounts {
    /// Were in the catalog before.
    pub found: u64,
    /// Are new.
    pub created: u64,
}

/// Links of books to authors.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct LinkCounts {
    /// Are new.
    pub made: u64,
    /// Were there before.
    pub already_there: u64,
}

/// The two caches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Caches {
    /// The authors' copies in books-service.
    pub authors: CacheState,
    /// The books' copies in authors-service.
    pub books: CacheState,
}

/// One cache, as the service that keeps it describes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CacheState {
    /// The service that keeps the cache.
    pub kept_by: &'static str,
    /// Live records in the cache.
    pub rows: u64,
    /// Records that it must hold at least: those of the imported file.
    pub expected: u64,
    /// The owner's last sequence when the last link was made.
    pub target: u64,
    /// Through which of the owner's sequences everything is settled.
    pub checkpoint: u64,
    /// Messages that wait for another attempt.
    pub parked: u64,
    /// Messages that were given up.
    pub dead: u64,
}

impl Outcome {
    /// Whether both caches hold all that was imported. If not, the program should end with a failure;
    /// fields left out and rows refused are none.
    pub fn is_settled(&self) -> bool {
        self.caches.authors.is_settled() && self.caches.books.is_settled()
    }
}

impl RecordCounts {
    /// All of them.
    pub fn total(&self) -> u64 {
        self.found + self.created
    }
}

impl CacheState {
    /// Whether the cache holds all that was imported: the checkpoint is past it, and no message was put
    /// aside on the way.
    pub fn is_settled(&self) -> bool {
        self.is_caught_up() && self.dead == 0 && self.rows >= self.expected
    }

    /// Whether no more is to come.
    pub(super) fn is_caught_up(&self) -> bool {
        self.checkpoint >= self.target && self.parked == 0
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            authors,
            books,
            links,
            ..
        } = self;
        writeln!(
            f,
            "Imported {} in {:.1} s",
            self.file.display(),
            self.seconds
        )?;
        writeln!(
            f,
            "  rows      {} read, {} refused",
            self.rows_read, self.rows_refused
        )?;
        writeln!(
            f,
            "  authors   {} found, {} created",
            authors.found, authors.created
        )?;
        writeln!(
            f,
            "  books     {} found, {} created",
            books.found, books.created
        )?;
        writeln!(
            f,
            "  links     {} made, {} already there",
            links.made, links.already_there
        )?;
        writeln!(f, "  left out  {} fields", self.fields_left_out)?;
        writeln!(f, "  report    {}", self.report.display())?;
        let hold = if self.is_settled() {
            "Both caches hold it:"
        } else {
            "THE CACHES DO NOT HOLD IT:"
        };
        writeln!(f, "{hold}")?;
        writeln!(f, "  authors   {}", self.caches.authors)?;
        write!(f, "  books     {}", self.caches.books)
    }
}

impl fmt::Display for CacheState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            kept_by,
            rows,
            expected,
            target,
            checkpoint,
            parked,
            dead,
        } = self;
        write!(
            f,
            "{rows} cached in {kept_by} ({expected} imported), settled through {checkpoint} of {target}, \
             {parked} parked, {dead} dead"
        )
    }
}
