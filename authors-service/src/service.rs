//! What this service is made of.

use std::sync::Arc;

use actix_web::web::ServiceConfig;
use migrations::AuthorsMigrator;
use replication::{
    StoreError,
    inbox::{Decode, Settle},
    records::Records,
};
use service_host::{Ground, Hosted, Identity};
use service_kit::{
    config::StartError,
    health::{Health, Startup},
};
use shared_events::{Event, Producer};

use crate::{
    adapters::{
        http::{Api, routes},
        messaging::decode,
        persistence::{BatchedStore, SqlStore},
    },
    application::{apply_events::ApplyEvents, commands::Commands, queries::Queries},
};

/// Who this is.
pub const SERVICE: Producer = Producer::Authors;

/// Owns authors, keeps a cache of books, and links the two.
pub struct AuthorsService;

impl Hosted for AuthorsService {
    type Event = Event;
    type Api = Api;
    type Migrator = AuthorsMigrator;

    fn identity() -> Identity {
        Identity::of(SERVICE)
    }

    fn decode() -> Decode<Event> {
        decode
    }

    fn settle(ground: &Ground) -> Arc<dyn Settle<Event>> {
        let cache_changed = ground.cache_changed.clone();
        Arc::new(ApplyEvents::new(store(ground), cache_changed))
    }

    fn records(ground: &Ground) -> Arc<dyn Records> {
        store(ground)
    }

    async fn catch_up(ground: &Ground) -> Result<(), StoreError> {
        store(ground).catch_up().await
    }

    fn api(ground: &Ground, epoch: i64) -> Api {
        let store = store(ground);
        let shared = Arc::new(BatchedStore::start(store.as_ref().clone()));
        let commands = Commands::new(
            shared.clone(),
            Arc::clone(&ground.clock),
            ground.cache_changed.clone(),
            ground.stopping.clone(),
        );
        let queries = Queries {
            authors: shared,
            cache: store.clone(),
            log: Arc::clone(&ground.log),
            checkpoints: Arc::clone(&ground.checkpoints),
            parked: Arc::clone(&ground.parked),
            repair: ground.repair.clone(),
            records: store.clone(),
        };
        Api::new(commands, queries, Arc::clone(&ground.clock), epoch)
    }

    fn routes(
        startup: Arc<Startup<Api>>,
        health: Health,
    ) -> Result<impl Fn(&mut ServiceConfig) + Clone + Send + 'static, StartError> {
        routes(startup, health)
    }
}

fn store(ground: &Ground) -> Arc<SqlStore> {
    Arc::new(SqlStore::new(
        ground.database.clone(),
        ground.committed.clone(),
    ))
}
