//! `GET /authors/{id}` with its books.

use async_trait::async_trait;

use super::{Scenario, Started, requests::read};
use crate::{
    failure::Result,
    load::ClosedLoop,
    processor::Watch,
    readings::Readings,
    row::{Row, Target, Unit, Who},
    servers::{Bench, Databases, Peer, Pgbench, Service, Size, fill, no_broker},
};

const SCRIPT: &str = include_str!("../../limits/get.sql");

/// As many as the script and the peer read from.
const SIZE: Size = Size {
    records: 10_000,
    links_each: 3,
};

static ROWS: [Row; 1] = [Row {
    id: "get",
    work: "`GET /authors/{id}` with its three books",
    unit: Unit::PerSecond(""),
    limit: Some("pgbench, select by key"),
    targets: &[Target::OfLimit(0.7), Target::OfPeer(20.0)],
}];

pub(super) struct Get;

struct Running {
    database: String,
    peer: Option<Peer>,
    service: Service,
}

#[async_trait(?Send)]
impl Scenario for Get {
    fn name(&self) -> &'static str {
        "get"
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
        let peer = match &bench.peers {
            Some(peers) => Some(peers.start(bench, None).await?),
            None => None,
        };
        let database = databases.authors;
        let programs = &bench.programs;
        let nowhere = no_broker()?;
        let service = programs.serve(bench, "authors-service", &database, &nowhere);
        Ok(Box::new(Running {
            peer,
            service: service.await?,
            database,
        }))
    }
}

#[async_trait(?Send)]
impl Started for Running {
    async fn round(&mut self, bench: &Bench, readings: &mut Readings) -> Result<()> {
        let [row] = &ROWS;
        let limit = Pgbench {
            script: SCRIPT,
            database_url: &self.database,
            clients: bench.plan.connections,
        };
        readings.note(row, Who::Limit, limit.run(bench).await?);
        let closed_loop = ClosedLoop::of(&bench.plan);
        if let Some(peer) = &self.peer {
            let got = closed_loop
                .run(peer.port, read("/authors", SIZE.records))
                .await?;
            readings.note(row, Who::Peer, got.per_second);
        }
        let watch = Watch::begin(bench)?;
        let got = closed_loop
            .run(self.service.port, read("/authors", SIZE.records))
            .await?;
        readings.note_seen(row, watch.end().await?);
        readings.note(row, Who::Colophon, got.per_second);
        Ok(())
    }
}
