//! Finding authors by what people remember of them.

use ::values::Scheme;
use chrono::{DateTime, Utc};
use search::{Document, Order, Place, Query, Role, phrases};

use super::{Author, AuthorFilter, values::AuthorScheme};

/// Which authors are wanted, and in which order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WantedAuthors {
    /// Those whose name, alias or identifier matches.
    pub query: Option<Query>,
    /// Those that have exactly this.
    pub filter: AuthorFilter,
    /// Those of this nationality, whatever its case and accents, as [`search::sort_key`] has it.
    pub nationality: Option<String>,
    /// Those that were changed then or later.
    pub updated_since: Option<DateTime<Utc>>,
    /// What they are ordered by. By relevance only with a query.
    pub order: Order,
}

/// Which part of a list is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// What is behind this place.
    pub after: Option<Place>,
    /// Pass over so many first.
    pub skip: u64,
    /// At most so many.
    pub limit: u64,
}

/// The column by which authors are ordered by name.
pub const BY_NAME: &str = "name";
/// The column by which authors are ordered by their last change.
pub const BY_UPDATED_AT: &str = "updated_at";

impl Author {
    /// The texts by which this author is found: name and aliases, each for itself.
    pub fn document(&self) -> Document {
        vec![(Role::Name, self.phrases())]
    }

    /// Its name and aliases as phrases; none of a tombstone.
    pub fn phrases(&self) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        if !self.deleted {
            let names = [&self.state.name].into_iter().chain(&self.state.aliases);
            for phrase in names.flat_map(|name| phrases(name)) {
                if !found.contains(&phrase) {
                    found.push(phrase);
                }
            }
        }
        found
    }
}

/// The identifiers that a query may be, with or without the scheme's name.
pub fn identifiers(query: &Query) -> Vec<(AuthorScheme, String)> {
    let schemes = AuthorScheme::ALL.iter();
    let read = schemes.filter_map(|scheme| {
        let mut ways = query.as_number(scheme.as_str()).into_iter();
        Some((*scheme, ways.find_map(|way| scheme.canonical(way).ok())?))
    });
    read.collect()
}
