//! Reads a CSV file with the columns of goodbooks-10k's `books.csv`.
//!
//! The file is read once, so that it may be a pipe and can't change between two stages. A row is kept
//! as the few fields that are sent (some 200 bytes), names as indices.

use std::collections::HashMap;
use std::fs::File;
use std::path::Path;

use csv::{ByteRecord, ReaderBuilder, Terminator};

use super::ImportError;
use super::report::{Problem, Report};
use super::row::{AuthorName, Columns, Unreadable};

/// The most rows of one import: they are kept in memory.
const MAX_ROWS: usize = 1_000_000;

/// The rows of a file that can be sent.
#[derive(Debug, Default)]
pub(super) struct Goodbooks {
    /// Each author's name, once, in the order of first appearance.
    pub(super) names: Vec<AuthorName>,
    /// The readable rows, in the file's order.
    pub(super) rows: Vec<Row>,
    /// How many rows the file has, readable or not.
    pub(super) rows_read: u64,
}

/// One book as it is sent.
#[derive(Debug)]
pub(super) struct Row {
    /// Line of the file on which the row begins; the header is line 1.
    pub(super) line: u64,
    /// The book's goodreads identifier, by which it is known again.
    pub(super) goodreads: String,
    /// Never empty; the service decides whether it is a title.
    pub(super) title: String,
    /// Lost leading zeros restored; the check digit is the service's to judge.
    pub(super) isbn: Option<String>,
    /// Negative before the common era.
    pub(super) publication_year: Option<i32>,
    /// As the file has it: the service makes `en` of `eng`.
    pub(super) language: Option<String>,
    /// Indices into [`Goodbooks::names`], in the file's order, each once.
    pub(super) authors: Vec<usize>,
}

/// Reads all of `path`; what can't be read goes to the report.
///
/// # Errors
/// When the file can't be read, lacks a column or is too long, or the report can't be written.
pub(super) fn read(path: &Path, report: &mut Report) -> Result<Goodbooks, ImportError> {
    let failed = |error: csv::Error| ImportError::File {
        path: path.to_owned(),
        source: error.into(),
    };
    let file = File::open(path).map_err(|source| ImportError::File {
        path: path.to_owned(),
        source,
    })?;
    // Flexible, and in bytes: a row with a column too few or with broken UTF-8 must not end the reading.
    // Only a line feed ends a row, since the reader miscounts lines that end in two characters; the
    // carriage return stays in the last cell, whose white space is trimmed.
    let mut reader = ReaderBuilder::new()
        .flexible(true)
        .terminator(Terminator::Any(b'\n'))
        .from_reader(file);
    let columns = Columns::find(reader.byte_headers().map_err(failed)?).map_err(|missing| {
        ImportError::MissingColumns {
            path: path.to_owned(),
            columns: missing.join(", "),
        }
    })?;
    let mut goodbooks = Goodbooks::default();
    let mut indices = HashMap::new();
    let mut record = ByteRecord::new();
    while reader.read_byte_record(&mut record).map_err(failed)? {
        if is_blank_line(&record) {
            continue;
        }
        goodbooks.rows_read += 1;
        if goodbooks.rows.len() == MAX_ROWS {
            return Err(ImportError::TooManyRows {
                path: path.to_owned(),
                max: MAX_ROWS,
            });
        }
        let line = record.position().map_or(0, csv::Position::line);
        match columns.parse(&record) {
            Err(Unreadable {
                book,
                field,
                reason,
            }) => {
                report.write(&Problem::row_refused(line, book.as_deref(), field, &reason))?;
            }
            Ok(parsed) => {
                for (field, reason) in &parsed.left_out {
                    report.write(&Problem::field_left_out(
                        line,
                        &parsed.goodreads,
                        field,
                        reason,
                    ))?;
                }
                let authors = index(parsed.authors, &mut goodbooks.names, &mut indices);
                goodbooks.rows.push(Row {
                    line,
                    goodreads: parsed.goodreads,
                    title: parsed.title,
                    isbn: parsed.isbn,
                    publication_year: parsed.publication_year,
                    language: parsed.language,
                    authors,
                });
            }
        }
    }
    Ok(goodbooks)
}

