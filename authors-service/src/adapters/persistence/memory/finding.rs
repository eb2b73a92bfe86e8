//! Search in memory: what the databases must answer too.

use std::collections::BTreeMap;

use search::{Order, Place, PlaceKey, find, sort_key};

use super::State;
use crate::domain::{Author, BY_NAME, WantedAuthors, identifiers};
use ::values::Scheme;

impl State {
    /// The live authors that are wanted, each with what it is ordered by.
    pub(super) fn wanted(&self, wanted: &WantedAuthors) -> Vec<Place> {
        let passing = self
            .authors
            .values()
            .filter(|author| passes(author, wanted));
        let authors: BTreeMap<i64, &Author> = passing
            .map(|author| (author.state.author_id.get(), author))
            .collect();
        let found = wanted.query.as_ref().map(|query| {
            let asked = identifiers(query);
            let is_asked_for = |author: &Author| {
                let held = &author.state.identifiers;
                asked
                    .iter()
                    .any(|(scheme, value)| held.get(scheme.as_str()) == Some(value))
            };
            let named = authors.iter().filter(|(_, author)| is_asked_for(author));
            let named: Vec<i64> = named.map(|(id, _)| *id).collect();
            let documents = authors.iter();
            let documents = documents.map(|(id, author)| (*id, author.document()));
            find(query, &named, &documents.collect())
        });
        let place = |(id, author): (&i64, &&Author)| {
            let rank = match &found {
                Some(found) => Some(*found.get(id)?),
                None => None,
            };
            let key = match wanted.order {
                Order::Relevance => rank.map_or(PlaceKey::Id, |rank| PlaceKey::Rank(rank.number())),
                Order::Id { .. } => PlaceKey::Id,
                Order::Text { column, .. } => {
                    debug_assert_eq!(column, BY_NAME);
                    PlaceKey::Text(sort_key(&author.state.name))
                }
                Order::Number { .. } => {
                    PlaceKey::Number(author.state.updated_at.timestamp_micros())
                }
            };
            Some(Place { key, id: *id })
        };
        authors.iter().filter_map(place).collect()
    }
}

fn passes(author: &Author, wanted: &WantedAuthors) -> bool {
    let (state, filter) = (&author.state, &wanted.filter);
    let nationality = state
        .nationality
        .as_deref()
        .map(sort_key)
        .unwrap_or_default();
    !author.deleted
        && filter.name.as_ref().is_none_or(|name| *name == state.name)
        && filter
            .identifier
            .as_ref()
            .is_none_or(|(scheme, value)| state.identifiers.get(scheme.as_str()) == Some(value))
        && wanted
            .nationality
            .as_ref()
            .is_none_or(|n| *n == nationality)
        && wanted
            .updated_since
            .is_none_or(|time| time <= state.updated_at)
}
