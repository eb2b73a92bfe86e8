//! What services cost that nobody asks for anything.

use std::time::Duration;

use async_trait::async_trait;
use tempfile::TempDir;
use tokio::time::{Instant, sleep};

use super::{Scenario, Started};
use crate::{
    failure::Result,
    readings::Readings,
    row::{Row, Target, Unit, Who},
    servers::{Bench, Databases, Service, System, memory, processor_time},
};

/// What is left to do after a start is done by then.
const CALM: Duration = Duration::from_secs(5);
const LENGTH: Duration = Duration::from_secs(30);
const QUICK: Duration = Duration::from_secs(5);

const fn processor(id: &'static str, work: &'static str) -> Row {
    Row {
        id,
        work,
        unit: Unit::PercentOfACore,
        limit: None,
        targets: &[Target::AtMost(0.5)],
    }
}

const fn resident(id: &'static str, work: &'static str) -> Row {
    Row {
        id,
        work,
        unit: Unit::Megabytes,
        limit: None,
        targets: &[Target::AtMost(30.0)],
    }
}

static ROWS: [Row; 6] = [
    processor(
        "rest-authors-cpu",
        "authors-service at rest, PostgreSQL and RabbitMQ: processor",
    ),
    resident(
        "rest-authors-memory",
        "authors-service at rest, PostgreSQL and RabbitMQ: memory",
    ),
    processor(
        "rest-books-cpu",
        "books-service at rest, PostgreSQL and RabbitMQ: processor",
    ),
    resident(
        "rest-books-memory",
        "books-service at rest, PostgreSQL and RabbitMQ: memory",
    ),
    processor(
        "rest-embedded-cpu",
        "colophon at rest, both services embedded: processor",
    ),
    resident(
        "rest-embedded-memory",
        "colophon at rest, both services embedded: memory",
    ),
];

pub(super) struct AtRest;

struct Running {
    services: [Service; 3],
    _folder: TempDir,
}

#[async_trait(?Send)]
impl Scenario for AtRest {
    fn name(&self) -> &'static str {
        "at-rest"
    }

    fn rows(&self) -> &'static [Row] {
        &ROWS
    }

    async fn start(&self, bench: &Bench) -> Result<Box<dyn Started>> {
        let system = System::new(bench).await?;
        let folder = bench.new_folder()?;
        let files = Databases::files(folder.path());
        let services = [
            system.authors(bench).await?,
            system.books(bench).await?,
            bench.programs.embedded(bench, &files).await?,
        ];
        sleep(CALM).await;
        Ok(Box::new(Running {
            services,
            _folder: folder,
        }))
    }
}

#[async_trait(?Send)]
impl Started for Running {
    async fn round(&mut self, bench: &Bench, readings: &mut Readings) -> Result<()> {
        let length = if bench.is_quick() { QUICK } else { LENGTH };
        let ids = self.services.each_ref().map(|service| service.process.id());
        let mut before = Vec::new();
        for id in ids {
            before.push((processor_time(id)?, Instant::now()));
        }
        sleep(length).await;
        for ((id, rows), (used, since)) in ids.iter().zip(ROWS.chunks(2)).zip(before) {
            let [processor, resident] = rows else {
                continue;
            };
            let used = processor_time(*id)?.saturating_sub(used);
            let percent = used.as_secs_f64() / since.elapsed().as_secs_f64() * 100.0;
            readings.note(processor, Who::Colophon, percent);
            readings.note(resident, Who::Colophon, memory(*id, "VmRSS")?);
        }
        Ok(())
    }
}
