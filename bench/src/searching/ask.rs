//! Searches, and suggestions while somebody types.

use std::{
    cell::{Cell, RefCell},
    time::{Duration, Instant},
};

use futures_util::future::try_join_all;
use search_quality::{Catalog, FIRST, Ids, Records, Score};
use serde::Deserialize;

use super::Ports;
use crate::{
    failure::{Failure, Result},
    load::{Connection, write_get},
    statistics::Durations,
};

/// Suggestions that are shown.
const SUGGESTED: u32 = 10;
/// So many are asked for before anything counts.
const WARM_UP: usize = 100;
/// So many of the slowest are told.
const SLOWEST: usize = 8;

#[derive(Deserialize)]
struct Found {
    id: i64,
}

/// How long suggestions took.
#[derive(Debug)]
pub(crate) struct Suggestions {
    /// Each of them.
    pub(crate) durations: Durations,
    /// The slowest, in words.
    pub(crate) slowest: Vec<String>,
}

/// Connections to both services.
struct Client {
    authors: Connection,
    books: Connection,
    request: String,
}

/// Puts every search of the catalog once.
///
/// # Errors
/// If one is not answered with 2xx.
pub(crate) async fn found(ports: Ports, catalog: &Catalog, ids: &Ids, seed: u64) -> Result<Score> {
    // Before the connections are open: it takes longer than a service waits for a request.
    let searches = catalog.searches(seed);
    let mut client = Client::open(ports).await?;
    let mut score = Score::default();
    for search in searches {
        let answer = client.ask(search.records, &search.query, FIRST).await?;
        let found: Vec<Found> = serde_json::from_slice(answer)?;
        let answered: Vec<i64> = found.iter().map(|found| found.id).collect();
        score.note(&search, ids, &answered);
    }
    Ok(score)
}

/// Asks for suggestions at `typed`, so many at a time, each as soon as the one before is there.
///
/// # Errors
/// If one is not answered with 2xx.
pub(crate) async fn suggest(
    ports: Ports,
    typed: &[(Records, String)],
    at_a_time: usize,
) -> Result<Suggestions> {
    let mut client = Client::open(ports).await?;
    for (records, text) in typed.iter().take(WARM_UP) {
        client.ask(*records, text, SUGGESTED).await?;
    }
    let next = Cell::new(0);
    let took: RefCell<Vec<(Duration, usize)>> = RefCell::default();
    try_join_all((0..at_a_time).map(async |_| {
        let mut client = Client::open(ports).await?;
        while let Some((records, text)) = typed.get(next.get()) {
            let at = next.replace(next.get() + 1);
            let asked = Instant::now();
            client.ask(*records, text, SUGGESTED).await?;
            took.borrow_mut().push((asked.elapsed(), at));
        }
        Ok::<(), Failure>(())
    }))
    .await?;
    let mut took = took.into_inner();
    took.sort_unstable_by(|one, other| other.cmp(one));
    let slowest = took.iter().take(SLOWEST).filter_map(|(took, at)| {
        let (records, text) = typed.get(*at)?;
        let path = records.path();
        Some(format!(
            "{path} {text:?}: {:.1} ms",
            took.as_secs_f64() * 1e3
        ))
    });
    Ok(Suggestions {
        slowest: slowest.collect(),
        durations: took.iter().map(|(took, _)| *took).collect(),
    })
}

impl Client {
    async fn open(ports: Ports) -> Result<Self> {
        Ok(Self {
            authors: Connection::open(ports.authors).await?,
            books: Connection::open(ports.books).await?,
            request: String::new(),
        })
    }

    async fn ask(&mut self, records: Records, query: &str, limit: u32) -> Result<&[u8]> {
        let connection = match records {
            Records::Authors => &mut self.authors,
            Records::Books => &mut self.books,
        };
        self.request.clear();
        write_get(&mut self.request, records.search(query, limit));
        Ok(connection.exchange(&self.request).await?.body)
    }
}
