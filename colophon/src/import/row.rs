//! What one row of the file says.

use csv::ByteRecord;
use values::Line;

use super::cell::{parse_year, restore_leading_zeros};

/// An author's name as the catalog keeps it: equal when equal after NFC and collapsed white space.
pub(super) type AuthorName = Line<255>;

const GOODREADS: &str = "goodreads_book_id";
const ISBN: &str = "isbn";
const AUTHORS: &str = "authors";
const YEAR: &str = "original_publication_year";
const ORIGINAL_TITLE: &str = "original_title";
const TITLE: &str = "title";
const LANGUAGE: &str = "language_code";

/// An optional field of a book: what it is called in the file and in the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OptionalField {
    Isbn,
    PublicationYear,
    Language,
}

impl OptionalField {
    pub(super) const ALL: [Self; 3] = [Self::Isbn, Self::PublicationYear, Self::Language];

    /// The column's name in the file.
    pub(super) fn column(self) -> &'static str {
        match self {
            Self::Isbn => ISBN,
            Self::PublicationYear => YEAR,
            Self::Language => LANGUAGE,
        }
    }

    /// The field's name in the API.
    pub(super) fn api_name(self) -> &'static str {
        match self {
            Self::Isbn => "isbn",
            Self::PublicationYear => "publication_year",
            Self::Language => "language",
        }
    }
}

/// Where the needed columns are.
#[derive(Debug)]
pub(super) struct Columns {
    width: usize,
    goodreads: usize,
    isbn: usize,
    authors: usize,
    year: usize,
    original_title: usize,
    title: usize,
    language: usize,
}

/// What a row says, and what of it can't be sent.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct ParsedRow {
    pub(super) goodreads: String,
    pub(super) title: String,
    pub(super) isbn: Option<String>,
    pub(super) publication_year: Option<i32>,
    pub(super) language: Option<String>,
    pub(super) authors: Vec<AuthorName>,
    /// Column and reason.
    pub(super) left_out: Vec<(&'static str, String)>,
}

/// Why a row can't be sent at all.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unreadable {
    /// The goodreads identifier, if that much could be read.
    pub(super) book: Option<String>,
    /// The column to blame, unless it is the row as a whole.
    pub(super) field: Option<&'static str>,
    pub(super) reason: String,
}

