//! `POST /authors` with everything published and applied on the other side.

use async_trait::async_trait;

use super::{
    Scenario, Started,
    requests::{Creating, create_at_peer},
};
use crate::{
    failure::Result,
    load::{ClosedLoop, OpenLoop},
    processor::Watch,
    readings::Readings,
    row::{Row, Target, Unit, Who},
    servers::{Bench, Peer, Position, Service, System, arrivals},
};

/// The rate at which the lag is looked at.
const PER_SECOND: f64 = 5_000.0;

static ROWS: [Row; 3] = [
    Row {
        id: "sustained",
        work: "`POST /authors`, sustained: from the first commit to the last copy on the other side",
        unit: Unit::PerSecond(""),
        limit: None,
        targets: &[Target::AtLeast(PER_SECOND), Target::OfPeer(7.0)],
    },
    Row {
        id: "sustained-lag-p50",
        work: "the lag of copies, 5,000 creates offered a second, p50",
        unit: Unit::Milliseconds,
        limit: None,
        targets: &[],
    },
    Row {
        id: "sustained-lag-p99",
        work: "the lag of copies, 5,000 creates offered a second, p99",
        unit: Unit::Milliseconds,
        limit: None,
        targets: &[Target::AtMost(1_000.0)],
    },
];

pub(super) struct Sustained;

struct Running {
    peer: Option<Peer>,
    system: System,
    authors: Service,
    _books: Service,
    creating: Creating,
}

#[async_trait(?Send)]
impl Scenario for Sustained {
    fn name(&self) -> &'static str {
        "sustained"
    }

    fn rows(&self) -> &'static [Row] {
        &ROWS
    }

    async fn start(&self, bench: &Bench) -> Result<Box<dyn Started>> {
        let system = System::new(bench).await?;
        let peer = match &bench.peers {
            Some(peers) => {
                let broker_url = bench.broker().await?.virtual_host()?;
                Some(peers.start(bench, Some(&broker_url)).await?)
            }
            None => None,
        };
        Ok(Box::new(Running {
            peer,
            authors: system.authors(bench).await?,
            _books: system.books(bench).await?,
            system,
            creating: Creating::default(),
        }))
    }
}

impl Running {
    /// Waits until everything is a copy on the other side; the greatest id.
    async fn settled(&self) -> Result<i64> {
        let last = self.system.position(Position::Logged).await?;
        self.system.reaches(Position::Settled, last).await?;
        self.system.greatest_author().await
    }
}

#[async_trait(?Send)]
impl Started for Running {
    async fn round(&mut self, bench: &Bench, readings: &mut Readings) -> Result<()> {
        let [whole, median, late] = &ROWS;
        let closed_loop = ClosedLoop::of(&bench.plan);
        if let Some(peer) = &self.peer {
            let got = closed_loop.run(peer.port, create_at_peer).await?;
            readings.note(whole, Who::Peer, got.per_second);
        }
        let databases = self.system.databases.clone();
        let port = self.authors.port;

        let before = self.settled().await?;
        let creating = &mut self.creating;
        let watch = Watch::begin(bench)?;
        let got = closed_loop
            .run(port, |request| creating.next(request))
            .await?;
        let after = self.settled().await?;
        readings.note_seen(whole, watch.end().await?);
        let arrived = arrivals(&databases.authors, &databases.books, before).await?;
        let rate = got.answers as f64 / arrived.whole.as_secs_f64();
        readings.note(whole, Who::Colophon, rate);

        let open_loop = OpenLoop::of(&bench.plan, PER_SECOND);
        let creating = &mut self.creating;
        open_loop
            .run(port, |request| creating.next(request))
            .await?;
        self.settled().await?;
        let mut lags = arrivals(&databases.authors, &databases.books, after)
            .await?
            .lags;
        for (row, percent) in [(median, 50.0), (late, 99.0)] {
            readings.note_some(row, Who::Colophon, lags.percentile(percent));
        }
        Ok(())
    }
}
