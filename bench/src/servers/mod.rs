//! What is measured stands on these: PostgreSQL, RabbitMQ, Colophon's programs, the peer. All of
//! it is started here, and ends with what is dropped here.

mod broker;
mod catalog;
mod commits;
mod database;
mod peer;
mod pgbench;
mod postgres;
mod process;
mod programs;
mod rabbitmq;
mod searchable;
mod system;
mod usage;

pub(crate) use broker::Broker;
pub(crate) use catalog::{Size, fill};
pub(crate) use commits::arrivals;
pub(crate) use database::{connect, count, execute, number};
pub(crate) use peer::{Peer, Peers};
pub(crate) use pgbench::Pgbench;
pub(crate) use postgres::{Databases, Postgres};
pub(crate) use process::Process;
pub(crate) use programs::{Programs, Service, no_broker};
pub(crate) use rabbitmq::RawQueue;
pub(crate) use system::{Position, System};
pub(crate) use usage::{memory, processor_time};

use tempfile::TempDir;
use tokio::sync::OnceCell;

use crate::{
    failure::Result,
    options::{Options, Plan},
};

/// Everything that scenarios stand on. Servers start when they are first asked for.
pub(crate) struct Bench {
    /// How long and how often.
    pub(crate) plan: Plan,
    /// Colophon's programs.
    pub(crate) programs: Programs,
    /// The peer, if there is one.
    pub(crate) peers: Option<Peers>,
    options: Options,
    postgres: OnceCell<Postgres>,
    broker: OnceCell<Broker>,
    folder: TempDir,
}

impl Bench {
    /// Finds or builds the programs. No server is started yet.
    ///
    /// # Errors
    /// If there are no programs.
    pub(crate) fn new(options: Options) -> Result<Self> {
        let programs = match &options.programs {
            Some(folder) => Programs::in_folder(folder)?,
            None => Programs::built()?,
        };
        let peers = options.peers.as_ref().map(|folder| Peers {
            folder: folder.clone(),
            python: options.peers_python.clone(),
        });
        Ok(Self {
            plan: options.plan(),
            programs,
            peers,
            options,
            postgres: OnceCell::new(),
            broker: OnceCell::new(),
            folder: tempfile::tempdir()?,
        })
    }

    /// The PostgreSQL server.
    ///
    /// # Errors
    /// If it can't be had.
    pub(crate) async fn postgres(&self) -> Result<&Postgres> {
        let start = async || Postgres::new(self.options.database_url.as_deref()).await;
        self.postgres.get_or_try_init(start).await
    }

    /// The RabbitMQ server.
    ///
    /// # Errors
    /// If it can't be had.
    pub(crate) async fn broker(&self) -> Result<&Broker> {
        let start = async || Broker::new(self.options.broker_url.as_deref()).await;
        self.broker.get_or_try_init(start).await
    }

    /// Whether it is only to be seen that it works.
    pub(crate) fn is_quick(&self) -> bool {
        self.options.quick
    }

    /// Whether stacks are to be noted, for flame graphs.
    pub(crate) fn notes_stacks(&self) -> bool {
        self.options.flames
    }

    /// How many authors the catalog has that is searched: a thousand, if it is only to be seen
    /// that it works.
    pub(crate) fn searched(&self) -> usize {
        match self.options.quick {
            true => self.options.searched.min(1_000),
            false => self.options.searched,
        }
    }

    /// What PostgreSQL calls itself, if it was asked for.
    ///
    /// # Errors
    /// If it can't be asked.
    pub(crate) async fn postgres_version(&self) -> Result<String> {
        match self.postgres.get() {
            Some(postgres) => postgres.version().await,
            None => Ok(String::new()),
        }
    }

    /// What RabbitMQ calls itself, if it was asked for.
    pub(crate) fn rabbitmq_version(&self) -> String {
        let version = self.broker.get().and_then(Broker::version);
        version.unwrap_or_default()
    }

    /// A new folder, which goes with what is returned.
    ///
    /// # Errors
    /// If it can't be made.
    pub(crate) fn new_folder(&self) -> Result<TempDir> {
        Ok(tempfile::tempdir_in(self.folder.path())?)
    }

    /// Drops the databases that were made on a server that goes on.
    ///
    /// # Errors
    /// If the server refuses.
    pub(crate) async fn clean_up(&self) -> Result<()> {
        match self.postgres.get() {
            Some(postgres) => postgres.drop_databases().await,
            None => Ok(()),
        }
    }
}
