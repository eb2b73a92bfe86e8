//! What is asked of the list of books.

use service_host::finding::{Asked, SortColumn, read_compared, read_flag, read_time};
use service_kit::query::QueryParams;
use shared_events::AuthorId;
use values::{Line, TextError};

use crate::domain::{
    BY_TITLE, BY_UPDATED_AT, BY_YEAR, BookFilter, BookTraits, Page, Part, WantedBooks,
    values::{BookIdentifier, Isbn, Language},
};

const SORT_COLUMNS: [(&str, SortColumn); 3] = [
    ("title", SortColumn::Text(BY_TITLE)),
    ("year", SortColumn::Number(BY_YEAR)),
    ("updated_at", SortColumn::Number(BY_UPDATED_AT)),
];

/// All of it.
pub(super) struct AskedBooks {
    asked: Asked,
    filter: BookFilter,
    traits: BookTraits,
}

impl AskedBooks {
    /// Reads the parameters; what is wrong with them is told by [`QueryParams::finish`].
    pub(super) fn read(params: &mut QueryParams) -> Self {
        Self {
            asked: Asked::read(params, &SORT_COLUMNS),
            filter: filter(params),
            traits: traits(params),
        }
    }

    /// Whether the number of all is to be told.
    pub(super) fn total(&self) -> bool {
        self.asked.total
    }

    /// The page, if it is one of the plain list by id.
    pub(super) fn plain(&self) -> Option<(&BookFilter, Page)> {
        let after = self.asked.plain()?;
        let page = Page {
            after,
            skip: self.asked.skip,
            limit: self.asked.limit,
        };
        (self.traits == BookTraits::default()).then_some((&self.filter, page))
    }

    /// The books wanted, and which of them.
    pub(super) fn wanted(self) -> (WantedBooks, Part) {
        let Asked {
            query,
            order,
            after,
            skip,
            limit,
            total: _,
        } = self.asked;
        let wanted = WantedBooks {
            query,
            filter: self.filter,
            traits: self.traits,
            order,
        };
        (wanted, Part { after, skip, limit })
    }
}

fn filter(params: &mut QueryParams) -> BookFilter {
    let isbn = params.text("isbn").and_then(|text| {
        Isbn::recognize(&text)
            .map_err(|error| params.wrong("isbn", error.code(), error.to_string()))
            .ok()
    });
    let identifier = params.text("identifier").and_then(|text| {
        BookIdentifier::parse(&text)
            .map_err(|error| params.wrong("identifier", error.code(), error.to_string()))
            .ok()
    });
    BookFilter {
        isbn: isbn.map(|isbn| isbn.as_str().to_owned()),
        identifier: identifier.map(|id| (id.scheme(), id.value().to_owned())),
    }
}

fn traits(params: &mut QueryParams) -> BookTraits {
    let language = params.text("language").and_then(|text| {
        Language::parse(&text)
            .map_err(|error| params.wrong("language", error.code(), error.to_string()))
            .ok()
    });
    BookTraits {
        language: language.map(|language| language.as_str().to_owned()),
        publisher: compared(params, "publisher"),
        subject: compared(params, "subject"),
        year_from: year(params, "year_from"),
        year_to: year(params, "year_to"),
        author_id: params
            .optional_u64("author_id", 1..=i64::MAX.unsigned_abs())
            .and_then(|id| AuthorId::try_from(i64::try_from(id).ok()?).ok()),
        without_isbn: read_flag(params, "without_isbn"),
        without_authors: read_flag(params, "without_authors"),
        updated_since: read_time(params, "updated_since"),
    }
}

fn compared(params: &mut QueryParams, name: &str) -> Option<String> {
    let text = params.text(name)?;
    match Line::<255>::parse(&text) {
        Ok(line) => read_compared(params, name, line.as_str()),
        Err(error) => {
            let code = TextError::code(&error);
            params.wrong(name, code, error.to_string());
            None
        }
    }
}

fn year(params: &mut QueryParams, name: &str) -> Option<i64> {
    let text = params.text(name)?;
    let year = text
        .parse()
        .ok()
        .filter(|year| (-9_999..=9_999).contains(year));
    if year.is_none() {
        let message = "must be a year from -9999 to 9999";
        params.wrong(name, "out_of_range", message);
    }
    year
}
