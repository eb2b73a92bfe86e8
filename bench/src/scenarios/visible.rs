//! From the commit on one side until it shows on the other, with little else going on.

use async_trait::async_trait;

use super::{Scenario, Started, requests::Creating};
use crate::{
    failure::Result,
    load::OpenLoop,
    readings::Readings,
    row::{Row, Target, Unit, Who},
    servers::{Bench, Position, RawQueue, Service, System, arrivals},
};

const PER_SECOND: f64 = 100.0;

static ROWS: [Row; 2] = [
    Row {
        id: "visible-p50",
        work: "commit on one side → visible on the other, 100 writes a second, p50",
        unit: Unit::Milliseconds,
        limit: Some("RabbitMQ, delivery through a quorum queue"),
        targets: &[Target::TimesLimit(4.0)],
    },
    Row {
        id: "visible-p99",
        work: "commit on one side → visible on the other, 100 writes a second, p99",
        unit: Unit::Milliseconds,
        limit: Some("RabbitMQ, delivery through a quorum queue"),
        targets: &[Target::TimesLimit(10.0)],
    },
];

pub(super) struct Visible;

struct Running {
    queue: RawQueue,
    system: System,
    authors: Service,
    _books: Service,
    creating: Creating,
}

#[async_trait(?Send)]
impl Scenario for Visible {
    fn name(&self) -> &'static str {
        "visible"
    }

    fn rows(&self) -> &'static [Row] {
        &ROWS
    }

    async fn start(&self, bench: &Bench) -> Result<Box<dyn Started>> {
        let system = System::new(bench).await?;
        let broker_url = bench.broker().await?.virtual_host()?;
        Ok(Box::new(Running {
            queue: RawQueue::declare(&broker_url).await?,
            authors: system.authors(bench).await?,
            _books: system.books(bench).await?,
            system,
            creating: Creating::default(),
        }))
    }
}

#[async_trait(?Send)]
impl Started for Running {
    async fn round(&mut self, bench: &Bench, readings: &mut Readings) -> Result<()> {
        let mut delivered = self.queue.deliver(PER_SECOND, bench.plan.length).await?;
        let before = self.system.greatest_author().await?;
        let open_loop = OpenLoop::of(&bench.plan, PER_SECOND);
        let creating = &mut self.creating;
        open_loop
            .run(self.authors.port, |request| creating.next(request))
            .await?;
        let last = self.system.position(Position::Logged).await?;
        self.system.reaches(Position::Settled, last).await?;
        let databases = &self.system.databases;
        let mut lags = arrivals(&databases.authors, &databases.books, before)
            .await?
            .lags;
        for (row, percent) in ROWS.iter().zip([50.0, 99.0]) {
            readings.note_some(row, Who::Limit, delivered.percentile(percent));
            readings.note_some(row, Who::Colophon, lags.percentile(percent));
        }
        Ok(())
    }
}
