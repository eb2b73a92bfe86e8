//! Searches whose answers are known.

mod authors;
mod books;
mod index;
mod plan;

use std::fmt;

use fastrand::Rng;

use self::{authors::AuthorSearches, books::BookSearches, plan::PLAN};
use crate::{Catalog, letters::Slip, query::Records};

/// Records are tried so often for each search that is wanted.
const MOST_TRIES: usize = 20_000;
/// So many others may be meant as well: then the right one is still among the first five.
const MOST_RIVALS: usize = 4;

/// Something that is searched for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    /// How it is put.
    pub kind: Kind,
    /// Where.
    pub records: Records,
    /// What is typed.
    pub query: String,
    /// Places in the catalog; each of them is right.
    pub right: Vec<usize>,
}

/// How a search is put.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A name or title, as it is.
    Exact,
    /// The name that the most bear.
    Commonest,
    /// In capitals or small letters.
    OtherCase,
    /// Without its accents.
    NoAccents,
    /// In other order.
    Reordered,
    /// Not typed to its end.
    Beginning,
    /// By another name.
    Alias,
    /// Without its hyphens or apostrophes.
    NoHyphens,
    /// In a script other than Latin.
    Script,
    /// A part of what has no spaces.
    Part,
    /// Without the space that is there.
    NoSpaces,
    /// One letter is missing.
    Missing,
    /// One letter is too many.
    Extra,
    /// One letter is another.
    Wrong,
    /// Two letters are swapped.
    Swapped,
    /// An identifier, with or without its scheme.
    Identifier,
    /// An ISBN with hyphens.
    IsbnHyphens,
    /// An ISBN as it was before it had 13 digits.
    IsbnTen,
    /// A title and who wrote it.
    TitleAndAuthor,
    /// A title and its subtitle.
    Subtitle,
}

impl Kind {
    fn slip(self) -> Option<Slip> {
        match self {
            Self::Missing => Some(Slip::Missing),
            Self::Extra => Some(Slip::Extra),
            Self::Wrong => Some(Slip::Wrong),
            Self::Swapped => Some(Slip::Swapped),
            Self::Exact
            | Self::Commonest
            | Self::OtherCase
            | Self::NoAccents
            | Self::Reordered
            | Self::Beginning
            | Self::Alias
            | Self::NoHyphens
            | Self::Script
            | Self::Part
            | Self::NoSpaces
            | Self::Identifier
            | Self::IsbnHyphens
            | Self::IsbnTen
            | Self::TitleAndAuthor
            | Self::Subtitle => None,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Exact => "exact",
            Self::Commonest => "commonest name",
            Self::OtherCase => "other case",
            Self::NoAccents => "accents left out",
            Self::Reordered => "reordered",
            Self::Beginning => "beginning",
            Self::Alias => "alias",
            Self::NoHyphens => "hyphens left out",
            Self::Script => "other script",
            Self::Part => "part without spaces",
            Self::NoSpaces => "space left out",
            Self::Missing => "letter missing",
            Self::Extra => "letter too many",
            Self::Wrong => "letter wrong",
            Self::Swapped => "letters swapped",
            Self::Identifier => "identifier",
            Self::IsbnHyphens => "ISBN with hyphens",
            Self::IsbnTen => "ISBN-10",
            Self::TitleAndAuthor => "title and author",
            Self::Subtitle => "title and subtitle",
        })
    }
}

impl Catalog {
    /// Two hundred searches, or fewer if the catalog has too little to tell apart.
    pub fn searches(&self, seed: u64) -> Vec<Search> {
        let mut random = Rng::with_seed(seed);
        let (authors, books) = (AuthorSearches::new(self), BookSearches::new(self));
        let mut searches: Vec<Search> = Vec::new();
        for (records, kind, wanted) in PLAN {
            let enough = searches.len() + wanted;
            for _ in 0..MOST_TRIES {
                if searches.len() == enough {
                    break;
                }
                let proposed = match records {
                    Records::Authors => authors.propose(*kind, &mut random),
                    Records::Books => books.propose(*kind, &mut random),
                };
                let Some((query, right)) = proposed else {
                    continue;
                };
                let is_new = |search: &Search| search.query != query || search.records != *records;
                if searches.iter().all(is_new) {
                    searches.push(Search {
                        kind: *kind,
                        records: *records,
                        query,
                        right,
                    });
                }
            }
        }
        searches
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{COMMONEST, Size};

    #[test]
    fn a_small_catalog_has_two_hundred_of_every_kind_that_is_planned() {
        let catalog = Catalog::generate(Size::of_authors(1_000), 1);
        let searches = catalog.searches(1);
        for (records, kind, wanted) in PLAN {
            let found = searches
                .iter()
                .filter(|search| search.records == *records && search.kind == *kind);
            assert_eq!(found.count(), *wanted, "{records:?} {kind}");
        }
        assert_eq!(searches.len(), 200);
        assert_eq!(searches, catalog.searches(1));
        for search in &searches {
            assert!(!search.right.is_empty(), "{search:?}");
            let there = match search.records {
                Records::Authors => catalog.authors.len(),
                Records::Books => catalog.books.len(),
            };
            assert!(search.right.iter().all(|right| *right < there));
        }
        let commonest = searches
            .iter()
            .find(|search| search.kind == Kind::Commonest);
        assert!(commonest.is_some_and(|search| search.right.len() == 6));
        let exact = searches.iter().filter(|search| search.kind == Kind::Exact);
        for search in exact.filter(|search| search.records == Records::Authors) {
            assert_ne!(search.query, COMMONEST);
            let right = search.right.first().map(|right| &catalog.authors[*right]);
            let called = |author: &crate::Author| {
                author.name == search.query || author.aliases.contains(&search.query)
            };
            assert!(right.is_some_and(called), "{search:?}");
        }
    }
}
