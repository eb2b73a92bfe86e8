//! `POST /authors/{id}/books` with five links each, while nothing is published.

use async_trait::async_trait;

use super::{Scenario, Started, requests::Linking};
use crate::{
    failure::{Failure, Result},
    load::ClosedLoop,
    processor::Watch,
    readings::Readings,
    row::{Row, Target, Unit, Who},
    servers::{Bench, Databases, Service, Size, count, fill, no_broker},
};

const SIZE: Size = Size {
    records: 10_000,
    links_each: EACH,
};

const EACH: u64 = 5;

static ROWS: [Row; 1] = [Row {
    id: "links",
    work: "`POST /authors/{id}/books`, five links each, acknowledged",
    unit: Unit::PerSecond(" links"),
    limit: None,
    targets: &[Target::AtLeast(25_000.0)],
}];

pub(super) struct Links;

struct Running {
    database: String,
    service: Service,
    linking: Linking,
    acknowledged: u64,
}

#[async_trait(?Send)]
impl Scenario for Links {
    fn name(&self) -> &'static str {
        "links"
    }

    fn rows(&self) -> &'static [Row] {
        &ROWS
    }

    async fn start(&self, bench: &Bench) -> Result<Box<dyn Started>> {
        let postgres = bench.postgres().await?;
        let databases = Databases {
            authors: postgres.create("authors").await?,
            books: postgres.create("books").await?,
        };
        bench.programs.migrate(bench, &databases).await?;
        fill(&databases, SIZE).await?;
        let database = databases.authors;
        let programs = &bench.programs;
        let nowhere = no_broker()?;
        let service = programs.serve(bench, "authors-service", &database, &nowhere);
        Ok(Box::new(Running {
            service: service.await?,
            database,
            linking: Linking {
                records: SIZE.records,
                each: EACH,
                // Behind the pairs that are linked already.
                number: SIZE.records,
            },
            acknowledged: SIZE.records,
        }))
    }
}

#[async_trait(?Send)]
impl Started for Running {
    async fn round(&mut self, bench: &Bench, readings: &mut Readings) -> Result<()> {
        let [row] = &ROWS;
        let linking = &mut self.linking;
        let port = self.service.port;
        let closed_loop = ClosedLoop::of(&bench.plan);
        let watch = Watch::begin(bench)?;
        let got = closed_loop
            .run(port, |request| linking.next(request))
            .await?;
        readings.note_seen(row, watch.end().await?);
        readings.note(row, Who::Colophon, got.per_second * EACH as f64);
        self.acknowledged += got.answers * EACH;
        let logged = count(&self.database).await?;
        if logged != self.acknowledged {
            let acknowledged = self.acknowledged;
            let wrong = format!("{acknowledged} events were acknowledged, {logged} are logged");
            return Err(Failure::Wrong(wrong));
        }
        Ok(())
    }
}
