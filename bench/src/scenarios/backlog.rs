//! A log that is to be published, and then a queue that is to be applied.

use async_trait::async_trait;

use super::{Scenario, Started};
use crate::{
    failure::Result,
    processor::Watch,
    readings::Readings,
    row::{Row, Target, Unit, Who},
    servers::{Bench, Position, RawQueue, Size, System, execute, fill},
};

/// Events of the backlog.
const EVENTS: u64 = 100_000;
const FEW_EVENTS: u64 = 20_000;

/// Messages that the relay has on their way at a time: four batches of 256.
const WINDOW: usize = 1_024;
/// Messages that the consumer takes at a time.
const BATCH: u16 = 256;

static ROWS: [Row; 2] = [
    Row {
        id: "relay",
        work: "relay, a backlog drained into a quorum queue",
        unit: Unit::PerSecond(" events"),
        limit: Some("RabbitMQ, raw publish, 1,024 messages on their way"),
        targets: &[Target::OfLimit(0.8)],
    },
    Row {
        id: "apply",
        work: "consumer, a backlog applied into PostgreSQL",
        unit: Unit::PerSecond(" events"),
        limit: Some("RabbitMQ, raw consume"),
        targets: &[Target::AtLeast(30_000.0)],
    },
];

pub(super) struct Backlog;

struct Running {
    system: System,
    events: u64,
}

#[async_trait(?Send)]
impl Scenario for Backlog {
    fn name(&self) -> &'static str {
        "backlog"
    }

    fn rows(&self) -> &'static [Row] {
        &ROWS
    }

    async fn start(&self, bench: &Bench) -> Result<Box<dyn Started>> {
        let system = System::new(bench).await?;
        let events = if bench.is_quick() { FEW_EVENTS } else { EVENTS };
        let size = Size {
            records: events,
            links_each: 0,
        };
        fill(&system.databases, size).await?;
        Ok(Box::new(Running { system, events }))
    }
}

#[async_trait(?Send)]
impl Started for Running {
    async fn round(&mut self, bench: &Bench, readings: &mut Readings) -> Result<()> {
        let [relay, apply] = &ROWS;
        let broker = bench.broker().await?;
        let queue = RawQueue::declare(&broker.virtual_host()?).await?;
        readings.note(relay, Who::Limit, queue.publish(self.events, WINDOW).await?);
        readings.note(apply, Who::Limit, queue.consume(self.events, BATCH).await?);

        // As if nothing had ever been published.
        self.system.broker_url = broker.virtual_host()?;
        let databases = &self.system.databases;
        execute(
            &databases.authors,
            "UPDATE relay_state SET published_through = 0",
        )
        .await?;
        execute(&databases.books, "DELETE FROM checkpoints").await?;
        execute(
            &databases.books,
            "TRUNCATE authors_cache, cached_author_names",
        )
        .await?;
        let last = i64::try_from(self.events).unwrap_or(i64::MAX);

        let watch = Watch::begin(bench)?;
        let published = self.system.reaches(Position::Published, last);
        let (authors, rate) = tokio::join!(self.system.authors(bench), published);
        readings.note_seen(relay, watch.end().await?);
        authors?.process.stop().await?;
        readings.note(relay, Who::Colophon, rate?);

        let watch = Watch::begin(bench)?;
        let settled = self.system.reaches(Position::Settled, last);
        let (books, rate) = tokio::join!(self.system.books(bench), settled);
        readings.note_seen(apply, watch.end().await?);
        books?.process.stop().await?;
        readings.note(apply, Who::Colophon, rate?);
        Ok(())
    }
}
