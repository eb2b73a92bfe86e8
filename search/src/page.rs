//! A page of a list in memory.

use crate::{Order, Place, PlaceKey};

/// The `places` in `order`, behind the place `after` and `skip` others, at most `limit`.
pub fn page(
    mut places: Vec<Place>,
    order: Order,
    after: Option<&Place>,
    skip: u64,
    limit: u64,
) -> Vec<Place> {
    let descending = match order {
        Order::Id { descending }
        | Order::Text { descending, .. }
        | Order::Number { descending, .. } => descending,
        Order::Relevance => false,
    };
    places.sort_unstable_by(|a, b| {
        let ordering = sort_key(a).cmp(&sort_key(b));
        if descending {
            ordering.reverse()
        } else {
            ordering
        }
    });
    if let Some(after) = after {
        places.retain(|place| match descending {
            true => sort_key(place) < sort_key(after),
            false => sort_key(place) > sort_key(after),
        });
    }
    let skip = usize::try_from(skip).unwrap_or(usize::MAX);
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    places.into_iter().skip(skip).take(limit).collect()
}

fn sort_key(place: &Place) -> (u64, &str, i64, i64) {
    match &place.key {
        PlaceKey::Id => (0, "", 0, place.id),
        PlaceKey::Rank(rank) => (*rank, "", 0, place.id),
        PlaceKey::Rest => (u64::MAX, "", 0, place.id),
        PlaceKey::Text(text) => (0, text, 0, place.id),
        PlaceKey::Number(number) => (0, "", *number, place.id),
    }
}
