//! A catalog of any size.

use fastrand::Rng;

use crate::{
    authors::{Author, Authors},
    books::{Book, Books},
};

/// How large a catalog is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Authors.
    pub authors: usize,
    /// Books.
    pub books: usize,
}

/// Authors and books, as a library of the world would hold them.
#[derive(Debug, Clone)]
pub struct Catalog {
    /// The authors.
    pub authors: Vec<Author>,
    /// The books, each with the places of its authors.
    pub books: Vec<Book>,
}

impl Size {
    /// Three books for each author.
    pub const fn of_authors(authors: usize) -> Self {
        Self {
            authors,
            books: authors * 3,
        }
    }
}

impl Catalog {
    /// The catalog of this size and seed: always the same.
    pub fn generate(size: Size, seed: u64) -> Self {
        let mut random = Rng::with_seed(seed);
        let making = Authors::new(size.authors, &mut random);
        let authors: Vec<Author> = (0..size.authors)
            .map(|number| making.next(number, &mut random))
            .collect();
        let books = Books::new(&authors, making.names());
        let books = (0..size.books)
            .map(|number| books.next(number, &mut random))
            .collect();
        Self { authors, books }
    }

    /// The books of each author, by their places.
    pub fn books_of_authors(&self) -> Vec<Vec<usize>> {
        let mut books = vec![Vec::new(); self.authors.len()];
        for (at, book) in self.books.iter().enumerate() {
            for author in &book.authors {
                if let Some(books) = books.get_mut(*author) {
                    books.push(at);
                }
            }
        }
        books
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;
    use crate::authors::COMMONEST;

    fn catalog() -> Catalog {
        Catalog::generate(Size::of_authors(5_000), 1)
    }

    #[test]
    fn a_seed_always_makes_the_same_catalog() {
        let text = |seed| {
            let catalog = Catalog::generate(Size::of_authors(200), seed);
            let authors = serde_json::to_string(&catalog.authors).unwrap();
            authors + &serde_json::to_string(&catalog.books).unwrap()
        };
        assert_eq!(text(7), text(7));
        assert_ne!(text(7), text(8));
    }

    #[test]
    fn six_in_a_thousand_are_the_commonest_and_names_grow_rarer() {
        let mut bearers: BTreeMap<String, u32> = BTreeMap::new();
        for author in catalog().authors {
            assert!(!author.aliases.contains(&COMMONEST.to_owned()));
            *bearers.entry(author.name).or_default() += 1;
        }
        assert_eq!(bearers[COMMONEST], 30);
        let once = bearers.values().filter(|count| **count == 1).count();
        let often = bearers.values().filter(|count| **count >= 5).count();
        assert!(once > 2_000 && often > 20, "{once} {often}");
        assert!(
            bearers
                .iter()
                .all(|(name, count)| *count <= 30 || name == COMMONEST)
        );
    }

    #[test]
    fn every_script_is_there() {
        let text: String = catalog()
            .authors
            .iter()
            .map(|author| author.name.as_str())
            .collect();
        for (script, letters) in [
            ("Cyrillic", 'а'..='я'),
            ("Greek", 'α'..='ω'),
            ("Arabic", 'ا'..='ي'),
            ("Hebrew", 'א'..='ת'),
            ("Devanagari", 'अ'..='ह'),
            ("Thai", 'ก'..='ฮ'),
            ("Hangul", '가'..='힣'),
            ("kana", 'ぁ'..='ん'),
            ("ideographs", '一'..='龥'),
            ("Georgian", 'ა'..='ჰ'),
            ("Armenian", 'ա'..='ֆ'),
        ] {
            assert!(
                text.contains(|letter| letters.contains(&letter)),
                "{script}"
            );
        }
    }

    #[test]
    fn some_pseudonyms_are_shared_and_some_books_have_twenty_authors() {
        let catalog = catalog();
        let mut aliases: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for author in &catalog.authors {
            for alias in &author.aliases {
                aliases.entry(alias).or_default().insert(author.nationality);
            }
        }
        // A house takes authors from anywhere.
        assert!(aliases.values().any(|countries| countries.len() > 3));
        let of = |count| {
            catalog
                .books
                .iter()
                .filter(|book| book.authors.len() == count)
                .count()
        };
        assert!(of(20) > 10 && of(1) > of(2) && of(2) > of(3) && of(3) > of(20));
        assert_eq!(of(0), 0);
    }

    #[test]
    fn isbns_and_identifiers_are_each_of_one_book() {
        let mut seen = BTreeSet::new();
        for book in catalog().books {
            for one in book.isbn.into_iter().chain(book.identifiers.into_values()) {
                assert!(seen.insert(one.clone()), "{one}");
            }
        }
    }

    #[test]
    fn links_are_the_same_from_both_ends() {
        let catalog = catalog();
        let of_authors = catalog.books_of_authors();
        let there: usize = of_authors.iter().map(Vec::len).sum();
        let here: usize = catalog.books.iter().map(|book| book.authors.len()).sum();
        assert_eq!(there, here);
        let first = catalog.books[0].authors[0];
        assert!(of_authors[first].contains(&0));
    }
}
