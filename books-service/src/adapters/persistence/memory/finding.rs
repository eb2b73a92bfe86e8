//! Search in memory: what the databases must answer too.

use std::collections::BTreeMap;

use ::values::Scheme;
use search::{Order, Place, PlaceKey, find, sort_key};
use shared_events::BookId;

use super::State;
use crate::domain::{BY_TITLE, BY_YEAR, Book, CachedAuthor, UNKNOWN_YEAR, WantedBooks, claims};

impl State {
    /// The live books that are wanted, each with what it is ordered by.
    pub(super) fn wanted(&self, wanted: &WantedBooks) -> Vec<Place> {
        let passing = self.books.values().filter(|book| self.passes(book, wanted));
        let books: BTreeMap<i64, &Book> = passing
            .map(|book| (book.state.book_id.get(), book))
            .collect();
        let found = wanted.query.as_ref().map(|query| {
            let asked = claims(query);
            let is_asked_for = |book: &Book| book.claims().iter().any(|c| asked.contains(c));
            let named = books.iter().filter(|(_, book)| is_asked_for(book));
            let named: Vec<i64> = named.map(|(id, _)| *id).collect();
            let document =
                |(id, book): (&i64, &&Book)| (*id, book.document(self.visible(book.state.book_id)));
            find(query, &named, &books.iter().map(document).collect())
        });
        let place = |(id, book): (&i64, &&Book)| {
            let rank = match &found {
                Some(found) => Some(*found.get(id)?),
                None => None,
            };
            let key = match wanted.order {
                Order::Relevance => rank.map_or(PlaceKey::Id, |rank| PlaceKey::Rank(rank.number())),
                Order::Id { .. } => PlaceKey::Id,
                Order::Text { column, .. } => {
                    debug_assert_eq!(column, BY_TITLE);
                    PlaceKey::Text(sort_key(&book.state.title))
                }
                Order::Number { column, .. } if column == BY_YEAR => PlaceKey::Number(year(book)),
                Order::Number { .. } => PlaceKey::Number(book.state.updated_at.timestamp_micros()),
            };
            Some(Place { key, id: *id })
        };
        books.iter().filter_map(place).collect()
    }

    fn visible(&self, book_id: BookId) -> impl Iterator<Item = &CachedAuthor> {
        let links = self.links.iter();
        let present = links
            .filter(move |(key, register)| key.book_id == book_id && register.presence.present);
        let authors = present.filter_map(|(key, _)| self.authors.get(&key.author_id));
        authors.filter(|author| !author.deleted)
    }

    fn passes(&self, book: &Book, wanted: &WantedBooks) -> bool {
        let (state, filter, traits) = (&book.state, &wanted.filter, &wanted.traits);
        let same = |wanted: &Option<String>, text: Option<&String>| {
            let text = text.map(|text| sort_key(text)).unwrap_or_default();
            wanted.as_ref().is_none_or(|wanted| *wanted == text)
        };
        let has_subject = |wanted: &String| state.subjects.iter().any(|s| sort_key(s) == *wanted);
        let has_author = |id| {
            let mut authors = self.visible(state.book_id);
            authors.any(|author| author.state.author_id == id)
        };
        let in_years = year(book) >= traits.year_from.unwrap_or(i64::MIN)
            && traits
                .year_to
                .is_none_or(|to| (UNKNOWN_YEAR + 1..=to).contains(&year(book)));
        !book.deleted
            && (filter.isbn.is_none() || filter.isbn == state.isbn)
            && filter
                .identifier
                .as_ref()
                .is_none_or(|(scheme, value)| state.identifiers.get(scheme.as_str()) == Some(value))
            && (traits.language.is_none() || traits.language == state.language)
            && same(&traits.publisher, state.publisher.as_ref())
            && traits.subject.as_ref().is_none_or(has_subject)
            && in_years
            && traits.author_id.is_none_or(has_author)
            && !(traits.without_isbn && state.isbn.is_some())
            && !(traits.without_authors && self.visible(state.book_id).next().is_some())
            && traits
                .updated_since
                .is_none_or(|time| time <= state.updated_at)
    }
}

fn year(book: &Book) -> i64 {
    book.state.publication_year.map_or(UNKNOWN_YEAR, i64::from)
}
