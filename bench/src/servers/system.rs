//! Both services, each a process of its own, on PostgreSQL and RabbitMQ.

use std::time::{Duration, Instant};

use tokio::time::sleep;

use super::{Bench, Databases, Service, connect, number};
use crate::failure::{Failure, Result};

/// How long events may take to arrive.
/// A snapshot of ten million records takes a while.
const PATIENCE: Duration = Duration::from_secs(3_600);
const POLL: Duration = Duration::from_millis(20);

/// Where the log of authors stands, and how far it has got.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Position {
    /// The last event of the log.
    Logged,
    /// Published.
    Published,
    /// Settled on the other side.
    Settled,
}

/// Databases with their tables, and a virtual host of the broker.
pub(crate) struct System {
    /// The databases.
    pub(crate) databases: Databases,
    /// The virtual host.
    pub(crate) broker_url: String,
    /// How often services compare notes from their next start on, if not as usual.
    pub(crate) drift_interval: Option<Duration>,
}

impl System {
    /// Empty.
    ///
    /// # Errors
    /// If the servers can't be had.
    pub(crate) async fn new(bench: &Bench) -> Result<Self> {
        let postgres = bench.postgres().await?;
        let system = Self {
            databases: Databases {
                authors: postgres.create("authors").await?,
                books: postgres.create("books").await?,
            },
            broker_url: bench.broker().await?.virtual_host()?,
            drift_interval: None,
        };
        bench.programs.migrate(bench, &system.databases).await?;
        Ok(system)
    }

    /// Starts authors-service.
    ///
    /// # Errors
    /// If it does not become ready.
    pub(crate) async fn authors(&self, bench: &Bench) -> Result<Service> {
        self.serve(bench, "authors-service", &self.databases.authors)
            .await
    }

    /// Starts books-service.
    ///
    /// # Errors
    /// If it does not become ready.
    pub(crate) async fn books(&self, bench: &Bench) -> Result<Service> {
        self.serve(bench, "books-service", &self.databases.books)
            .await
    }

    async fn serve(&self, bench: &Bench, name: &str, database_url: &str) -> Result<Service> {
        let seconds = self.drift_interval.map(|interval| interval.as_secs());
        let drift = seconds.map(|seconds| ("DRIFT_INTERVAL", seconds.to_string()));
        let serve = bench.programs.serve_with(
            bench,
            name,
            database_url,
            &self.broker_url,
            drift.as_slice(),
        );
        serve.await
    }

    /// How far the log of authors has got.
    ///
    /// # Errors
    /// If a database can't be asked.
    pub(crate) async fn position(&self, position: Position) -> Result<i64> {
        let connection = connect(position.database(&self.databases)).await?;
        let sequence = number(&connection, position.query()).await?;
        connection.close().await?;
        Ok(sequence)
    }

    /// The greatest id of an author.
    ///
    /// # Errors
    /// If the database can't be asked.
    pub(crate) async fn greatest_author(&self) -> Result<i64> {
        let connection = connect(&self.databases.authors).await?;
        let query = "SELECT coalesce(max(id), 0) AS value FROM authors";
        let id = number(&connection, query).await?;
        connection.close().await?;
        Ok(id)
    }

    /// Waits until it has got through `last`; events a second from the first that were seen to move.
    ///
    /// # Errors
    /// If it does not get there.
    pub(crate) async fn reaches(&self, position: Position, last: i64) -> Result<f64> {
        let connection = connect(position.database(&self.databases)).await?;
        let (start, deadline) = (self.position(position).await?, Instant::now() + PATIENCE);
        let mut moving: Option<(i64, Instant)> = None;
        loop {
            let sequence = number(&connection, position.query()).await?;
            let now = Instant::now();
            if sequence > start && moving.is_none() {
                moving = Some((sequence, now));
            }
            if sequence >= last {
                connection.close().await?;
                let (first, began) = moving.unwrap_or((start, now));
                return Ok((sequence - first) as f64 / (now - began).as_secs_f64());
            }
            if now > deadline {
                let stuck = format!("{position:?} stands at {sequence} of {last}");
                return Err(Failure::Wrong(stuck));
            }
            sleep(POLL).await;
        }
    }
}

impl Position {
    fn database(self, databases: &Databases) -> &str {
        match self {
            Self::Logged | Self::Published => &databases.authors,
            Self::Settled => &databases.books,
        }
    }

    fn query(self) -> &'static str {
        match self {
            Self::Logged => "SELECT last_sequence AS value FROM log_head",
            Self::Published => "SELECT published_through AS value FROM relay_state",
            Self::Settled => {
                "SELECT coalesce(max(settled_through), 0) AS value FROM checkpoints \
                 WHERE producer = 'authors-service'"
            }
        }
    }
}
