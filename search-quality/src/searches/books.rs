//! Searches for books.

use fastrand::Rng;

use super::{
    Kind,
    authors::{WITHOUT_SPACES, beginning, is_latin, is_unmistakable, misspelt, part},
    index::{Index, Meets},
};
use crate::{
    Book, Catalog, isbn,
    letters::{without_accents, words},
};

/// Proposes searches.
pub(super) struct BookSearches<'a> {
    catalog: &'a Catalog,
    index: Index,
}

impl<'a> BookSearches<'a> {
    /// In this catalog.
    pub(super) fn new(catalog: &'a Catalog) -> Self {
        let mut index = Index::default();
        for (at, book) in catalog.books.iter().enumerate() {
            index.add_phrase(at, &book.title);
            if let Some(subtitle) = &book.subtitle {
                index.add_phrase(at, &format!("{} {subtitle}", book.title));
            }
            for subject in &book.subjects {
                index.add_words(at, subject);
            }
            for name in author_names(catalog, book) {
                index.add_words(at, name);
            }
        }
        Self { catalog, index }
    }

    /// A query and which books are right. `None` if the book that chance chose is of no use for it.
    pub(super) fn propose(&self, kind: Kind, random: &mut Rng) -> Option<(String, Vec<usize>)> {
        let at = random.usize(..self.catalog.books.len());
        let book = self.catalog.books.get(at)?;
        let title = &book.title;
        let latin = is_latin(title);
        let right = || self.index.called(title);
        match kind {
            Kind::Exact => latin.then(|| (title.clone(), right())),
            Kind::OtherCase if random.bool() => latin.then(|| (title.to_lowercase(), right())),
            Kind::OtherCase => latin.then(|| (title.to_uppercase(), right())),
            Kind::NoAccents => {
                let plain = without_accents(title);
                (latin && plain != *title).then(|| (plain, right()))
            }
            Kind::Reordered => {
                let (first, rest) = title.split_once(' ')?;
                let query = format!("{rest}, {first}");
                let long = words(title).len() > 2;
                long.then(|| self.unmistakable(query, right(), Meets::Same))?
            }
            Kind::Beginning => {
                let (rest, last) = title.rsplit_once(' ')?;
                let query = format!("{rest} {}", beginning(last, random)?);
                self.unmistakable(query, right(), Meets::Beginning)
            }
            Kind::NoHyphens => {
                let query = title.replace('-', " ").replace('\'', "");
                (query != *title).then(|| (query, right()))
            }
            Kind::Script => (!latin).then(|| (title.clone(), right())),
            Kind::Part => {
                let no_spaces = WITHOUT_SPACES.contains(&book.language);
                let part = no_spaces.then(|| part(title, random))??;
                let right = right();
                is_unmistakable(self.index.holding(&part), &right).then_some((part, right))
            }
            Kind::Missing | Kind::Extra | Kind::Wrong | Kind::Swapped => {
                let author = author_names(self.catalog, book).next()?;
                let (_, family) = author.rsplit_once(' ')?;
                let query = format!("{} {family}", misspelt(title, kind, random)?);
                let right = self.titled(title, family);
                self.unmistakable(query, right, Meets::Nearly)
            }
            Kind::Identifier => {
                let identifiers = Vec::from_iter(&book.identifiers);
                let (scheme, value) = random.choice(identifiers)?;
                let query = match random.bool() {
                    true => format!("{scheme}:{value}"),
                    false => value.clone(),
                };
                Some((query, vec![at]))
            }
            Kind::IsbnHyphens => Some((isbn::hyphened(book.isbn.as_ref()?), vec![at])),
            Kind::IsbnTen => Some((isbn::as_ten(book.isbn.as_ref()?), vec![at])),
            Kind::TitleAndAuthor => {
                let author = author_names(self.catalog, book).next()?;
                Some((format!("{title} {author}"), self.titled(title, author)))
            }
            Kind::Subtitle => {
                let query = format!("{title}: {}", book.subtitle.as_ref()?);
                let right = self.index.called(&query);
                Some((query, right))
            }
            // These are for authors.
            Kind::Commonest | Kind::Alias | Kind::NoSpaces => None,
        }
    }

    /// The books of this title by somebody whose name has all these words.
    fn titled(&self, title: &str, name: &str) -> Vec<usize> {
        let by = |book: &Book| {
            author_names(self.catalog, book).any(|author| {
                let has = words(author);
                words(name).iter().all(|word| has.contains(word))
            })
        };
        let mut titled = self.index.called(title);
        titled.retain(|at| self.catalog.books.get(*at).is_some_and(by));
        titled
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

fn author_names<'a>(catalog: &'a Catalog, book: &'a Book) -> impl Iterator<Item = &'a str> {
    let authors = book
        .authors
        .iter()
        .filter_map(|at| catalog.authors.get(*at));
    authors.map(|author| author.name.as_str())
}
