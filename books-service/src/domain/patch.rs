//! An edit of some fields, and what becomes of it when others edited meanwhile.

use std::collections::BTreeMap;

use shared_events::BookState;
use values::{Edit, FieldConflict, Merge};

use super::{Claim, RawBook};

/// What somebody changes about a book; every other field stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BookPatch {
    /// Can't be taken away.
    pub title: Edit<String>,
    /// As in [`RawBook`].
    pub subtitle: Edit<String>,
    /// As in [`RawBook`].
    pub isbn: Edit<String>,
    /// As in [`RawBook`].
    pub publication_year: Edit<i64>,
    /// As in [`RawBook`].
    pub language: Edit<String>,
    /// As in [`RawBook`].
    pub publisher: Edit<String>,
    /// As in [`RawBook`].
    pub page_count: Edit<i64>,
    /// As in [`RawBook`].
    pub description: Edit<String>,
    /// All of them.
    pub subjects: Edit<Vec<String>>,
    /// By the name of the scheme; `None` takes one away, and those that are not named stay.
    pub identifiers: Edit<BTreeMap<String, Option<String>>>,
}

impl BookPatch {
    /// The fields of `held` after this edit, as somebody might have sent them all.
    pub fn apply(self, held: RawBook) -> RawBook {
        RawBook {
            title: self.title.apply(held.title),
            subtitle: self.subtitle.apply(held.subtitle),
            isbn: self.isbn.apply(held.isbn),
            publication_year: self.publication_year.apply(held.publication_year),
            language: self.language.apply(held.language),
            publisher: self.publisher.apply(held.publisher),
            page_count: self.page_count.apply(held.page_count),
            description: self.description.apply(held.description),
            subjects: self.subjects.apply_or_default(held.subjects),
            identifiers: match self.identifiers {
                Edit::Keep => held.identifiers,
                Edit::Clear => BTreeMap::new(),
                Edit::Set(entries) => with_entries(held.identifiers, entries),
            },
        }
    }

    /// What it gives the book that no other live book may have, as far as it is right.
    pub fn claims(&self) -> Vec<Claim> {
        let titled = RawBook {
            title: Some("any".to_owned()),
            ..RawBook::default()
        };
        let isbn = Self {
            isbn: self.isbn.clone(),
            ..Self::default()
        };
        let identifiers = Self {
            identifiers: self.identifiers.clone(),
            ..Self::default()
        };
        let parsed = [isbn, identifiers].map(|part| part.apply(titled.clone()).parse(0));
        let parsed = parsed.into_iter().flatten();
        parsed.flat_map(|fields| fields.claims()).collect()
    }
}

fn with_entries(
    mut held: BTreeMap<String, String>,
    entries: BTreeMap<String, Option<String>>,
) -> BTreeMap<String, String> {
    for (key, value) in entries {
        match value {
            Some(value) => held.insert(key, value),
            None => held.remove(&key),
        };
    }
    held
}

impl From<&BookState> for RawBook {
    fn from(state: &BookState) -> Self {
        state.clone().into()
    }
}

/// The fields after two edits of `before`, or those that both gave different values.
///
/// # Errors
/// Every field in which they meet.
pub fn merge(
    before: &BookState,
    theirs: &BookState,
    yours: &BookState,
) -> Result<RawBook, Vec<FieldConflict>> {
    let mut merge = Merge::default();
    let publication_year = merge.field(
        "publication_year",
        &before.publication_year,
        &theirs.publication_year,
        &yours.publication_year,
    );
    let page_count = merge.field(
        "page_count",
        &before.page_count,
        &theirs.page_count,
        &yours.page_count,
    );
    let merged = RawBook {
        title: Some(merge.field("title", &before.title, &theirs.title, &yours.title)),
        subtitle: merge.field(
            "subtitle",
            &before.subtitle,
            &theirs.subtitle,
            &yours.subtitle,
        ),
        isbn: merge.field("isbn", &before.isbn, &theirs.isbn, &yours.isbn),
        publication_year: publication_year.map(i64::from),
        language: merge.field(
            "language",
            &before.language,
            &theirs.language,
            &yours.language,
        ),
        publisher: merge.field(
            "publisher",
            &before.publisher,
            &theirs.publisher,
            &yours.publisher,
        ),
        page_count: page_count.map(i64::from),
        description: merge.field(
            "description",
            &before.description,
            &theirs.description,
            &yours.description,
        ),
        subjects: merge.field(
            "subjects",
            &before.subjects,
            &theirs.subjects,
            &yours.subjects,
        ),
        identifiers: merge.map(
            "identifiers",
            &before.identifiers,
            &theirs.identifiers,
            &yours.identifiers,
        ),
    };
    merge.finish().map(|()| merged)
}
