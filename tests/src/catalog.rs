//! Files to import.

use std::{
    env,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use crate::compare::Counts;

/// A file and what a catalog holds once it is imported.
#[derive(Debug, Clone)]
pub struct Catalog {
    /// The file.
    pub file: PathBuf,
    /// What the owners hold then.
    pub counts: Counts,
    /// How many fields the report lists.
    pub left_out: u64,
}

/// The classics in the repository.
pub fn sample() -> Catalog {
    Catalog {
        file: Path::new(env!("CARGO_MANIFEST_DIR")).join("../colophon/samples/classics.csv"),
        counts: Counts {
            authors: 155,
            books: 151,
            links: 169,
            isbns: 5,
        },
        left_out: 1,
    }
}

/// All of goodbooks-10k, at `GOODBOOKS_CSV`.
///
/// # Panics
/// If that is not set.
pub fn goodbooks_10k() -> Catalog {
    let file = env::var_os("GOODBOOKS_CSV")
        .expect("GOODBOOKS_CSV must name goodbooks-10k's books.csv: use tests/run.sh");
    Catalog {
        file: file.into(),
        counts: Counts {
            authors: 5_833,
            books: 10_000,
            links: 13_209,
            isbns: 9_277,
        },
        left_out: 23,
    }
}

/// A made-up file of 400 books in `folder`: half as many authors, and two for every fifth book.
///
/// # Panics
/// If it can't be written.
pub fn generated(folder: &Path) -> Catalog {
    let mut text = String::from(
        "goodreads_book_id,isbn,authors,original_publication_year,original_title,title,language_code\n",
    );
    for number in 0..400 {
        let first = number % 200;
        let second = match number % 5 {
            0 => format!(", Author {}", (first + 77) % 200),
            _ => String::new(),
        };
        let id = 7_000_000 + number;
        let year = 1600 + number;
        writeln!(
            text,
            "{id},,\"Author {first}{second}\",{year}.0,,Book {number},eng"
        )
        .unwrap();
    }
    let file = folder.join("generated.csv");
    fs::write(&file, text).unwrap();
    Catalog {
        file,
        counts: Counts {
            authors: 200,
            books: 400,
            links: 480,
            isbns: 0,
        },
        left_out: 0,
    }
}
