//! Builds the service from its parts, and runs it.

use std::{net::SocketAddr, sync::Arc};

use async_trait::async_trait;
use event_bus::{BusStatus, EventBus, Queue, Topology};
use migrations::{BooksMigrator, prepare};
use replication::{
    Wakeup,
    inbox::Inbox,
    log::EventLog,
    parked::RetrySchedule,
    relay::Relay,
    sql::{Database, SqlCheckpoints, SqlEventLog, SqlParkedMessages},
};
use service_kit::{
    clock::Clock,
    config::{ConfigError, HttpSettings, SecretUrl, StartError},
    health::{Health, Probe, Startup},
    http::AppDefaults,
    http_server::{self, BoundServer, ServerOptions},
    running::{Running, Starter},
};
use shared_events::Producer;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::{
    adapters::{
        http::{Api, routes},
        messaging::decode,
        persistence::SqlStore,
    },
    application::{apply_events::ApplyEvents, commands::Commands, queries::Queries},
};

/// Who this is.
pub const SERVICE: Producer = Producer::Books;

/// What the service is built from.
pub struct Config {
    /// Where books are kept.
    pub database_url: SecretUrl,
    /// Name of the setting that holds it, for errors.
    pub database_setting: &'static str,
    /// Name of the setting that holds the broker's URL, for errors.
    pub broker_setting: &'static str,
    /// Port to listen on; 0 takes a free one.
    pub port: u16,
    /// Name of the setting that holds it, for errors.
    pub port_setting: &'static str,
    /// HTTP.
    pub http: HttpSettings,
    /// When parked messages are tried again.
    pub retries: RetrySchedule,
}

/// A service that holds its port, ready to run.
pub struct Service {
    config: Config,
    server: BoundServer,
    startup: Arc<Startup<Api>>,
    database: Database,
    bus: Arc<dyn EventBus>,
    clock: Arc<dyn Clock>,
    ready: watch::Sender<bool>,
}

impl Service {
    /// Binds the port. Neither database nor broker are needed yet.
    ///
    /// # Errors
    /// If a setting is wrong.
    pub fn build(
        config: Config,
        bus: Arc<dyn EventBus>,
        clock: Arc<dyn Clock>,
        starter: &Starter,
    ) -> Result<Self, StartError> {
        let database = Database::open(config.database_url.expose())
            .map_err(|error| ConfigError::new(config.database_setting, error))?;
        let startup = Arc::new(Startup::default());
        let probe = Arc::new(Ground {
            database: database.clone(),
            bus: Arc::clone(&bus),
        });
        let health = Health::new(SERVICE.name(), Arc::clone(&startup), probe);
        let options = ServerOptions {
            host: config.http.service_host,
            port: config.port,
            port_setting: config.port_setting,
            workers: None,
        };
        let defaults = AppDefaults::new(Arc::clone(&clock), config.http.cors_origins.clone());
        let routes = routes(Arc::clone(&startup), health)?;
        let server = http_server::bind(&options, defaults, starter.lifecycle(), routes)?;
        Ok(Self {
            config,
            server,
            startup,
            database,
            bus,
            clock,
            ready: watch::Sender::new(false),
        })
    }

    /// The real address, also when a free port was asked for.
    pub fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// Turns true once the database is there and migrated.
    pub fn ready(&self) -> watch::Receiver<bool> {
        self.ready.subscribe()
    }