impl Columns {
    /// Finds the needed columns by name.
    ///
    /// # Errors
    /// The names of those that are missing.
    pub(super) fn find(header: &ByteRecord) -> Result<Self, Vec<&'static str>> {
        let mut missing = Vec::new();
        let mut find = |name: &'static str| {
            let position = header
                .iter()
                .position(|cell| cell.trim_ascii() == name.as_bytes());
            position.unwrap_or_else(|| {
                missing.push(name);
                0
            })
        };
        let columns = Self {
            width: header.len(),
            goodreads: find(GOODREADS),
            isbn: find(ISBN),
            authors: find(AUTHORS),
            year: find(YEAR),
            original_title: find(ORIGINAL_TITLE),
            title: find(TITLE),
            language: find(LANGUAGE),
        };
        if missing.is_empty() {
            Ok(columns)
        } else {
            Err(missing)
        }
    }

    /// Reads one row.
    ///
    /// # Errors
    /// [`Unreadable`] when the row as a whole can't be sent.
    pub(super) fn parse(&self, record: &ByteRecord) -> Result<ParsedRow, Unreadable> {
        let unreadable = |reason: String| Unreadable {
            book: None,
            field: None,
            reason,
        };
        if record.len() != self.width {
            let (found, width) = (record.len(), self.width);
            return Err(unreadable(format!("has {found} columns, not {width}")));
        }
        let text = |column: usize| {
            let bytes = record.get(column).unwrap_or_default();
            let text =
                std::str::from_utf8(bytes).map_err(|_| unreadable("is not UTF-8".to_owned()))?;
            let text = text.trim();
            Ok((!text.is_empty()).then_some(text))
        };

        let goodreads = text(self.goodreads)?
            .map(str::to_owned)
            .ok_or_else(|| Unreadable {
                book: None,
                field: Some(GOODREADS),
                reason: "is empty, so the book could not be known again".to_owned(),
            })?;
        let original_title = text(self.original_title)?;
        let title = text(self.title)?
            .or(original_title)
            .map(str::to_owned)
            .ok_or_else(|| Unreadable {
                book: Some(goodreads.clone()),
                field: Some(TITLE),
                reason: "is empty, and so is original_title".to_owned(),
            })?;
        let mut row = ParsedRow {
            goodreads,
            title,
            isbn: text(self.isbn)?.map(restore_leading_zeros),
            language: text(self.language)?.map(str::to_owned),
            ..ParsedRow::default()
        };
        if let Some(raw) = text(self.year)? {
            row.publication_year = parse_year(raw);
            if row.publication_year.is_none() {
                row.left_out.push((YEAR, format!("{raw:?} is not a year")));
            }
        }
        for raw in text(self.authors)?.unwrap_or_default().split(',') {
            if raw.trim().is_empty() {
                continue;
            }
            match AuthorName::parse(raw) {
                Ok(name) => row.authors.push(name),
                Err(error) => row.left_out.push((AUTHORS, format!("a name {error}"))),
            }
        }
        Ok(row)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    const HEADER: [&str; 8] = [
        "book_id",
        GOODREADS,
        ISBN,
        AUTHORS,
        YEAR,
        ORIGINAL_TITLE,
        TITLE,
        LANGUAGE,
    ];

    fn parse(cells: [&str; 8]) -> Result<ParsedRow, Unreadable> {
        Columns::find(&ByteRecord::from(HEADER.to_vec()))
            .unwrap()
            .parse(&ByteRecord::from(cells.to_vec()))
    }

    #[test]
    fn a_full_row_is_read() {
        let row = parse([
            "1",
            "3",
            "439554934",
            "J.K. Rowling, Mary GrandPré",
            "1997.0",
            "O",
            " T ",
            "eng",
        ]);
        let row = row.unwrap();
        assert_eq!((row.goodreads.as_str(), row.title.as_str()), ("3", "T"));
        assert_eq!(row.isbn.as_deref(), Some("0439554934"));
        assert_eq!(row.publication_year, Some(1997));
        assert_eq!(row.language.as_deref(), Some("eng"));
        let names: Vec<_> = row.authors.iter().map(AuthorName::as_str).collect();
        assert_eq!(names, ["J.K. Rowling", "Mary GrandPré"]);
        assert!(row.left_out.is_empty());
    }

    #[test]
    fn empty_cells_are_absent_fields() {
        let row = parse(["1", "3", "", " ", "", "", "T", ""]).unwrap();
        let expected = ParsedRow {
            goodreads: "3".into(),
            title: "T".into(),
            ..ParsedRow::default()
        };
        assert_eq!(row, expected);
    }

    #[test]
    fn the_original_title_stands_in_for_an_empty_title() {
        assert_eq!(
            parse(["1", "3", "", "", "", "Ἰλιάς", " ", ""])
                .unwrap()
                .title,
            "Ἰλιάς"
        );
        assert_eq!(
            parse(["1", "3", "", "", "", "", "", ""]).unwrap_err().field,
            Some(TITLE)
        );
    }

    #[test]
    fn a_row_without_a_goodreads_identifier_is_refused() {
        assert_eq!(
            parse(["1", "", "", "", "", "", "T", ""]).unwrap_err().field,
            Some(GOODREADS)
        );
    }

    #[test]
    fn a_wrong_year_or_name_is_left_out_and_the_row_stays() {
        let row = parse(["1", "3", "", "A,,bad\0name,B,", "soon", "", "T", ""]).unwrap();
        assert_eq!(row.authors.len(), 2);
        let columns: Vec<_> = row.left_out.iter().map(|(column, _)| *column).collect();
        assert_eq!(columns, [YEAR, AUTHORS]);
    }

    #[test]
    fn a_row_of_another_width_is_refused() {
        let columns = Columns::find(&ByteRecord::from(HEADER.to_vec())).unwrap();
        let error = columns
            .parse(&ByteRecord::from(vec!["1", "3"]))
            .unwrap_err();
        assert_eq!(error.reason, "has 2 columns, not 8");
    }
}
