//! Making authors.

use std::collections::BTreeMap;

use fastrand::Rng;
use serde::Serialize;

use crate::{
    cultures::{self, Culture},
    names::Names,
};

/// The name that more authors bear than any other: six in a thousand.
pub const COMMONEST: &str = "John Smith";
const COMMONEST_IN_A_THOUSAND: usize = 6;

/// Authors for each name of a house that several of them write under.
const AUTHORS_PER_HOUSE_NAME: usize = 500;

/// An author; serialized, the body of a request that creates it.
#[derive(Debug, Clone, Serialize)]
pub struct Author {
    /// The name.
    pub name: String,
    /// EDTF: a year, a month or a day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birth_date: Option<String>,
    /// EDTF, a year.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub death_date: Option<String>,
    /// As `Colombian`.
    pub nationality: &'static str,
    /// A sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub biography: Option<String>,
    /// Pseudonyms, and the name in Latin letters.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// By scheme.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub identifiers: BTreeMap<&'static str, String>,
    /// Its place in the list of cultures.
    #[serde(skip)]
    pub(crate) culture: usize,
}

/// Makes one author after the other.
pub(crate) struct Authors {
    names: Vec<Names>,
    house_names: Vec<String>,
}

impl Authors {
    /// For a catalog of so many authors.
    pub(crate) fn new(count: usize, random: &mut Rng) -> Self {
        let names: Vec<Names> = cultures::all()
            .map(|culture| Names::new(culture, random))
            .collect();
        let mut own = Self {
            names,
            house_names: Vec::new(),
        };
        let houses = count.div_ceil(AUTHORS_PER_HOUSE_NAME);
        own.house_names = (0..houses).map(|_| own.pen_name(0, random)).collect();
        own
    }

    /// The names of each culture.
    pub(crate) fn names(&self) -> &[Names] {
        &self.names
    }

    /// The author with this number.
    pub(crate) fn next(&self, number: usize, random: &mut Rng) -> Author {
        let due = |number: usize| number * COMMONEST_IN_A_THOUSAND / 1_000;
        if due(number + 1) > due(number) {
            return self.dressed(COMMONEST.to_owned(), None, 0, number, random);
        }
        let culture = self.culture(random);
        let Some(names) = self.names.get(culture) else {
            return self.dressed(format!("Author {number}"), None, culture, number, random);
        };
        let name = names.person(random);
        // Nobody else bears the commonest.
        let native = match name.native == COMMONEST {
            true => "Mary Smith".to_owned(),
            false => name.native,
        };
        self.dressed(native, name.latin, culture, number, random)
    }

    /// A culture, each as often as its share says.
    fn culture(&self, random: &mut Rng) -> usize {
        let mut point = random.u32(..100);
        for (at, names) in self.names.iter().enumerate() {
            match point.checked_sub(names.culture().share) {
                Some(rest) => point = rest,
                None => return at,
            }
        }
        0
    }

    fn dressed(
        &self,
        name: String,
        latin: Option<String>,
        culture: usize,
        number: usize,
        random: &mut Rng,
    ) -> Author {
        let own = self.names.get(culture).map(Names::culture);
        let born = 1800 + random.u32(..190);
        Author {
            birth_date: birth_date(born, random),
            death_date: (born < 1930 && random.bool())
                .then(|| (born + 25 + random.u32(..60)).to_string()),
            nationality: own.map_or("", |own| own.nationality),
            biography: own
                .filter(|_| random.u8(..5) == 0)
                .map(|own| biography(own, born)),
            aliases: self.aliases(&name, latin, culture, random),
            identifiers: identifiers(number, random),
            name,
            culture,
        }
    }

    /// Seven in ten of those in another script are known in Latin letters; one in eight writes under
    /// other names, and one in a hundred under that of a house.
    fn aliases(
        &self,
        name: &str,
        latin: Option<String>,
        culture: usize,
        random: &mut Rng,
    ) -> Vec<String> {
        let mut aliases = Vec::new();
        aliases.extend(latin.filter(|_| random.u8(..10) < 7));
        if random.u8(..8) == 0 {
            for _ in 0..=random.usize(..3) {
                aliases.push(self.pen_name(culture, random));
            }
        }
        if random.u8(..100) == 0 {
            aliases.extend(random.choice(&self.house_names).cloned());
        }
        aliases.sort();
        aliases.dedup();
        aliases.retain(|alias| alias != name);
        aliases
    }

    fn pen_name(&self, culture: usize, random: &mut Rng) -> String {
        let name = self
            .names
            .get(culture)
            .map(|names| names.person(random).native);
        name.filter(|name| name != COMMONEST)
            .unwrap_or_else(|| "Ellery Vane".to_owned())
    }
}

fn birth_date(year: u32, random: &mut Rng) -> Option<String> {
    match random.u8(..10) {
        0 | 1 => None,
        2 | 3 => Some(format!("{year}")),
        4 => Some(format!("{year}-{:02}", random.u8(1..=12))),
        _ => Some(format!(
            "{year}-{:02}-{:02}",
            random.u8(1..=12),
            random.u8(1..=28)
        )),
    }
}

fn biography(culture: &Culture, born: u32) -> String {
    format!(
        "{} author, born in {born}; wrote novels, letters and a diary that was found much later.",
        culture.nationality
    )
}

/// No two authors share one.
fn identifiers(number: usize, random: &mut Rng) -> BTreeMap<&'static str, String> {
    let mut identifiers = BTreeMap::new();
    let number = number as u64 + 1;
    if random.u8(..3) == 0 {
        identifiers.insert("viaf", (10_000_019 + number * 97).to_string());
    }
    if random.u8(..4) == 0 {
        identifiers.insert("openlibrary", format!("OL{}A", 3_000_000 + number * 13));
    }
    if random.u8(..5) == 0 {
        identifiers.insert("wikidata", format!("Q{}", 40_000_000 + number * 31));
    }
    identifiers
}
