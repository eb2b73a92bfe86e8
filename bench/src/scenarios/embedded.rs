//! Both services in one process, on SQLite and the bus within the process, as a fresh clone runs.

use async_trait::async_trait;
use tempfile::TempDir;

use super::{
    Scenario, Started,
    requests::{Creating, read},
};
use crate::{
    failure::Result,
    load::ClosedLoop,
    processor::Watch,
    readings::Readings,
    row::{Row, Target, Unit, Who},
    servers::{Bench, Databases, Service, Size, fill},
};

const SIZE: Size = Size {
    records: 10_000,
    links_each: 3,
};

static ROWS: [Row; 2] = [
    Row {
        id: "embedded-create",
        work: "embedded default (SQLite): `POST /authors`, acknowledged, while the other side applies",
        unit: Unit::PerSecond(""),
        limit: None,
        targets: &[Target::AtLeast(12_000.0)],
    },
    Row {
        id: "embedded-get",
        work: "embedded default (SQLite): `GET /authors/{id}` with its three books",
        unit: Unit::PerSecond(""),
        limit: None,
        targets: &[Target::AtLeast(40_000.0)],
    },
];

pub(super) struct Embedded;

struct Running {
    service: Service,
    creating: Creating,
    // The files go after the program.
    _folder: TempDir,
}

#[async_trait(?Send)]
impl Scenario for Embedded {
    fn name(&self) -> &'static str {
        "embedded"
    }

    fn rows(&self) -> &'static [Row] {
        &ROWS
    }

    async fn start(&self, bench: &Bench) -> Result<Box<dyn Started>> {
        let folder = bench.new_folder()?;
        let databases = Databases::files(folder.path());
        bench.programs.migrate(bench, &databases).await?;
        fill(&databases, SIZE).await?;
        Ok(Box::new(Running {
            service: bench.programs.embedded(bench, &databases).await?,
            creating: Creating::default(),
            _folder: folder,
        }))
    }
}

#[async_trait(?Send)]
impl Started for Running {
    async fn round(&mut self, bench: &Bench, readings: &mut Readings) -> Result<()> {
        let [create, get] = &ROWS;
        let (creating, port) = (&mut self.creating, self.service.port);
        let closed_loop = ClosedLoop::of(&bench.plan);
        let watch = Watch::begin(bench)?;
        let got = closed_loop
            .run(port, read("/authors", SIZE.records))
            .await?;
        readings.note_seen(get, watch.end().await?);
        readings.note(get, Who::Colophon, got.per_second);
        let watch = Watch::begin(bench)?;
        let got = closed_loop
            .run(port, |request| creating.next(request))
            .await?;
        readings.note_seen(create, watch.end().await?);
        readings.note(create, Who::Colophon, got.per_second);
        Ok(())
    }
}
