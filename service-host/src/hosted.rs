//! What a service says of itself.

use std::sync::Arc;

use actix_web::web::ServiceConfig;
use event_bus::Topology;
use migrations::MigratorTrait;
use replication::inbox::{Decode, Settle};
use service_kit::{
    config::StartError,
    health::{Health, Startup},
};

use crate::Ground;

/// Who a service is on the bus.
pub struct Identity {
    /// Its name, as in the envelope's `producer`.
    pub name: &'static str,
    /// The exchange it publishes to.
    pub exchange: &'static str,
    /// The queue it consumes.
    pub queue: &'static str,
    /// Everything that must exist before it publishes: its own queue, and those of everybody who
    /// must not miss an event.
    pub topology: Topology,
}

/// A service that [`Service`](crate::Service) can run.
pub trait Hosted: Send + Sync + 'static {
    /// What it consumes.
    type Event: Send + Sync + 'static;
    /// What its HTTP handlers work with.
    type Api: Clone + Send + Sync + 'static;
    /// Makes its database's schema.
    type Migrator: MigratorTrait;

    /// Who it is.
    fn identity() -> Identity;

    /// Reads a message of its queue.
    fn decode() -> Decode<Self::Event>;

    /// Takes events to its cache.
    fn settle(ground: &Ground) -> Arc<dyn Settle<Self::Event>>;

    /// Its use cases, once the database is ready, whose log is in `epoch`.
    fn api(ground: &Ground, epoch: i64) -> Self::Api;

    /// Its paths.
    ///
    /// # Errors
    /// If they can't be made.
    fn routes(
        startup: Arc<Startup<Self::Api>>,
        health: Health,
    ) -> Result<impl Fn(&mut ServiceConfig) + Clone + Send + 'static, StartError>;
}
