//! `POST /authors` while nothing is published: what a write costs by itself.

use async_trait::async_trait;

use super::{
    Scenario, Started,
    requests::{Creating, create_at_peer},
};
use crate::{
    failure::{Failure, Result},
    load::ClosedLoop,
    processor::Watch,
    readings::Readings,
    row::{Row, Target, Unit, Who},
    servers::{Bench, Databases, Peer, Pgbench, Service, count, execute, no_broker},
};

const SCRIPT: &str = include_str!("../../limits/create.sql");

const SEQUENCES: &str = "CREATE SEQUENCE limit_author_id CACHE 50; \
    CREATE SEQUENCE limit_sequence CACHE 50";

static ROWS: [Row; 1] = [Row {
    id: "create",
    work: "`POST /authors`, acknowledged while the log grows",
    unit: Unit::PerSecond(""),
    limit: Some("pgbench, author and event in one statement"),
    targets: &[Target::OfLimit(0.7), Target::OfPeer(15.0)],
}];

pub(super) struct Create;

struct Running {
    limit_database: String,
    peer: Option<Peer>,
    database: String,
    service: Service,
    creating: Creating,
    acknowledged: u64,
}

#[async_trait(?Send)]
impl Scenario for Create {
    fn name(&self) -> &'static str {
        "create"
    }

    fn rows(&self) -> &'static [Row] {
        &ROWS
    }

    async fn start(&self, bench: &Bench) -> Result<Box<dyn Started>> {
        let postgres = bench.postgres().await?;
        let limit = Databases {
            authors: postgres.create("limit").await?,
            books: postgres.create("unused").await?,
        };
        bench.programs.migrate(bench, &limit).await?;
        execute(&limit.authors, SEQUENCES).await?;
        let peer = match &bench.peers {
            Some(peers) => {
                let broker_url = bench.broker().await?.virtual_host()?;
                Some(peers.start(bench, Some(&broker_url)).await?)
            }
            None => None,
        };
        let database = postgres.create("authors").await?;
        let programs = &bench.programs;
        let nowhere = no_broker()?;
        let service = programs.serve(bench, "authors-service", &database, &nowhere);
        Ok(Box::new(Running {
            limit_database: limit.authors,
            peer,
            service: service.await?,
            database,
            creating: Creating::default(),
            acknowledged: 0,
        }))
    }
}

#[async_trait(?Send)]
impl Started for Running {
    async fn round(&mut self, bench: &Bench, readings: &mut Readings) -> Result<()> {
        let [row] = &ROWS;
        let limit = Pgbench {
            script: SCRIPT,
            database_url: &self.limit_database,
            clients: bench.plan.connections,
        };
        readings.note(row, Who::Limit, limit.run(bench).await?);
        let closed_loop = ClosedLoop::of(&bench.plan);
        if let Some(peer) = &self.peer {
            let got = closed_loop.run(peer.port, create_at_peer).await?;
            readings.note(row, Who::Peer, got.per_second);
        }
        let creating = &mut self.creating;
        let port = self.service.port;
        let watch = Watch::begin(bench)?;
        let got = closed_loop
            .run(port, |request| creating.next(request))
            .await?;
        readings.note_seen(row, watch.end().await?);
        readings.note(row, Who::Colophon, got.per_second);
        self.acknowledged += got.answers;
        let logged = count(&self.database).await?;
        if logged != self.acknowledged {
            let acknowledged = self.acknowledged;
            let wrong = format!("{acknowledged} creates were acknowledged, {logged} are logged");
            return Err(Failure::Wrong(wrong));
        }
        Ok(())
    }
}
