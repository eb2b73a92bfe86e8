//! The languages that the catalog is written in: how people are called there, and books.
//!
//! A word of another script stands with its Latin form behind `=`. Words stand from the commonest to
//! the rarest.

mod latin;
mod scripts;

/// Where an author comes from.
#[derive(Debug)]
pub(crate) struct Culture {
    /// As authors bear it.
    pub(crate) nationality: &'static str,
    /// Of its books, BCP 47.
    pub(crate) language: &'static str,
    /// How many in a hundred authors.
    pub(crate) share: u32,
    pub(crate) given: &'static str,
    /// Family names as they are.
    pub(crate) family: &'static str,
    /// Family names made of two parts: each of these with each of [`Self::ends`].
    pub(crate) stems: &'static str,
    pub(crate) ends: &'static str,
    pub(crate) order: Order,
    /// What stands between two names, or two words of a title.
    pub(crate) gap: &'static str,
    pub(crate) adjectives: &'static str,
    pub(crate) nouns: &'static str,
    /// Titles: `{a}` is an adjective, `{n}` a noun, `{m}` another noun, `{p}` a family name.
    pub(crate) titles: &'static [&'static str],
}

/// Which name is said first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// The one that parents choose.
    GivenFirst,
    /// The one that families share.
    FamilyFirst,
}

/// All of them.
pub(crate) fn all() -> impl Iterator<Item = &'static Culture> {
    latin::CULTURES.iter().chain(scripts::CULTURES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shares_are_a_hundred() {
        assert_eq!(all().map(|culture| culture.share).sum::<u32>(), 100);
    }

    #[test]
    fn every_list_has_words_and_every_title_has_its_parts() {
        for culture in all() {
            let name = culture.nationality;
            for words in [culture.given, culture.nouns, culture.adjectives] {
                assert!(words.split_whitespace().count() >= 8, "{name}");
            }
            assert!(!culture.titles.is_empty(), "{name}");
            for title in culture.titles {
                let left = ["{a}", "{n}", "{m}", "{p}"]
                    .iter()
                    .fold((*title).to_owned(), |text, part| text.replace(part, ""));
                assert!(!left.contains(['{', '}']), "{name}: {title}");
            }
        }
    }

    #[test]
    fn names_of_another_script_have_a_latin_form() {
        for culture in scripts::CULTURES {
            for words in [culture.given, culture.family, culture.stems, culture.ends] {
                for word in words.split_whitespace() {
                    let latin = word.split_once('=').map(|(_, latin)| latin);
                    assert!(
                        latin.is_some_and(|latin| latin.is_ascii()),
                        "{}: {word}",
                        culture.nationality
                    );
                }
            }
        }
    }
}
