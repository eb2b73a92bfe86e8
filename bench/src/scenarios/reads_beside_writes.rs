//! How long readers wait while writers write as much as gets through.

use async_trait::async_trait;

use super::{
    Scenario, Started,
    requests::{Creating, read},
};
use crate::{
    failure::Result,
    load::{ClosedLoop, OpenLoop},
    readings::Readings,
    row::{Row, Target, Unit, Who},
    servers::{Bench, Position, Service, Size, System, fill},
};

const SIZE: Size = Size {
    records: 10_000,
    links_each: 3,
};

const PER_SECOND: f64 = 500.0;

static ROWS: [Row; 1] = [Row {
    id: "reads-beside-writes",
    work: "`GET /authors/{id}`, 500 a second, while creates run at full speed and are published \
           and applied, p99",
    unit: Unit::Milliseconds,
    limit: None,
    targets: &[Target::AtMost(25.0)],
}];

pub(super) struct ReadsBesideWrites;

struct Running {
    system: System,
    authors: Service,
    _books: Service,
    creating: Creating,
}

#[async_trait(?Send)]
impl Scenario for ReadsBesideWrites {
    fn name(&self) -> &'static str {
        "reads-beside-writes"
    }

    fn rows(&self) -> &'static [Row] {
        &ROWS
    }

    async fn start(&self, bench: &Bench) -> Result<Box<dyn Started>> {
        let system = System::new(bench).await?;
        fill(&system.databases, SIZE).await?;
        Ok(Box::new(Running {
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
        let [row] = &ROWS;
        let port = self.authors.port;
        let reading = OpenLoop::of(&bench.plan, PER_SECOND);
        let writing = ClosedLoop::of(&bench.plan);
        let creating = &mut self.creating;
        let (read, written) = tokio::join!(
            reading.run(port, read("/authors", SIZE.records)),
            writing.run(port, |request| creating.next(request)),
        );
        written?;
        readings.note_some(row, Who::Colophon, read?.percentile(99.0));
        let last = self.system.position(Position::Logged).await?;
        self.system.reaches(Position::Settled, last).await?;
        Ok(())
    }
}