fn is_blank_line(record: &ByteRecord) -> bool {
    record.len() == 1 && record[0].trim_ascii().is_empty()
}

/// Replaces each name by its index among all names; a name twice in one row counts once.
fn index(
    authors: Vec<AuthorName>,
    names: &mut Vec<AuthorName>,
    indices: &mut HashMap<AuthorName, usize>,
) -> Vec<usize> {
    let mut row = Vec::with_capacity(authors.len());
    for name in authors {
        let index = *indices.entry(name).or_insert_with_key(|name| {
            names.push(name.clone());
            names.len() - 1
        });
        if !row.contains(&index) {
            row.push(index);
        }
    }
    row
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::fs;

    use super::*;

    const HEADER: &str = "goodreads_book_id,isbn,authors,original_publication_year,original_title,title,language_code";

    fn read_bytes(content: &[u8]) -> (Result<Goodbooks, ImportError>, String) {
        let folder = tempfile::tempdir().unwrap();
        let (file, report_file) = (
            folder.path().join("books.csv"),
            folder.path().join("report"),
        );
        fs::write(&file, content).unwrap();
        let mut report = Report::create(&report_file).unwrap();
        let goodbooks = read(&file, &mut report);
        (goodbooks, fs::read_to_string(report_file).unwrap())
    }

    #[test]
    fn equal_names_become_one_author_across_and_within_rows() {
        let (goodbooks, report) = read_bytes(
            format!("{HEADER}\n1,,\"Gabriel Garci\u{301}a  M., B\",,,T,\n2,,\"B, Gabriel García M., B\",,,U,\n")
                .as_bytes(),
        );
        let goodbooks = goodbooks.unwrap();
        let names: Vec<_> = goodbooks.names.iter().map(AuthorName::as_str).collect();
        assert_eq!(names, ["Gabriel García M.", "B"]);
        assert_eq!(goodbooks.rows[0].authors, [0, 1]);
        assert_eq!(goodbooks.rows[1].authors, [1, 0]);
        assert_eq!(report, "");
    }

    #[test]
    fn a_row_that_cannot_be_read_is_reported_with_its_line_and_the_next_is_read() {
        let mut content = format!("{HEADER}\n1,,A,,,\"T\nwo lines\",\n2,,A\n3,,").into_bytes();
        content.extend_from_slice(b"\xff,,,T,\n4,,A,,,T,\n");
        let (goodbooks, report) = read_bytes(&content);
        let goodbooks = goodbooks.unwrap();
        let lines: Vec<_> = goodbooks.rows.iter().map(|row| row.line).collect();
        assert_eq!((lines, goodbooks.rows_read), (vec![2, 6], 4));
        let reported: Vec<serde_json::Value> = report
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(reported.len(), 2);
        assert_eq!(
            (&reported[0]["row"], &reported[1]["row"]),
            (&4.into(), &5.into())
        );
    }

    #[test]
    fn lines_are_counted_right_when_they_end_in_carriage_return_and_line_feed() {
        let (goodbooks, _) = read_bytes(
            format!("\u{feff}{HEADER}\r\n1,,A,,,T,\r\n2,,A,,,T,\"en\"\r\n\r\n").as_bytes(),
        );
        let lines: Vec<_> = goodbooks.unwrap().rows.iter().map(|row| row.line).collect();
        assert_eq!(lines, [2, 3]);
    }

    #[test]
    fn a_missing_column_is_named() {
        let (goodbooks, _) = read_bytes(b"goodreads_book_id,isbn,authors,original_title,title\n");
        let message = goodbooks.unwrap_err().to_string();
        assert!(
            message.ends_with("lacks the columns original_publication_year, language_code"),
            "{message}"
        );
    }
}
