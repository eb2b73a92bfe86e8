//! What the services keep to find the records of a [fill](super::fill) by, as if they had written it.

use values::FOLD_VERSION;

/// 2026-01-01 in microseconds since 1970.
const UPDATED_AT: u64 = 1_767_225_600_000_000;

const AUTHOR: &str = "'author number ' || n";
const BOOK: &str = "'a book of the usual length number ' || n";

/// What is searched in one service.
pub(super) struct Searchable {
    /// Tables of phrases, and the folded text whose phrase is in them.
    phrases: &'static [(&'static str, &'static str)],
    listing: &'static str,
    listed: &'static str,
    /// What has been made searchable, as the service names it.
    records: &'static [&'static str],
}

pub(super) const AUTHORS: Searchable = Searchable {
    phrases: &[("author_names", AUTHOR)],
    listing: "listed_authors (id, name, nationality, updated_at)",
    listed: "'author number ' || n, 'colombian'",
    records: &["authors"],
};

pub(super) const BOOKS: Searchable = Searchable {
    phrases: &[
        ("book_titles", BOOK),
        ("book_texts", BOOK),
        ("cached_author_names", AUTHOR),
    ],
    listing: "listed_books (id, title, publisher, language, year, isbn, updated_at)",
    listed: "'a book of the usual length number ' || n, '', 'es', 1967, ''",
    records: &["books", "cached authors"],
};

impl Searchable {
    /// The statements that write everything that bears one of these numbers.
    pub(super) fn rows(&self, numbers: &str) -> Vec<String> {
        let phrases = self.phrases.iter().map(|(table, text)| {
            format!(
                "INSERT INTO {table} (id, text) \
                 SELECT n, '  ' || replace({text}, ' ', '  ') || '  ' FROM {numbers}"
            )
        });
        let listing = format!(
            "INSERT INTO {} SELECT n, {}, {UPDATED_AT} FROM {numbers}",
            self.listing, self.listed
        );
        phrases.chain([listing]).collect()
    }

    /// The statements that say that all is there.
    pub(super) fn positions(&self) -> impl Iterator<Item = String> {
        self.records.iter().map(|records| {
            format!(
                "INSERT INTO search_progress (records, folding, through) \
                 VALUES ('{records}', {FOLD_VERSION}, {})",
                i64::MAX
            )
        })
    }
}
