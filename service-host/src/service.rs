//! Builds a service from its parts, and runs it.

use std::{net::SocketAddr, sync::Arc};

use event_bus::{BusError, EventBus};
use replication::{
    inbox::Inbox,
    relay::Relay,
    repair::{Repair, RepairParts},
    sql::Database,
};
use service_kit::{
    clock::Clock,
    config::{ConfigError, StartError},
    health::{Health, Startup},
    http::AppDefaults,
    http_server::{self, BoundServer, ServerOptions},
    running::{Part, Running, Starter},
};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::{
    Config, Ground, Hosted,
    forgetting::forget_old_answers,
    preparation::{Preparation, once_ready},
};

/// A service that holds its port, ready to run.
pub struct Service<H: Hosted> {
    config: Config,
    ground: Ground,
    server: BoundServer,
    startup: Arc<Startup<H::Api>>,
    ready: watch::Sender<bool>,
}

impl<H: Hosted> Service<H> {
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
        let stopping = starter.lifecycle().soft();
        let heartbeat_interval = config.repair.heartbeat_interval;
        let ground = Ground::new(
            database,
            bus,
            Arc::clone(&clock),
            stopping,
            heartbeat_interval,
        );
        let startup = Arc::new(Startup::default());
        let health = Health::new(
            H::identity().name,
            startup.clone(),
            Arc::new(ground.clone()),
        );
        let options = ServerOptions {
            host: config.http.service_host,
            port: config.port,
            port_setting: config.port_setting,
            workers: None,
        };
        let defaults = AppDefaults::new(clock, config.http.cors_origins.clone())
            .requiring_if_match(config.http.require_if_match)
            .with_actor_header(config.http.actor_header.clone());
        let routes = H::routes(Arc::clone(&startup), health)?;
        let server = http_server::bind(&options, defaults, starter.lifecycle(), routes)?;
        Ok(Self {
            config,
            ground,
            server,
            startup,
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
        let ready = self.ready.subscribe();
        let relay = self.start_relay(starter, ready.clone());
        let inbox = self.start_inbox(starter, ready.clone());
        let repair = self.start_repair(starter, ready.clone());
        self.start_forgetting(starter, ready);
        let preparation = Preparation::<H> {
            ground: self.ground,
            startup: self.startup,
            database_setting: self.config.database_setting,
            ready: self.ready,
        };
        let server = self.server;
        let http = starter.start("http", starter.lifecycle().soft(), async move {
            let prepared = preparation.run();
            let serving = server.run();
            tokio::pin!(prepared, serving);
            tokio::select! {
                served = &mut serving => return served,
                prepared = &mut prepared => prepared?,
            }
            serving.await
        });
        Running {
            http,
            repair,
            relay,
            inbox,
        }
    }

    fn start_relay(&self, starter: &Starter, ready: watch::Receiver<bool>) -> Part {
        let identity = H::identity();
        let relay = Relay::new(
            identity.name,
            identity.exchange,
            identity.topology,
            Arc::clone(&self.ground.log),
            Arc::clone(&self.ground.bus),
            self.config.repair.heartbeat_interval,
        );
        let (stop, hard) = (CancellationToken::new(), starter.lifecycle().hard());
        let (asked, refused) = (stop.clone(), self.refused());
        starter.start("relay", stop, async move {
            match once_ready(ready, &asked).await {
                true => relay.run(asked, hard).await.map_err(refused),
                false => Ok(()),
            }
        })
    }

    fn start_inbox(&self, starter: &Starter, ready: watch::Receiver<bool>) -> Part {
        let identity = H::identity();
        let clock = Arc::clone(&self.ground.clock);
        let inbox = Inbox::new(
            identity.source.queue,
            identity.topology,
            Arc::clone(&self.ground.bus),
            H::decode(),
            H::settle(&self.ground),
            Arc::clone(&self.ground.parked),
            Arc::new(move || clock.now()),
            self.config.retries,
        );
        let (stop, hard) = (CancellationToken::new(), starter.lifecycle().hard());
        let (asked, refused) = (stop.clone(), self.refused());
        starter.start("inbox", stop, async move {
            match once_ready(ready, &asked).await {
                true => inbox.run(asked, hard).await.map_err(refused),
                false => Ok(()),
            }
        })
    }

    fn start_repair(&self, starter: &Starter, ready: watch::Receiver<bool>) -> Part {
        let identity = H::identity();
        let clock = Arc::clone(&self.ground.clock);
        let repair = Repair::new(RepairParts {
            service: identity.name,
            source: identity.source,
            control_queue: identity.control_queue,
            topology: identity.topology,
            bus: Arc::clone(&self.ground.bus),
            records: H::records(&self.ground),
            checkpoints: Arc::clone(&self.ground.checkpoints),
            parked: Arc::clone(&self.ground.parked),
            copy_changed: self.ground.cache_changed.clone(),
            log: Some(Arc::clone(&self.ground.log)),
            consumers: self.ground.consumers.clone(),
            now: Arc::new(move || clock.now()),
            options: self.config.repair,
            status: self.ground.repair.clone(),
        });
        let stop = CancellationToken::new();
        let asked = stop.clone();
        starter.start("repair", stop, async move {
            if once_ready(ready, &asked).await {
                repair.run(asked).await;
            }
            Ok(())
        })
    }

    /// Ends with the HTTP side: nothing waits for it.
    fn start_forgetting(&self, starter: &Starter, ready: watch::Receiver<bool>) {
        let answers = Arc::clone(&self.ground.answers);
        let clock = Arc::clone(&self.ground.clock);
        let stop = starter.lifecycle().soft();
        starter.lifecycle().spawn("forgetting", async move {
            if once_ready(ready, &stop).await {
                forget_old_answers(answers, clock, stop).await;
            }
        });
    }

    /// A broker that refuses is a matter of its setting.
    fn refused(&self) -> impl FnOnce(BusError) -> StartError + Send + 'static {
        let setting = self.config.broker_setting;
        move |error| ConfigError::new(setting, error).into()
    }
}
