//! What is asked of the list of authors.

use chrono::{DateTime, Utc};
use service_host::finding::{Asked, SortColumn, read_compared, read_time};
use service_kit::query::QueryParams;

use crate::domain::{
    AuthorFilter, BY_NAME, BY_UPDATED_AT, Page, Part, WantedAuthors,
    values::{AuthorIdentifier, AuthorName, Nationality},
};

const SORT_COLUMNS: [(&str, SortColumn); 2] = [
    ("name", SortColumn::Text(BY_NAME)),
    ("updated_at", SortColumn::Number(BY_UPDATED_AT)),
];

/// All of it.
pub(super) struct AskedAuthors {
    asked: Asked,
    filter: AuthorFilter,
    nationality: Option<String>,
    updated_since: Option<DateTime<Utc>>,
}

impl AskedAuthors {
    /// Reads the parameters; what is wrong with them is told by [`QueryParams::finish`].
    pub(super) fn read(params: &mut QueryParams) -> Self {
        Self {
            asked: Asked::read(params, &SORT_COLUMNS),
            filter: filter(params),
            nationality: nationality(params),
            updated_since: read_time(params, "updated_since"),
        }
    }

    /// Whether the number of all is to be told.
    pub(super) fn total(&self) -> bool {
        self.asked.total
    }

    /// The page, if it is one of the plain list by id.
    pub(super) fn plain(&self) -> Option<(&AuthorFilter, Page)> {
        let after = self.asked.plain()?;
        let is_plain = self.nationality.is_none() && self.updated_since.is_none();
        let page = Page {
            after,
            skip: self.asked.skip,
            limit: self.asked.limit,
        };
        is_plain.then_some((&self.filter, page))
    }

    /// The authors wanted, and which of them.
    pub(super) fn wanted(self) -> (WantedAuthors, Part) {
        let Asked {
            query,
            order,
            after,
            skip,
            limit,
            total: _,
        } = self.asked;
        let wanted = WantedAuthors {
            query,
            filter: self.filter,
            nationality: self.nationality,
            updated_since: self.updated_since,
            order,
        };
        (wanted, Part { after, skip, limit })
    }
}

fn filter(query: &mut QueryParams) -> AuthorFilter {
    let name = query.text("name").and_then(|text| {
        AuthorName::parse(&text)
            .map_err(|error| query.wrong("name", error.code(), error.to_string()))
            .ok()
    });
    let identifier = query.text("identifier").and_then(|text| {
        AuthorIdentifier::parse(&text)
            .map_err(|error| query.wrong("identifier", error.code(), error.to_string()))
            .ok()
    });
    AuthorFilter {
        name: name.map(AuthorName::into_string),
        identifier: identifier.map(|id| (id.scheme(), id.value().to_owned())),
    }
}

fn nationality(params: &mut QueryParams) -> Option<String> {
    let text = params.text("nationality")?;
    match Nationality::parse(&text) {
        Ok(nationality) => read_compared(params, "nationality", nationality.as_str()),
        Err(error) => {
            params.wrong("nationality", error.code(), error.to_string());
            None
        }
    }
}
