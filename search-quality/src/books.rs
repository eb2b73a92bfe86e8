//! Making books.

use std::collections::{BTreeMap, BTreeSet};

use fastrand::Rng;
use serde::Serialize;

use crate::{authors::Author, cultures::Culture, isbn, names::Names, zipf::Zipf};

/// How steeply common words outnumber rare ones.
const STEEPNESS: f64 = 0.7;
/// How steeply the most prolific authors outnumber others: of a hundred thousand, the first wrote a
/// few hundred books.
const PROLIFIC: f64 = 0.5;
/// So many made a book that many made.
const MANY: usize = 20;

const PUBLISHERS: &str = "Harbor|Nightjar Press|Two Rivers|Éditions du Phare|Verlag am Markt|Casa del Sur|\
    Polar Star|Lantern House|Meridian Books|Quarry Lane|Kestrel & Sons|Zweig|Blue Door|Old Mill|Third Floor";
const SUBJECTS: &str = "Fiction|History|Poetry|Travel|Biography|Short stories|Crime|Family|War|Sea|Childhood|\
    Letters|Philosophy|Cooking|Nature|Science|Music|Painting|Ghosts|Mathematics|Islands|Railways|Bees";

/// A book; serialized, the body of a request that creates it.
#[derive(Debug, Clone, Serialize)]
pub struct Book {
    /// The title.
    pub title: String,
    /// The subtitle, or its place in a series.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subtitle: Option<String>,
    /// 13 digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub isbn: Option<String>,
    /// The year it came out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publication_year: Option<u32>,
    /// BCP 47.
    pub language: &'static str,
    /// The publisher.
    pub publisher: &'static str,
    /// Pages.
    pub page_count: u32,
    /// What it is about.
    pub subjects: Vec<&'static str>,
    /// By scheme.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub identifiers: BTreeMap<&'static str, String>,
    /// Places of its authors in the catalog.
    #[serde(skip)]
    pub authors: Vec<usize>,
}

/// Makes one book after the other.
pub(crate) struct Books<'a> {
    authors: &'a [Author],
    names: &'a [Names],
    words: Vec<Words>,
    author_rank: Zipf,
    publishers: Chosen,
    subjects: Chosen,
}

/// A list, its first words much oftener than its last.
struct Chosen {
    words: Vec<&'static str>,
    rank: Zipf,
}

struct Words {
    culture: &'static Culture,
    adjectives: Chosen,
    nouns: Chosen,
}

impl<'a> Books<'a> {
    /// By these authors, who have the names of these cultures.
    pub(crate) fn new(authors: &'a [Author], names: &'a [Names]) -> Self {
        Self {
            authors,
            names,
            words: names
                .iter()
                .map(|names| Words::new(names.culture()))
                .collect(),
            author_rank: Zipf::new(authors.len(), PROLIFIC),
            publishers: Chosen::new(PUBLISHERS.split('|')),
            subjects: Chosen::new(SUBJECTS.split('|')),
        }
    }

    /// The book with this number.
    pub(crate) fn next(&self, number: usize, random: &mut Rng) -> Book {
        let authors = self.authors_of(random);
        let first = authors.first().and_then(|first| self.authors.get(*first));
        let culture = first.map_or(0, |author| author.culture);
        let (language, title) = match (self.words.get(culture), self.names.get(culture)) {
            (Some(words), Some(names)) => (words.culture.language, words.title(names, random)),
            _ => ("en", format!("Book {number}")),
        };
        let subtitle = self.words.get(culture).and_then(|words| {
            let part = random.u32(1..=9);
            match random.u8(..12) {
                0 => Some(format!("{}, {part}", words.nouns.word(random))),
                1 | 2 => Some(format!(
                    "{} – {}",
                    words.nouns.word(random),
                    words.nouns.word(random)
                )),
                _ => None,
            }
        });
        let mut subjects: Vec<_> = (0..random.usize(..4))
            .map(|_| self.subjects.word(random))
            .collect();
        subjects.sort_unstable();
        subjects.dedup();
        Book {
            title,
            subtitle,
            isbn: (random.u8(..10) < 8).then(|| isbn::of_number(number as u64)),
            publication_year: (random.u8(..20) > 0).then(|| random.u32(1850..=2026)),
            language,
            publisher: self.publishers.word(random),
            page_count: random.u32(40..900),
            subjects,
            identifiers: identifiers(number, random),
            authors,
        }
    }

    /// Mostly one, sometimes two or three, rarely more, and three in a thousand have twenty.
    fn authors_of(&self, random: &mut Rng) -> Vec<usize> {
        let count = match random.u16(..1_000) {
            0..3 => MANY,
            3..30 => random.usize(4..=6),
            30..100 => 3,
            100..280 => 2,
            _ => 1,
        };
        let mut authors = BTreeSet::new();
        // A few more tries than are needed: who is chosen twice still counts once.
        for _ in 0..count * 4 {
            if authors.len() < count.min(self.authors.len()) {
                authors.insert(self.author_rank.rank(random));
            }
        }
        authors.into_iter().collect()
    }
}

impl Words {
    fn new(culture: &'static Culture) -> Self {
        Self {
            culture,
            adjectives: Chosen::new(culture.adjectives.split_whitespace()),
            nouns: Chosen::new(culture.nouns.split_whitespace()),
        }
    }

    fn title(&self, names: &Names, random: &mut Rng) -> String {
        let pattern = random.choice(self.culture.titles).copied().unwrap_or("{n}");
        let title = pattern
            .replace("{a}", self.adjectives.word(random))
            .replace("{n}", self.nouns.word(random))
            .replace("{m}", self.nouns.word(random))
            .replace("{p}", &names.family(random).native);
        capitalized(&title)
    }
}

impl Chosen {
    fn new(words: impl Iterator<Item = &'static str>) -> Self {
        let words: Vec<_> = words.collect();
        Self {
            rank: Zipf::new(words.len(), STEEPNESS),
            words,
        }
    }

    fn word(&self, random: &mut Rng) -> &'static str {
        self.words
            .get(self.rank.rank(random))
            .copied()
            .unwrap_or_default()
    }
}

/// With a capital at its beginning, where there are capitals.
fn capitalized(title: &str) -> String {
    let mut letters = title.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    // Georgian has capitals, and never begins a word with one.
    match title.starts_with(|first| ('\u{10d0}'..='\u{10ff}').contains(&first)) {
        true => title.to_owned(),
        false => first.chain(letters).collect(),
    }
}

/// No two books share one.
fn identifiers(number: usize, random: &mut Rng) -> BTreeMap<&'static str, String> {
    let mut identifiers = BTreeMap::new();
    let number = number as u64 + 1;
    if random.u8(..3) == 0 {
        identifiers.insert("oclc", (20_000_003 + number * 89).to_string());
    }
    if random.u8(..4) == 0 {
        identifiers.insert("goodreads", (5_000_011 + number * 7).to_string());
    }
    if random.u8(..5) == 0 {
        identifiers.insert("openlibrary", format!("OL{}M", 7_000_000 + number * 11));
    }
    identifiers
}
