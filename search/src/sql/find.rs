//! Finds records, page by page.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, DbErr};

use super::{
    index::{Conditions, Hit, Index, Source, Wanted, beginnings, read, whole_words},
    spellings::alternatives,
    statement::Sql,
};
use crate::{
    FEW, Place, PlaceKey, Query, Rank, Role,
    rank::{MOST_DIVISIONS, Stage},
};

/// So many rows are ranked of each kind of match. Those beyond follow all others, by id.
const WINDOW: usize = 500;
/// The greatest number that both databases take as a limit.
const MOST: u64 = i64::MAX.unsigned_abs();

/// What is to be found.
#[derive(Debug, Clone, Copy)]
pub struct Search<'a> {
    /// Where.
    pub index: &'a Index,
    /// What.
    pub query: &'a Query,
    /// The records that the query may name by a number.
    pub by_number: &'a [i64],
    /// What else they must fulfill.
    pub conditions: &'a Conditions,
}

/// The best matches.
struct Head {
    found: BTreeMap<i64, Rank>,
    /// Whether there may be more than were ranked.
    cut: bool,
}

impl Search<'_> {
    /// The best `limit` matches behind the place `after` and `skip` others.
    ///
    /// # Errors
    /// If the database can't be used.
    pub async fn best(
        &self,
        connection: &impl ConnectionTrait,
        after: Option<&Place>,
        skip: u64,
        limit: u64,
    ) -> Result<Vec<Place>, DbErr> {
        let floor = after.map(|place| match place.key {
            PlaceKey::Rank(rank) => (Rank::from_number(rank), place.id),
            _ => (Rank::from_number(u64::MAX), i64::MAX),
        });
        let wanted = usize::try_from(skip.saturating_add(limit)).unwrap_or(usize::MAX);
        let head = self.head(connection, floor, wanted).await?;
        let mut ranked: Vec<_> = head.found.iter().map(|(id, rank)| (*rank, *id)).collect();
        ranked.retain(|place| floor.is_none_or(|floor| *place > floor));
        ranked.sort_unstable();
        let passed = usize::try_from(skip)
            .unwrap_or(usize::MAX)
            .min(ranked.len());
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let place = |(rank, id): (Rank, i64)| Place {
            key: PlaceKey::Rank(rank.number()),
            id,
        };
        let places = ranked.drain(passed..).take(limit);
        let mut places: Vec<_> = places.map(place).collect();
        if places.len() < limit && head.cut {
            let from = match after {
                Some(Place {
                    key: PlaceKey::Rest,
                    id,
                }) => *id,
                _ => 0,
            };
            let skip = skip - passed as u64;
            let wanted = skip.saturating_add(limit as u64);
            let rest = self.rest(connection, &head, from, wanted).await?;
            let rest = rest.into_iter();
            let rest = rest.skip(usize::try_from(skip).unwrap_or(usize::MAX));
            let room = limit - places.len();
            places.extend(rest.take(room).map(|id| Place {
                key: PlaceKey::Rest,
                id,
            }));
        }
        Ok(places)
    }

    /// The matches, if they are few: then near misses are among them.
    pub(super) async fn few(
        &self,
        connection: &impl ConnectionTrait,
    ) -> Result<Option<Vec<i64>>, DbErr> {
        let backend = connection.get_database_backend();
        let sql = Sql::new(format!("SELECT r.id AS id FROM {} r", self.index.listing))
            .then(" WHERE r.id IN (")
            .and(&self.index.written(backend, self.query, self.by_number))
            .then(")")
            .and(self.conditions)
            .then(format!(" LIMIT {FEW}"));
        if sql.all(connection).await?.len() >= FEW {
            return Ok(None);
        }
        let head = self.head(connection, None, usize::MAX).await?;
        Ok(Some(head.found.into_keys().collect()))
    }

    async fn head(
        &self,
        connection: &impl ConnectionTrait,
        floor: Option<(Rank, i64)>,
        wanted: usize,
    ) -> Result<Head, DbErr> {
        let mut head = Head {
            found: BTreeMap::new(),
            cut: false,
        };
        self.number(connection, &mut head).await?;
        let (whole, beginnings) = (whole_words(self.query), beginnings(self.query));
        for stage in Stage::ALL {
            for (index, source) in self.index.sources.iter().enumerate() {
                let looked_for = match (stage, source.role) {
                    (Stage::Begins, Role::Name) => Wanted::Beginning(self.query.whole()),
                    (Stage::WholeWords, Role::Name) => Wanted::Words(&whole),
                    (Stage::Beginnings, Role::Name) | (Stage::InTheText, Role::Text) => {
                        Wanted::Words(&beginnings)
                    }
                    _ => continue,
                };
                let hits = self.hits(connection, source, &looked_for, None).await?;
                head.cut |= hits.len() == WINDOW;
                let least = stage.least(index);
                let rank = |hit: &Hit| {
                    let rank = Rank::of(self.query, index, source.role, &hit.text)?;
                    Some(rank.not_before(least))
                };
                head.take(hits, rank);
                let beyond = head.found.iter();
                let beyond =
                    beyond.filter(|(id, rank)| floor.is_none_or(|floor| (**rank, **id) > floor));
                if beyond.count() >= wanted {
                    return Ok(head);
                }
            }
        }
        if head.found.len() < FEW {
            self.near(connection, &mut head).await?;
        }
        Ok(head)
    }

    async fn number(
        &self,
        connection: &impl ConnectionTrait,
        head: &mut Head,
    ) -> Result<(), DbErr> {
        if self.by_number.is_empty() {
            return Ok(());
        }
        let backend = connection.get_database_backend();
        let listing = self.index.listing;
        let rows = Sql::new(format!("SELECT r.id AS id FROM {listing} r WHERE "))
            .is_one_of(backend, "r.id", self.by_number)
            .and(self.conditions)
            .all(connection)
            .await?;
        for row in rows {
            head.found.insert(row.try_get("", "id")?, Rank::BY_NUMBER);
        }
        Ok(())
    }

    /// Adds near misses, and matches of which one part is in one source and one in another.
    async fn near(&self, connection: &impl ConnectionTrait, head: &mut Head) -> Result<(), DbErr> {
        let written = head.found.clone();
        let any = alternatives(connection, self.query).await?;
        if any.iter().any(|any| any.len() > 1) {
            for source in self.index.sources {
                let wanted = Wanted::Words(&any);
                let hits = self.hits(connection, source, &wanted, None).await?;
                head.take(hits, |hit| Rank::near(self.query, &hit.text));
            }
        }
        let others = self.index.sources.iter().skip(1);
        let others = others.filter(|source| source.role == Role::Name);
        let texts = || self.index.sources.iter().filter(|s| s.role == Role::Text);
        for source in others {
            for text in texts() {
                for at in 1..any.len().min(MOST_DIVISIONS + 1) {
                    let (first, last) = any.split_at(at);
                    for part in [first, last] {
                        let wanted = Wanted::Words(part);
                        let hits = self.hits(connection, source, &wanted, Some(text)).await?;
                        head.take(hits, |hit| {
                            Rank::divided(self.query, &hit.text, hit.other.as_deref()?)
                        });
                    }
                }
            }
        }
        head.found.extend(written);
        Ok(())
    }

    async fn hits(
        &self,
        connection: &impl ConnectionTrait,
        source: &Source,
        wanted: &Wanted<'_>,
        beside: Option<&Source>,
    ) -> Result<Vec<Hit>, DbErr> {
        let listing = (self.index.listing, self.conditions);
        // What can't be found has no phrases; only what is joined must be looked at.
        let is_needed = !self.conditions.is_empty() || !source.joins.is_empty();
        let backend = connection.get_database_backend();
        let limit = if beside.is_some() { 2 * WINDOW } else { WINDOW };
        let sql = source.hits(backend, wanted, is_needed.then_some(listing), beside, limit);
        read(&sql, connection).await
    }

    /// The matches behind the id `from` that are none of the best, by id.
    async fn rest(
        &self,
        connection: &impl ConnectionTrait,
        head: &Head,
        from: i64,
        wanted: u64,
    ) -> Result<Vec<i64>, DbErr> {
        let backend = connection.get_database_backend();
        let limit = wanted.saturating_add(head.found.len() as u64).min(MOST);
        let sql = Sql::new(format!("SELECT r.id AS id FROM {} r", self.index.listing))
            .then(" WHERE r.id > ")
            .bind(from)
            .then(" AND r.id IN (")
            .and(&self.index.written(backend, self.query, self.by_number))
            .then(")")
            .and(self.conditions)
            .then(format!(" ORDER BY r.id LIMIT {limit}"));
        let rows = sql.all(connection).await?;
        let ids = rows.iter().map(|row| row.try_get("", "id"));
        let mut ids = ids.collect::<Result<Vec<i64>, _>>()?;
        ids.retain(|id| !head.found.contains_key(id));
        Ok(ids)
    }
}

impl Head {
    /// Takes what is better than what is there.
    fn take(&mut self, hits: Vec<Hit>, rank: impl Fn(&Hit) -> Option<Rank>) {
        for hit in hits {
            if let Some(rank) = rank(&hit) {
                let held = self.found.entry(hit.id).or_insert(rank);
                *held = rank.min(*held);
            }
        }
    }
}
