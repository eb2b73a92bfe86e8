//! What autocomplete is asked while somebody types.

use fastrand::Rng;

use crate::{Catalog, query::Records};

/// What the most records begin with.
const WORST: [(Records, &str); 4] = [
    (Records::Authors, "john smith"),
    (Records::Authors, "mary j"),
    (Records::Books, "the house"),
    (Records::Books, "john smith"),
];

/// Nobody waits longer for a suggestion.
const LONGEST: usize = 10;

impl Catalog {
    /// `count` beginnings of names and titles, typed letter by letter: first the worst, from their
    /// first letter on; then those that chance chooses, from their second on. What is common in the
    /// catalog is as common here.
    pub fn typed(&self, count: usize, seed: u64) -> Vec<(Records, String)> {
        let mut random = Rng::with_seed(seed);
        let mut typed = Vec::with_capacity(count + LONGEST);
        for (records, text) in WORST {
            typed.extend(beginnings(text, 1).map(|text| (records, text)));
        }
        // Hardly any name is so short that it has no beginning of two letters.
        for _ in 0..count {
            if typed.len() >= count {
                break;
            }
            let author = random.choice(&self.authors);
            let book = random.choice(&self.books);
            let (Some(author), Some(book)) = (author, book) else {
                break;
            };
            for (records, text) in [
                (Records::Authors, &author.name),
                (Records::Books, &book.title),
            ] {
                typed.extend(beginnings(&text.to_lowercase(), 2).map(|text| (records, text)));
            }
        }
        typed.truncate(count);
        typed
    }
}

fn beginnings(text: &str, from: usize) -> impl Iterator<Item = String> {
    let letters: Vec<char> = text.chars().take(LONGEST).collect();
    (from..=letters.len()).map(move |end| letters.iter().take(end).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Size;

    #[test]
    fn names_are_typed_letter_by_letter() {
        let letters: Vec<String> = beginnings("Gabriel García", 2).collect();
        assert_eq!(letters.first().map(String::as_str), Some("Ga"));
        assert_eq!(letters.last().map(String::as_str), Some("Gabriel Ga"));
        assert_eq!(letters.len(), 9);
    }

    #[test]
    fn as_many_are_typed_as_are_wanted_the_worst_first() {
        let catalog = Catalog::generate(Size::of_authors(100), 1);
        let typed = catalog.typed(500, 1);
        assert_eq!(typed.len(), 500);
        assert_eq!(typed[0], (Records::Authors, "j".to_owned()));
        assert_eq!(typed, catalog.typed(500, 1));
        let books = typed
            .iter()
            .filter(|(records, _)| *records == Records::Books);
        assert!((150..350).contains(&books.count()));
    }
}
