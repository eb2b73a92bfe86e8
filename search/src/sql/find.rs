//! Finds records, page by page.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, DbErr};

use super::{
    index::{Beside, Conditions, Hit, Index, Source, Wanted, beginnings, read, whole_words},
    spellings::alternatives,
    statement::{Sql, signed},
};
use crate::{FEW, Place, PlaceKey, Query, Rank, Role, rank::Stage};

/// So many rows are ranked of each kind of match. Those beyond follow all others, by id.
const WINDOW: usize = 500;

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
    /// What was looked for: for each piece of the query, what may stand for it.
    words: Vec<Vec<String>>,
}

/// The rank and id behind which a page begins.
type Floor = Option<(Rank, i64)>;

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
        let place = |(rank, id): (Rank, i64)| Place {
            key: PlaceKey::Rank(rank.number()),
            id,
        };
        let places = ranked.drain(passed..);
        let places = places.take(usize::try_from(limit).unwrap_or(usize::MAX));
        let mut places: Vec<_> = places.map(place).collect();
        let room = limit - places.len() as u64;
        if room > 0 && head.cut {
            let from = match after {
                Some(Place {
                    key: PlaceKey::Rest,
                    id,
                }) => *id,
                _ => 0,
            };
            let skip = skip - passed as u64;
            let rest = self.rest(connection, &head, from, skip, room).await?;
            places.extend(rest.into_iter().map(|id| Place {
                key: PlaceKey::Rest,
                id,
            }));
        }
        Ok(places)
    }

    /// The ids of all matches; near misses are among them if the others are few.
    pub(super) async fn matching(&self, connection: &impl ConnectionTrait) -> Result<Sql, DbErr> {
        let words = match self.is_few(connection).await? {
            true => alternatives(connection, self.query).await?,
            false => beginnings(self.query),
        };
        let backend = connection.get_database_backend();
        Ok(self.index.matching(backend, &words, self.by_number))
    }

    /// Whether few match as written.
    async fn is_few(&self, connection: &impl ConnectionTrait) -> Result<bool, DbErr> {
        let backend = connection.get_database_backend();
        let words = beginnings(self.query);
        let sql = Sql::new(format!("SELECT r.id AS id FROM {} r", self.index.listing))
            .then(" WHERE r.id IN (")
            .and(&self.index.matching(backend, &words, self.by_number))
            .then(")")
            .and(self.conditions)
            .then(format!(" LIMIT {FEW}"));
        Ok(sql.all(connection).await?.len() < FEW)
    }

    async fn head(
        &self,
        connection: &impl ConnectionTrait,
        floor: Floor,
        wanted: usize,
    ) -> Result<Head, DbErr> {
        let (whole, beginnings) = (whole_words(self.query), beginnings(self.query));
        let mut head = Head {
            found: BTreeMap::new(),
            cut: false,
            words: beginnings.clone(),
        };
        self.number(connection, &mut head).await?;
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
                let least = stage.least(index);
                head.take(&hits, |hit| {
                    let rank = Rank::of(self.query, index, source.role, &hit.text)?;
                    Some(rank.not_before(least))
                });
                if head.beyond(floor) >= wanted {
                    return Ok(head);
                }
            }
        }
        self.divided(connection, &mut head, Rank::divided).await?;
        if head.beyond(floor) >= wanted {
            return Ok(head);
        }
        // Of few records there may be many rows.
        if head.found.len() < FEW && (!head.cut || self.is_few(connection).await?) {
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

    /// Adds near misses.
    async fn near(&self, connection: &impl ConnectionTrait, head: &mut Head) -> Result<(), DbErr> {
        let words = alternatives(connection, self.query).await?;
        if words == head.words {
            return Ok(());
        }
        let written = head.found.clone();
        for source in self.index.sources {
            let wanted = Wanted::Words(&words);
            let hits = self.hits(connection, source, &wanted, None).await?;
            head.take(&hits, |hit| Rank::near(self.query, &hit.text));
        }
        head.words = words;
        self.divided(connection, head, Rank::near_divided).await?;
        head.found.extend(written);
        Ok(())
    }

    /// Adds matches of which one part is in one source and one in another.
    async fn divided(
        &self,
        connection: &impl ConnectionTrait,
        head: &mut Head,
        rank: impl Fn(&Query, &str, &str) -> Option<Rank>,
    ) -> Result<(), DbErr> {
        let words = head.words.clone();
        for (names, part, beside) in self.index.divided(&words) {
            let wanted = Wanted::Words(part);
            let hits = self.hits(connection, names, &wanted, Some(beside)).await?;
            head.take(&hits, |hit| {
                rank(self.query, &hit.text, hit.other.as_deref()?)
            });
        }
        Ok(())
    }

    async fn hits(
        &self,
        connection: &impl ConnectionTrait,
        source: &Source,
        wanted: &Wanted<'_>,
        beside: Option<Beside<'_>>,
    ) -> Result<Vec<Hit>, DbErr> {
        let listing = (self.index.listing, self.conditions);
        // What can't be found has no phrases; only what is joined must be looked at.
        let is_needed = !self.conditions.is_empty() || !source.joins.is_empty();
        let backend = connection.get_database_backend();
        let listing = is_needed.then_some(listing);
        let sql = source.hits(backend, wanted, listing, beside, WINDOW);
        read(&sql, connection).await
    }

    /// At most `limit` matches behind the id `from` and `skip` others that are none of the best, by
    /// id.
    async fn rest(
        &self,
        connection: &impl ConnectionTrait,
        head: &Head,
        from: i64,
        skip: u64,
        limit: u64,
    ) -> Result<Vec<i64>, DbErr> {
        let backend = connection.get_database_backend();
        let best: Vec<i64> = head.found.keys().copied().collect();
        Sql::new(format!("SELECT r.id AS id FROM {} r", self.index.listing))
            .then(" WHERE r.id > ")
            .bind(from)
            .then(" AND r.id IN (")
            .and(&self.index.matching(backend, &head.words, self.by_number))
            .then(")")
            .and_none_of(backend, "r.id", &best)
            .and(self.conditions)
            .then(" ORDER BY r.id LIMIT ")
            .bind(signed(limit))
            .then(" OFFSET ")
            .bind(signed(skip))
            .ids(connection)
            .await
    }
}

impl Head {
    /// Takes what is better than what is there.
    fn take(&mut self, hits: &[Hit], rank: impl Fn(&Hit) -> Option<Rank>) {
        self.cut |= hits.len() == WINDOW;
        for hit in hits {
            if let Some(rank) = rank(hit) {
                let held = self.found.entry(hit.id).or_insert(rank);
                *held = rank.min(*held);
            }
        }
    }

    /// How many are behind the place where a page begins.
    fn beyond(&self, floor: Floor) -> usize {
        let places = self.found.iter();
        let behind = |(id, rank): &(&i64, &Rank)| floor.is_none_or(|floor| (**rank, **id) > floor);
        places.filter(behind).count()
    }
}
