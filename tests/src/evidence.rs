//! What there is to judge by at the end of a run: both databases, both logs, and the copy of a
//! third party.

use sea_orm::DatabaseConnection;
use shared_events::{Event, EventType, RecordVersion};

use crate::{
    catalog_copy::CatalogCopy,
    held_rows,
    rows::{self, HeadRow, LoggedRow},
    side::Side,
    stack::Stack,
};

/// One side's database.
#[derive(Debug, Clone)]
pub struct Testimony {
    /// Whose it is.
    pub side: Side,
    /// The epoch of its log.
    pub epoch: i64,
    /// Its log, in order.
    pub log: Vec<Logged>,
    /// Its tables.
    pub tables: CatalogCopy,
    /// Messages that were given up or wait to be tried again.
    pub put_aside: u64,
}

/// An event in a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged {
    /// Its place.
    pub sequence: i64,
    /// What it is about.
    pub key: String,
    /// How new what it tells is.
    pub version: RecordVersion,
    /// The request that led to it.
    pub mark: String,
    /// What happened.
    pub event: Event,
}

/// All of it.
#[derive(Debug, Clone)]
pub struct Evidence {
    /// Both databases.
    pub sides: [Testimony; 2],
    /// What a third party came to.
    pub third: CatalogCopy,
    /// Events that were in a log once and were undone by a restore from a backup.
    pub undone: Vec<Logged>,
}

impl Logged {
    /// The side in whose log it stands.
    fn writer(&self) -> shared_events::Side {
        self.event.kind().producer().side()
    }
}

impl Testimony {
    /// Reads the database of this side.
    ///
    /// # Panics
    /// If it can't be read.
    pub async fn of(stack: &Stack, side: Side) -> Self {
        let database = stack.database(side).await;
        let head: HeadRow = rows::one(&database, rows::HEAD).await;
        let testimony = Self {
            side,
            epoch: head.epoch,
            log: read_log(&database).await,
            tables: held_rows::copy_of(&database, side).await,
            put_aside: rows::number(&database, "SELECT count(*) AS number FROM parked").await
                as u64,
        };
        database.close().await.unwrap();
        testimony
    }
}

impl Evidence {
    /// The testimony of this side.
    pub fn of(&self, side: Side) -> &Testimony {
        match side {
            Side::Authors => &self.sides[0],
            Side::Books => &self.sides[1],
        }
    }

    /// What all logs come to, by the rules of the contract: what everybody should hold. Every
    /// record belongs to its owner's present epoch.
    pub fn truth(&self) -> CatalogCopy {
        let mut truth = CatalogCopy::default();
        let logs = self.sides.iter().flat_map(|testimony| &testimony.log);
        for logged in logs {
            match link_of(&logged.event) {
                Some(link) => truth.repair_link(link.clone(), logged.writer()),
                None => truth.apply(logged.version, logged.event.clone()),
            }
        }
        for logged in &self.undone {
            if let Some(link) = link_of(&logged.event) {
                truth.repair_link(link.clone(), logged.writer());
            }
        }
        for held in truth.authors.values_mut() {
            held.version.epoch = self.of(Side::Authors).epoch;
        }
        for held in truth.books.values_mut() {
            held.version.epoch = self.of(Side::Books).epoch;
        }
        truth
    }
}

/// The link that an event tells of.
pub(crate) fn link_of(event: &Event) -> Option<&shared_events::LinkState> {
    match event {
        Event::AuthorBookLinked(link)
        | Event::AuthorBookUnlinked(link)
        | Event::BookAuthorLinked(link)
        | Event::BookAuthorUnlinked(link) => Some(link),
        Event::AuthorCreated(_)
        | Event::AuthorUpdated(_)
        | Event::AuthorDeleted(_)
        | Event::BookCreated(_)
        | Event::BookUpdated(_)
        | Event::BookDeleted(_) => None,
    }
}

async fn read_log(database: &DatabaseConnection) -> Vec<Logged> {
    let rows = rows::all::<LoggedRow>(database, rows::LOGGED).await;
    rows.into_iter().map(logged).collect()
}

#[derive(serde::Deserialize)]
struct Payload<'a> {
    #[serde(borrow)]
    data: &'a serde_json::value::RawValue,
}

fn logged(row: LoggedRow) -> Logged {
    let payload: Payload<'_> = serde_json::from_str(&row.payload).unwrap();
    let kind = EventType::parse(&row.event_type).unwrap();
    Logged {
        sequence: row.sequence,
        key: row.key,
        version: RecordVersion {
            epoch: row.epoch,
            version: row.version,
        },
        mark: row.correlation_id,
        event: Event::decode(kind, payload.data.get()).unwrap(),
    }
}
