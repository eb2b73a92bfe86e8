//! Why an import stopped before its end.

use std::io;
use std::path::PathBuf;

/// Why an import stopped. Each reads as one line. A refused field or row is not an error: it goes to
/// the report. Whatever was sent before the error stays; running the import again goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file can't be opened or read.
    #[error("cannot read {path}: {source}", path = path.display())]
    File {
        /// The file to import.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The first line does not name every column that an import needs.
    #[error("{path} lacks the columns {columns}", path = path.display())]
    MissingColumns {
        /// The file to import.
        path: PathBuf,
        /// Names of the missing columns, separated by commas.
        columns: String,
    },
    /// The file holds more rows than are kept in memory.
    #[error("{path} has more than {max} rows: import it in parts", path = path.display())]
    TooManyRows {
        /// The file to import.
        path: PathBuf,
        /// The most rows that one import takes.
        max: usize,
    },
    /// The report can't be written.
    #[error("cannot write the report {path}: {source}", path = path.display())]
    Report {
        /// The report.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The report would replace the file to import.
    #[error("the report must not be the imported file, {path}", path = path.display())]
    ReportIsInput {
        /// Both the file to import and the report.
        path: PathBuf,
    },
    /// The HTTP client can't be set up.
    #[error("cannot set up the HTTP client: {0}")]
    Client(reqwest::Error),
    /// A service did not answer, or not usefully, for as long as an import waits for it.
    #[error("gave up on {service} after {seconds} s: {url}: {reason}")]
    GaveUp {
        /// The service that was asked.
        service: &'static str,
        /// The URL that was asked.
        url: String,
        /// How long it was tried, in seconds.
        seconds: u64,
        /// What went wrong last.
        reason: String,
    },
    /// An answer is not what the service's API promises.
    #[error("{service} answered what it should not: {url}: {reason}")]
    Unexpected {
        /// The service that was asked.
        service: &'static str,
        /// The URL that was asked.
        url: String,
        /// What is wrong with the answer.
        reason: String,
    },
    /// Another service answers at the address (the two URLs swapped, most often).
    #[error("{url} is not {expected} but {actual}: check --authors-url and --books-url")]
    WrongService {
        /// The address.
        url: String,
        /// The service that should answer there.
        expected: &'static str,
        /// The name that it gave.
        actual: String,
    },
    /// Records live at their owner, but their events don't arrive at the other side.
    #[error("the events of the two services do not arrive: linking book {book_id}: {detail}")]
    EventsNotArriving {
        /// The book that could not be linked to its authors.
        book_id: i64,
        /// What books-service said is missing.
        detail: String,
    },
    /// The outcome can't be printed.
    #[error("cannot print the outcome: {0}")]
    Print(io::Error),
}
