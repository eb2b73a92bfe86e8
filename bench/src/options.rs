//! What the command is told.

use std::{path::PathBuf, time::Duration};

use clap::Parser;

/// Measures what the servers can do, what a peer does and what Colophon does, in one run
#[derive(Debug, Clone, Parser)]
#[command(name = "bench", version)]
pub(crate) struct Options {
    /// Measure only this; give it more than once for more
    #[arg(long, value_name = "SCENARIO")]
    pub(crate) only: Vec<String>,
    /// How often each is measured
    #[arg(long, default_value_t = 3)]
    pub(crate) rounds: usize,
    /// How long each is measured in a round
    #[arg(long, default_value_t = 8)]
    pub(crate) seconds: u64,
    /// Connections of the closed loops
    #[arg(long, default_value_t = Plan::CONNECTIONS)]
    pub(crate) connections: usize,
    /// One short round of each, to see that it works; writes nothing
    #[arg(long)]
    pub(crate) quick: bool,
    /// Draw instead what the processors do meanwhile, in one round (needs Linux's perf)
    #[arg(long, conflicts_with_all = ["growth", "quick"])]
    pub(crate) flames: bool,
    /// Measure instead how figures grow with the catalog
    #[arg(long)]
    pub(crate) growth: bool,
    /// How small a catalog that begins with, in records on each side; ten times as many each time
    #[arg(long, default_value_t = 10_000, value_name = "RECORDS", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) smallest: u64,
    /// How large a catalog that goes to
    #[arg(long, default_value_t = 1_000_000, value_name = "RECORDS")]
    pub(crate) largest: u64,
    /// Authors of the catalog that is searched; it has three times as many books
    #[arg(long, default_value_t = 100_000, value_name = "AUTHORS")]
    pub(crate) searched: usize,
    /// Make the page again from the figures that are kept, and measure nothing
    #[arg(long)]
    pub(crate) page: bool,
    /// Write nothing
    #[arg(long)]
    pub(crate) no_write: bool,
    /// Folder of the programs to measure, instead of building them
    #[arg(long, value_name = "FOLDER")]
    pub(crate) programs: Option<PathBuf>,
    /// A running PostgreSQL server to measure on, instead of a private one
    #[arg(long, env = "COLOPHON_BENCH_DATABASE_URL", value_name = "URL")]
    pub(crate) database_url: Option<String>,
    /// A running RabbitMQ server to measure on, with a virtual host that nobody else uses
    #[arg(long, env = "COLOPHON_BENCH_BROKER_URL", value_name = "URL")]
    pub(crate) broker_url: Option<String>,
    /// Folder of the peer: fastapi/app.py and limits/setup.sql; without it, it is not measured
    #[arg(long, env = "PEERS", value_name = "FOLDER")]
    pub(crate) peers: Option<PathBuf>,
    /// The Python that has what the peer needs
    #[arg(long, env = "PEERS_PYTHON", default_value = "python3")]
    pub(crate) peers_python: PathBuf,
}

/// How long and how often.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan {
    /// How often.
    pub(crate) rounds: usize,
    /// What counts of a round.
    pub(crate) length: Duration,
    /// What goes before it.
    pub(crate) warm_up: Duration,
    /// Connections of a closed loop.
    pub(crate) connections: usize,
}

impl Plan {
    /// As many as the servers' own programs are measured with.
    pub(crate) const CONNECTIONS: usize = 32;
}

impl Options {
    /// How long and how often.
    pub(crate) fn plan(&self) -> Plan {
        let (rounds, seconds) = match (self.quick, self.flames) {
            (true, _) => (1, 2),
            (false, true) => (1, self.seconds),
            (false, false) => (self.rounds, self.seconds),
        };
        Plan {
            rounds,
            length: Duration::from_secs(seconds),
            warm_up: Duration::from_secs(if self.quick { 1 } else { 2 }),
            connections: self.connections,
        }
    }

    /// Whether results are to be kept.
    pub(crate) fn writes(&self) -> bool {
        !self.quick && !self.no_write
    }
}
