//! `colophon import`: brings books, authors and links from a file into the catalog, over HTTP
//! through both services, and stays until each has in its cache what the other owns.
//!
//! Whatever is in the catalog already is found first and left as it is, so that an import can be
//! repeated, above all after it was cut short.

mod api;
mod args;
mod cell;
mod error;
mod goodbooks_csv;
mod outcome;
mod patience;
mod progress;
mod report;
mod row;
mod settle;
mod stages;
mod taking;

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests;

use std::io::{self, Write};
use std::path::Path;

use tokio::time::Instant;

pub use args::{Format, GoodbooksArgs, ImportArgs, Source};
pub use error::ImportError;
pub use outcome::{CacheState, Caches, LinkCounts, Outcome, RecordCounts};

use crate::client::services;
use patience::Patience;
use progress::Board;
use report::Report;
use stages::Stages;

/// Imports, and prints on standard output what was done. See [`Outcome::is_settled`] for what else may
/// be a failure.
///
/// # Errors
/// [`ImportError`] when the import had to stop before its end.
pub async fn run(args: ImportArgs) -> Result<Outcome, ImportError> {
    let Source::Goodbooks(args) = args.source;
    let outcome = import_goodbooks(&args, Patience::default()).await?;
    print(&outcome, args.format).map_err(ImportError::Print)?;
    Ok(outcome)
}

async fn import_goodbooks(
    args: &GoodbooksArgs,
    patience: Patience,
) -> Result<Outcome, ImportError> {
    let began = Instant::now();
    let concurrency = usize::from(args.concurrency);
    let (authors, books) = services(&args.services, concurrency).map_err(ImportError::Client)?;
    let stages = Stages {
        authors,
        books,
        patience,
        concurrency,
        board: Board::on_standard_error(),
    };
    refuse_same_file(&args.file, &args.report)?;
    let mut report = Report::create(&args.report)?;
    let goodbooks = goodbooks_csv::read(&args.file, &mut report)?;
    settle::meet(&stages).await?;

    let ((authors, author_counts), (books, book_counts)) = tokio::try_join!(
        stages.take_authors(&goodbooks),
        stages.take_books(&goodbooks, &mut report),
    )?;
    let links = stages
        .take_links(&goodbooks, &authors, &books, &mut report)
        .await?;
    let caches = settle::settle(&stages, &author_counts, &book_counts).await?;
    Ok(Outcome {
        file: args.file.clone(),
        rows_read: goodbooks.rows_read,
        rows_refused: report.rows_refused(),
        fields_left_out: report.fields_left_out(),
        authors: author_counts,
        books: book_counts,
        links,
        report: args.report.clone(),
        seconds: began.elapsed().as_secs_f64(),
        caches,
    })
}

/// A slip of the keyboard must not cost the file.
fn refuse_same_file(file: &Path, report: &Path) -> Result<(), ImportError> {
    match (file.canonicalize(), report.canonicalize()) {
        (Ok(file), Ok(report)) if file == report => Err(ImportError::ReportIsInput { path: file }),
        _ => Ok(()),
    }
}

fn print(outcome: &Outcome, format: Format) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    match format {
        Format::Text => writeln!(stdout, "{outcome}"),
        Format::Json => writeln!(stdout, "{}", serde_json::to_string(outcome)?),
    }
}
