//! Whole imports against the fake services.

mod failures;
mod fake_authors;
mod fake_books;
mod fake_services;
mod rows;

use std::fs;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use super::*;
use crate::service_urls::ServiceUrls;
use fake_services::{FakeServices, Fault};

const HEADER: &str =
    "goodreads_book_id,isbn,authors,original_publication_year,original_title,title,language_code\n";

const THREE_BOOKS: &str = "\
    11,439023483,\"Suzanne Collins\",2008.0,,The Hunger Games,eng\n\
    12,140169300,\"Neil Gaiman, Terry Pratchett\",1990.0,,Good Omens,eng\n\
    13,,\"Terry Pratchett,  Terry  Pratchett\",-400.0,Mort,,\n";

/// Long enough for a few attempts, short enough to see the end of it.
const SHORT: Patience = Patience {
    first_pause: Duration::from_millis(1),
    longest_pause: Duration::from_millis(20),
    budget: Duration::from_secs(3),
    settling: Duration::from_millis(200),
};

struct Desk {
    services: FakeServices,
    folder: TempDir,
}

impl Desk {
    fn with(rows: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("books.csv"), format!("{HEADER}{rows}")).unwrap();
        Self {
            services: FakeServices::start(),
            folder,
        }
    }

    fn args(&self) -> GoodbooksArgs {
        GoodbooksArgs {
            file: self.folder.path().join("books.csv"),
            services: ServiceUrls {
                authors_url: self.services.authors_url.parse().unwrap(),
                books_url: self.services.books_url.parse().unwrap(),
            },
            concurrency: 4,
            report: self.folder.path().join("report.jsonl"),
            format: Format::Text,
        }
    }

    async fn import(&self) -> Result<Outcome, ImportError> {
        import_goodbooks(&self.args(), SHORT).await
    }

    /// Row, outcome, field and reason of each line.
    fn report(&self) -> Vec<(u64, String, Option<String>, String)> {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        fs::read_to_string(self.folder.path().join("report.jsonl"))
            .unwrap()
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .map(|line: Value| {
                let (outcome, reason) = (
                    text(&line["outcome"]).unwrap(),
                    text(&line["reason"]).unwrap(),
                );
                (
                    line["row"].as_u64().unwrap(),
                    outcome,
                    text(&line["field"]),
                    reason,
                )
            })
            .collect()
    }

    fn script(&self, faults: &[(&'static str, Fault)]) {
        self.services.catalog().faults.extend(faults);
    }
}

fn left_out(row: u64, field: &str, reason: &str) -> (u64, String, Option<String>, String) {
    (
        row,
        "field_left_out".to_owned(),
        Some(field.to_owned()),
        reason.to_owned(),
    )
}
