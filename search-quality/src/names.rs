//! Names as a culture gives them.

use fastrand::Rng;

use crate::{
    cultures::{Culture, Order},
    zipf::Zipf,
};

/// How steeply common names outnumber rare ones.
const STEEPNESS: f64 = 0.8;

/// A name, and how it is written in Latin letters if it is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Name {
    pub(crate) native: String,
    pub(crate) latin: Option<String>,
}

/// All names of a culture, from the commonest to the rarest.
pub(crate) struct Names {
    culture: &'static Culture,
    given: Vec<Name>,
    families: Vec<Name>,
    given_rank: Zipf,
    family_rank: Zipf,
}

impl Names {
    /// Those of `culture`; the order of families that are made of parts comes from `random`.
    pub(crate) fn new(culture: &'static Culture, random: &mut Rng) -> Self {
        let given = words(culture.given);
        let mut families = words(culture.family);
        let mut made = Vec::new();
        for stem in words(culture.stems) {
            made.extend(words(culture.ends).iter().map(|end| stem.before(end, "")));
        }
        random.shuffle(&mut made);
        families.extend(made);
        Self {
            culture,
            given_rank: Zipf::new(given.len(), STEEPNESS),
            family_rank: Zipf::new(families.len(), STEEPNESS),
            given,
            families,
        }
    }

    /// Where they are from.
    pub(crate) fn culture(&self) -> &'static Culture {
        self.culture
    }

    /// A person's name. One in four has a second given name.
    pub(crate) fn person(&self, random: &mut Rng) -> Name {
        let mut given = self.given(random);
        if self.culture.order == Order::GivenFirst && random.u8(..4) == 0 {
            let second = self.given(random);
            if second != given {
                given = given.before(&second, self.culture.gap);
            }
        }
        match self.culture.order {
            Order::GivenFirst => given.before(&self.family(random), self.culture.gap),
            Order::FamilyFirst => {
                let family = self.family(random);
                Name {
                    native: format!("{}{}{}", family.native, self.culture.gap, given.native),
                    // Latin letters never go without the gap.
                    latin: joined(family.latin.as_ref(), given.latin.as_ref(), " "),
                }
            }
        }
    }

    /// A family's name.
    pub(crate) fn family(&self, random: &mut Rng) -> Name {
        chosen(&self.families, &self.family_rank, random)
    }

    fn given(&self, random: &mut Rng) -> Name {
        chosen(&self.given, &self.given_rank, random)
    }
}

impl Name {
    fn before(&self, other: &Self, gap: &str) -> Self {
        Self {
            native: format!("{}{gap}{}", self.native, other.native),
            latin: joined(self.latin.as_ref(), other.latin.as_ref(), gap),
        }
    }
}

fn joined(first: Option<&String>, second: Option<&String>, gap: &str) -> Option<String> {
    Some(format!("{}{gap}{}", first?, second?))
}

fn chosen(names: &[Name], rank: &Zipf, random: &mut Rng) -> Name {
    let found = names.get(rank.rank(random)).cloned();
    found.unwrap_or(Name {
        native: String::new(),
        latin: None,
    })
}

/// `native` or `native=Latin`, apart by white space.
fn words(list: &str) -> Vec<Name> {
    let name = |word: &str| match word.split_once('=') {
        Some((native, latin)) => Name {
            native: native.to_owned(),
            latin: Some(latin.to_owned()),
        },
        None => Name {
            native: word.to_owned(),
            latin: None,
        },
    };
    list.split_whitespace().map(name).collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::cultures;

    fn names(nationality: &str) -> Names {
        let culture = cultures::all().find(|culture| culture.nationality == nationality);
        Names::new(culture.unwrap(), &mut Rng::with_seed(1))
    }

    #[test]
    fn families_come_first_where_they_do_and_latin_names_have_a_gap() {
        let names = names("Chinese");
        let mut random = Rng::with_seed(2);
        for _ in 0..100 {
            let name = names.person(&mut random);
            assert!(
                names
                    .families
                    .iter()
                    .any(|family| name.native.starts_with(&family.native))
            );
            assert!(!name.native.contains(' '), "{name:?}");
            assert!(name.latin.unwrap().contains(' '));
        }
    }

    #[test]
    fn families_are_made_of_two_parts_of_both_scripts() {
        let wolf = names("Russian").families;
        let wolf = wolf
            .iter()
            .find(|family| family.native == "Волков")
            .unwrap()
            .clone();
        assert_eq!(wolf.latin.as_deref(), Some("Volkov"));
    }

    #[test]
    fn a_latin_name_has_no_second_form() {
        let name = names("English").person(&mut Rng::with_seed(3));
        assert_eq!(name.latin, None);
    }
}
