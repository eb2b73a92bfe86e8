//! What `colophon import` can be told.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use crate::service_urls::ServiceUrls;

/// Arguments of `colophon import`.
#[derive(Debug, Clone, Args)]
pub struct ImportArgs {
    /// What to import.
    #[command(subcommand)]
    pub source: Source,
}

/// What an import reads.
#[derive(Debug, Clone, Subcommand)]
pub enum Source {
    /// Import authors, books and links from a CSV file with the columns of goodbooks-10k's books.csv
    ///
    /// Everything goes over HTTP through both services. Running it again adds nothing: an author is known
    /// again by the name, a book by its goodreads identifier.
    Goodbooks(GoodbooksArgs),
}

/// Arguments of `colophon import goodbooks`.
#[derive(Debug, Clone, Args)]
pub struct GoodbooksArgs {
    /// CSV file; the columns are found by the names in its first line
    pub file: PathBuf,

    /// Where both services answer.
    #[command(flatten)]
    pub services: ServiceUrls,

    /// Requests under way at a time at each service
    #[arg(long, value_name = "N", default_value_t = 128, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub concurrency: u16,

    /// Where to write, as JSON lines, each field left out and each row not taken; an older report is replaced
    #[arg(long, value_name = "FILE", default_value = "import-report.jsonl")]
    pub report: PathBuf,

    /// How to print what was done
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

/// How the outcome is printed on standard output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A few lines for a person
    Text,
    /// One line of JSON
    Json,
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Cli {
        #[command(flatten)]
        import: ImportArgs,
    }

    #[test]
    fn the_defaults_reach_both_services_on_this_machine() {
        let cli = Cli::try_parse_from(["import", "goodbooks", "books.csv"]).unwrap();
        let Source::Goodbooks(args) = cli.import.source;
        assert_eq!(args.file, PathBuf::from("books.csv"));
        assert_eq!(args.services.authors_url.as_str(), "http://127.0.0.1:8001/");
        assert_eq!(args.services.books_url.as_str(), "http://127.0.0.1:8002/");
        assert_eq!(args.concurrency, 128);
        assert_eq!(args.format, Format::Text);
    }

    #[test]
    fn nothing_can_be_sent_with_a_concurrency_of_zero() {
        assert!(Cli::try_parse_from(["import", "goodbooks", "f", "--concurrency", "0"]).is_err());
    }
}
