//! Searches for authors.

use fastrand::Rng;

use super::{
    Kind, MOST_RIVALS,
    index::{Index, Meets},
};
use crate::{
    Author, COMMONEST, Catalog, cultures,
    letters::{slipped, without_accents, words},
};

/// Proposes searches.
pub(super) struct AuthorSearches<'a> {
    authors: &'a [Author],
    index: Index,
    languages: Vec<&'static str>,
}

/// What has no spaces between its words.
pub(super) const WITHOUT_SPACES: [&str; 3] = ["ja", "zh", "ko"];

impl<'a> AuthorSearches<'a> {
    /// In this catalog.
    pub(super) fn new(catalog: &'a Catalog) -> Self {
        let mut index = Index::default();
        for (at, author) in catalog.authors.iter().enumerate() {
            for phrase in std::iter::once(&author.name).chain(&author.aliases) {
                index.add_phrase(at, phrase);
            }
        }
        Self {
            authors: &catalog.authors,
            index,
            languages: cultures::all().map(|culture| culture.language).collect(),
        }
    }

    /// A query and who is right. `None` if the author that chance chose is of no use for it.
    pub(super) fn propose(&self, kind: Kind, random: &mut Rng) -> Option<(String, Vec<usize>)> {
        if kind == Kind::Commonest {
            return Some((COMMONEST.to_owned(), self.index.called(COMMONEST)));
        }
        let at = random.usize(..self.authors.len());
        let author = self.authors.get(at)?;
        if author.name == COMMONEST {
            return None;
        }
        let language = *self.languages.get(author.culture)?;
        let name = &author.name;
        let right = self.index.called(name);
        let latin = is_latin(name);
        match kind {
            Kind::Exact => Some((name.clone(), right)).filter(|_| latin),
            Kind::OtherCase if random.bool() => {
                Some((name.to_lowercase(), right)).filter(|_| latin)
            }
            Kind::OtherCase => Some((name.to_uppercase(), right)).filter(|_| latin),
            Kind::NoAccents => {
                let plain = without_accents(name);
                (latin && plain != *name).then_some((plain, right))
            }
            Kind::Reordered => {
                let (given, family) = name.rsplit_once(' ')?;
                let query = format!("{family}, {given}");
                self.unmistakable(query, right, Meets::Same)
            }
            Kind::Beginning => {
                let (rest, last) = name.rsplit_once(' ')?;
                let query = format!("{rest} {}", beginning(last, random)?);
                self.unmistakable(query, right, Meets::Beginning)
            }
            Kind::Alias => {
                let alias = random.choice(&author.aliases)?.clone();
                let right = self.index.called(&alias);
                Some((alias, right))
            }
            Kind::NoHyphens => {
                let query = match random.bool() {
                    true => name.replace('-', " ").replace('\'', ""),
                    false => name.replace(['-', '\''], ""),
                };
                (query != *name).then_some((query, right))
            }
            Kind::Script => (!latin).then(|| (name.clone(), right)),
            Kind::Part => {
                let part = WITHOUT_SPACES
                    .contains(&language)
                    .then(|| part(name, random))??;
                let rivals = self.index.holding(&part);
                is_unmistakable(rivals, &right).then_some((part, right))
            }
            Kind::NoSpaces => {
                let query = name.replace(' ', "");
                (language == "ja" && query != *name).then_some((query, right))
            }
            Kind::Missing | Kind::Extra | Kind::Wrong | Kind::Swapped => {
                let query = misspelt(name, kind, random)?;
                self.unmistakable(query, right, Meets::Nearly)
            }
            Kind::Identifier => {
                let identifiers = Vec::from_iter(&author.identifiers);
                let (scheme, value) = random.choice(identifiers)?;
                let query = match random.bool() {
                    true => format!("{scheme}:{value}"),
                    false => value.clone(),
                };
                Some((query, vec![at]))
            }
            // These are for books.
            Kind::Commonest
            | Kind::IsbnHyphens
            | Kind::IsbnTen
            | Kind::TitleAndAuthor
            | Kind::Subtitle => None,
        }
    }

    fn unmistakable(
        &self,
        query: String,
        right: Vec<usize>,
        meets: Meets,
    ) -> Option<(String, Vec<usize>)> {
        is_unmistakable(self.index.met(&query, meets), &right).then_some((query, right))
    }
}

/// Whether hardly anything else can be meant.
pub(super) fn is_unmistakable(rivals: impl IntoIterator<Item = usize>, right: &[usize]) -> bool {
    let wrong = rivals.into_iter().filter(|rival| !right.contains(rival));
    wrong.take(MOST_RIVALS + 1).count() <= MOST_RIVALS
}

/// Whether it is in Latin letters.
pub(super) fn is_latin(text: &str) -> bool {
    let plain = without_accents(text);
    plain.chars().any(|letter| letter.is_ascii_alphabetic())
        && plain
            .chars()
            .all(|letter| letter.is_ascii() || letter == '–')
}

/// Three letters or more of a word, and not all of it.
pub(super) fn beginning(word: &str, random: &mut Rng) -> Option<String> {
    let letters = word.chars().count();
    let kept = (letters > 4).then(|| random.usize(3..letters))?;
    Some(word.chars().take(kept).collect())
}

/// Two characters or more from one side of a gap.
pub(super) fn part(text: &str, random: &mut Rng) -> Option<String> {
    let letters: Vec<char> = text.chars().collect();
    let from = random.usize(..letters.len());
    let to = random.usize(from..=letters.len());
    let part = letters.get(from..to)?;
    let whole = part.len() < 2 || part.len() == letters.len() || part.contains(&' ');
    (!whole).then(|| part.iter().collect())
}

/// With a slip in one of its words.
pub(super) fn misspelt(text: &str, kind: Kind, random: &mut Rng) -> Option<String> {
    let mut typed: Vec<String> = text.split(' ').map(str::to_owned).collect();
    // Of a script that is written with letters, each a character.
    let is_plain = |word: &str| word.chars().all(char::is_alphabetic) && words(word).len() == 1;
    let at = random.usize(..typed.len());
    let word = typed.get_mut(at).filter(|word| is_plain(word))?;
    *word = slipped(word, kind.slip()?, random)?;
    Some(typed.join(" "))
}
