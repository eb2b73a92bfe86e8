//! What a service says of itself.

use std::sync::Arc;

use actix_web::web::ServiceConfig;
use migrations::MigratorTrait;
use replication::{
    StoreError,
    inbox::{Decode, Settle},
    records::Records,
};
use service_kit::{
    config::StartError,
    health::{Health, Startup},
};

use crate::{Ground, Identity};

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

    /// Its rows, for those who compare and repair copies.
    fn records(ground: &Ground) -> Arc<dyn Records>;

    /// Makes searchable what is not yet, as it was stored before.
    ///
    /// # Errors
    /// If its store can't be used.
    fn catch_up(ground: &Ground) -> impl Future<Output = Result<(), StoreError>> + Send;

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