    /// Starts everything. Relay and inbox wait until the database is ready.
    pub fn start(self, starter: &Starter) -> Running {
        let committed = Wakeup::default();
        let cache_changed = Wakeup::default();
        let store = Arc::new(SqlStore::new(self.database.clone(), committed.clone()));
        let log: Arc<dyn EventLog> = Arc::new(SqlEventLog::new(self.database.clone(), committed));
        let parked = Arc::new(SqlParkedMessages::new(self.database.clone()));
        let stop_waiting = starter.lifecycle().soft();
        let commands = Commands::new(
            store.clone(),
            Arc::clone(&self.clock),
            cache_changed.clone(),
            stop_waiting,
        );
        let queries = Queries {
            books: store.clone(),
            cache: store.clone(),
            log: Arc::clone(&log),
            checkpoints: Arc::new(SqlCheckpoints::new(self.database.clone())),
            parked: parked.clone(),
        };
        let relay = Relay::new(
            SERVICE.name(),
            SERVICE.exchange(),
            topology(),
            Arc::clone(&log),
            Arc::clone(&self.bus),
        );
        let clock = Arc::clone(&self.clock);
        let inbox = Inbox::new(
            SERVICE.queue(),
            topology(),
            self.bus,
            decode,
            Arc::new(ApplyEvents::new(store, cache_changed)),
            parked,
            Arc::new(move || clock.now()),
            self.config.retries,
        );
        let is_ready = self.ready.subscribe();
        let ready = self.ready;
        let preparation = Preparation {
            database: self.database,
            startup: self.startup,
            log,
            setting: self.config.database_setting,
        };
        let hard = starter.lifecycle().hard();
        let broker = self.config.broker_setting;
        let api =
            move |epoch| Api::new(commands.clone(), queries.clone(), self.clock.clone(), epoch);
        let server = self.server;
        let http = starter.start("http", starter.lifecycle().soft(), async move {
            let prepared = preparation.run(api, ready);
            tokio::pin!(prepared);
            let serving = server.run();
            tokio::pin!(serving);
            tokio::select! {
                served = &mut serving => return served,
                prepared = &mut prepared => prepared?,
            }
            serving.await
        });
        let refused = move |error| StartError::from(ConfigError::new(broker, error));
        let stop = CancellationToken::new();
        let (ready, stop_relay, hard_relay) = (is_ready.clone(), stop.clone(), hard.clone());
        let relay = starter.start("relay", stop, async move {
            match once_ready(ready, &stop_relay).await {
                true => relay.run(stop_relay, hard_relay).await.map_err(refused),
                false => Ok(()),
            }
        });
        let stop = CancellationToken::new();
        let (ready, stop_inbox) = (is_ready, stop.clone());
        let inbox = starter.start("inbox", stop, async move {
            match once_ready(ready, &stop_inbox).await {
                true => inbox.run(stop_inbox, hard).await.map_err(refused),
                false => Ok(()),
            }
        });
        Running { http, relay, inbox }
    }
}

/// Both queues of the pair. Each side declares both, so that a message published before the other
/// side first starts is kept for it.
pub fn topology() -> Topology {
    Topology {
        exchanges: Producer::ALL
            .map(|producer| producer.exchange().to_owned())
            .into(),
        queues: Producer::ALL
            .map(|consumer| Queue {
                name: consumer.queue().to_owned(),
                exchanges: vec![consumer.other().exchange().to_owned()],
            })
            .into(),
    }
}

/// Waits for the database; `false` if asked to stop before it was ready.
async fn once_ready(mut ready: watch::Receiver<bool>, stop: &CancellationToken) -> bool {
    tokio::select! {
        ready = ready.wait_for(|ready| *ready) => ready.is_ok(),
        () = stop.cancelled() => false,
    }
}

/// Gets the database ready and opens the service.
struct Preparation {
    database: Database,
    startup: Arc<Startup<Api>>,
    log: Arc<dyn EventLog>,
    setting: &'static str,
}

impl Preparation {
    async fn run(
        self,
        api: impl FnOnce(i64) -> Api,
        ready: watch::Sender<bool>,
    ) -> Result<(), StartError> {
        let waits_for = |what: &str| self.startup.waits_for(what);
        prepare::<BooksMigrator>(&self.database, waits_for)
            .await
            .map_err(|error| ConfigError::new(self.setting, error))?;
        let head = self.log.head().await.map_err(StartError::failed)?;
        self.startup.is_ready(api(head.epoch));
        ready.send_replace(true);
        Ok(())
    }
}

/// What the service stands on.
struct Ground {
    database: Database,
    bus: Arc<dyn EventBus>,
}

#[async_trait]
impl Probe for Ground {
    async fn database(&self) -> Result<(), String> {
        self.database
            .ping()
            .await
            .map_err(|error| error.to_string())
    }

    fn broker_connected(&self) -> bool {
        match self.bus.status() {
            BusStatus::Connected => true,
            BusStatus::Disconnected => false,
        }
    }
}
