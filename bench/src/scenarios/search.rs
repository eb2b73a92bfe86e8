//! Searching a hundred thousand authors and three times as many books, on either database.

use async_trait::async_trait;
use search_quality::{Catalog, Ids, Size};
use tempfile::TempDir;

use super::{Scenario, Started};
use crate::{
    failure::Result,
    readings::Readings,
    row::{Row, Target, Unit, Who},
    run::say,
    searching::{Ports, Suggestions, fill, found, suggest},
    servers::{Bench, Databases, Service, System, execute},
};

const SQLITE: &str = "SQLite";
const POSTGRES: &str = "PostgreSQL";
const SEED: u64 = 1;
/// Suggestions that are asked for in a round.
const TYPED: usize = 2_000;
const MANY_AT_A_TIME: usize = 8;

static ROWS: [Row; 10] = [
    found_row(
        "search-found-sqlite",
        "200 searches with known answers, SQLite: right among the first five",
    ),
    time_row(
        "search-suggest-sqlite-p50",
        "suggestions while a name is typed, SQLite, one request at a time, p50",
        &[Target::AtMost(20.0)],
    ),
    time_row(
        "search-suggest-sqlite-p95",
        "suggestions while a name is typed, SQLite, one request at a time, p95",
        &[Target::AtMost(60.0)],
    ),
    time_row(
        "search-suggest-sqlite-p99",
        "suggestions while a name is typed, SQLite, one request at a time, p99",
        &[],
    ),
    time_row(
        "search-suggest-sqlite-many",
        "suggestions while a name is typed, SQLite, eight requests at a time, p95",
        &[],
    ),
    found_row(
        "search-found-postgresql",
        "200 searches with known answers, PostgreSQL: right among the first five",
    ),
    time_row(
        "search-suggest-postgresql-p50",
        "suggestions while a name is typed, PostgreSQL, one request at a time, p50",
        &[Target::AtMost(20.0)],
    ),
    time_row(
        "search-suggest-postgresql-p95",
        "suggestions while a name is typed, PostgreSQL, one request at a time, p95",
        &[Target::AtMost(60.0)],
    ),
    time_row(
        "search-suggest-postgresql-p99",
        "suggestions while a name is typed, PostgreSQL, one request at a time, p99",
        &[],
    ),
    time_row(
        "search-suggest-postgresql-many",
        "suggestions while a name is typed, PostgreSQL, eight requests at a time, p95",
        &[],
    ),
];

const fn found_row(id: &'static str, work: &'static str) -> Row {
    Row {
        id,
        work,
        unit: Unit::Percent,
        limit: None,
        targets: &[Target::AtLeast(95.0)],
    }
}

const fn time_row(id: &'static str, work: &'static str, targets: &'static [Target]) -> Row {
    Row {
        id,
        work,
        unit: Unit::Milliseconds,
        limit: None,
        targets,
    }
}

pub(super) struct Search;

struct Running {
    catalog: Catalog,
    typed: usize,
    filled: [Filled; 2],
}

/// A catalog that is served.
struct Filled {
    database: &'static str,
    rows: &'static [Row],
    ports: Ports,
    ids: Ids,
    _services: Vec<Service>,
    // The files go after the programs.
    _folder: Option<TempDir>,
}

#[async_trait(?Send)]
impl Scenario for Search {
    fn name(&self) -> &'static str {
        "search"
    }

    fn rows(&self) -> &'static [Row] {
        &ROWS
    }

    async fn start(&self, bench: &Bench) -> Result<Box<dyn Started>> {
        let catalog = Catalog::generate(Size::of_authors(bench.searched()), SEED);
        let typed = if bench.is_quick() { TYPED / 10 } else { TYPED };
        Ok(Box::new(Running {
            filled: [
                Filled::embedded(bench, &catalog).await?,
                Filled::servers(bench, &catalog).await?,
            ],
            catalog,
            typed,
        }))
    }
}

#[async_trait(?Send)]
impl Started for Running {
    async fn round(&mut self, _bench: &Bench, readings: &mut Readings) -> Result<()> {
        let typed = self.catalog.typed(self.typed, SEED);
        for filled in &self.filled {
            let [found_row, p50, p95, p99, many] = filled.rows else {
                continue;
            };
            let (database, ports) = (filled.database, filled.ports);
            let score = found(ports, &self.catalog, &filled.ids, SEED).await?;
            say(&format!("search: {database}: found {score}"));
            for missed in score.missed() {
                say(&format!("search: {database}: missed {missed}"));
            }
            readings.note(found_row, Who::Colophon, score.percent());
            let Suggestions {
                mut durations,
                slowest,
            } = suggest(ports, &typed, 1).await?;
            for slow in slowest {
                say(&format!("search: {database}: slow {slow}"));
            }
            for (row, percent) in [(p50, 50.0), (p95, 95.0), (p99, 99.0)] {
                readings.note_some(row, Who::Colophon, durations.percentile(percent));
            }
            let mut durations = suggest(ports, &typed, MANY_AT_A_TIME).await?.durations;
            readings.note_some(many, Who::Colophon, durations.percentile(95.0));
        }
        Ok(())
    }
}

impl Filled {
    async fn embedded(bench: &Bench, catalog: &Catalog) -> Result<Self> {
        let folder = bench.new_folder()?;
        let databases = Databases::files(folder.path());
        bench.programs.migrate(bench, &databases).await?;
        let service = bench.programs.embedded(bench, &databases).await?;
        let ports = Ports {
            authors: service.port,
            books: service.books_port,
        };
        Ok(Self {
            database: SQLITE,
            rows: &ROWS[..5],
            ports,
            ids: fill(SQLITE, ports, catalog).await?,
            _services: vec![service],
            _folder: Some(folder),
        })
    }

    async fn servers(bench: &Bench, catalog: &Catalog) -> Result<Self> {
        let system = System::new(bench).await?;
        let services = vec![system.authors(bench).await?, system.books(bench).await?];
        let ports = Ports {
            authors: services[0].port,
            books: services[1].port,
        };
        let ids = fill(POSTGRES, ports, catalog).await?;
        for database in [&system.databases.authors, &system.databases.books] {
            // As the server itself does in time.
            execute(database, "VACUUM ANALYZE").await?;
        }
        Ok(Self {
            database: POSTGRES,
            rows: &ROWS[5..],
            ports,
            ids,
            _services: services,
            _folder: None,
        })
    }
}
