//! `colophon serve`: both services in one process.

use std::{io::Write as _, sync::Arc};

use authors_service::service::AuthorsService;
use books_service::service::BooksService;
use event_bus::{BusError, BusOptions, EventBus};
use replication::parked::RetrySchedule;
use service_host::{Config, RepairSettings, Service, pair_topology};
use service_kit::{
    clock::{Clock, SystemClock},
    config::{ConfigError, HttpSettings, LogSettings, SecretUrl, StartError},
    lifecycle::Lifecycle,
    running::Starter,
};
use tokio::sync::watch;

use crate::settings::DatabaseSettings;

/// Settings of `colophon serve`.
#[derive(Debug, Clone, clap::Args)]
pub struct ServeSettings {
    #[command(flatten)]
    databases: DatabaseSettings,
    /// What carries the events: memory: within this process, or amqp://USER:PASSWORD@HOST/VHOST
    #[arg(
        long,
        env = "BROKER_URL",
        default_value = "memory:",
        hide_env_values = true
    )]
    broker_url: SecretUrl,
    /// Port of authors-service; 0 takes a free one
    #[arg(long, env = "AUTHORS_PORT", default_value_t = 8001)]
    authors_port: u16,
    /// Port of books-service; 0 takes a free one
    #[arg(long, env = "BOOKS_PORT", default_value_t = 8002)]
    books_port: u16,
    #[command(flatten)]
    repair: RepairSettings,
    #[command(flatten)]
    http: HttpSettings,
    #[command(flatten)]
    log: LogSettings,
}

/// Runs both services until a signal comes.
///
/// # Errors
/// If a setting is wrong.
pub async fn run(settings: ServeSettings) -> Result<(), StartError> {
    let _logging = settings.log.start()?;
    let options = BusOptions {
        client_name: "colophon".to_owned(),
        ..BusOptions::default()
    };
    let bus = event_bus::connect(settings.broker_url.expose(), &options)
        .map_err(|error| ConfigError::new("BROKER_URL", error))?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let starter = Starter::new(Lifecycle::new());
    let (authors_choice, books_choice) =
        (settings.databases.authors()?, settings.databases.books()?);
    let authors = Service::<AuthorsService>::build(
        Config {
            database_url: authors_choice.url,
            database_setting: authors_choice.setting,
            broker_setting: "BROKER_URL",
            port: settings.authors_port,
            port_setting: "AUTHORS_PORT",
            http: settings.http.clone(),
            retries: RetrySchedule::default(),
            repair: settings.repair.options(),
        },
        Arc::clone(&bus),
        Arc::clone(&clock),
        &starter,
    )?;
    let books = Service::<BooksService>::build(
        Config {
            database_url: books_choice.url,
            database_setting: books_choice.setting,
            broker_setting: "BROKER_URL",
            port: settings.books_port,
            port_setting: "BOOKS_PORT",
            http: settings.http,
            retries: RetrySchedule::default(),
            repair: settings.repair.options(),
        },
        Arc::clone(&bus),
        clock,
        &starter,
    )?;
    let places = format!(
        "Colophon is ready.\n  \
         authors  http://{}/docs\n  \
         books    http://{}/docs\n  \
         data     {}\n\
         Ctrl-C stops it.\n",
        authors.address(),
        books.address(),
        settings.databases.place(),
    );
    let readiness = [authors.ready(), books.ready()];
    tokio::spawn(say_where_to_look(readiness, Arc::clone(&bus), places));
    let running = vec![authors.start(&starter), books.start(&starter)];
    let result = starter.run(running).await;
    bus.close().await;
    result
}

/// On standard error: standard output is the log's. Says nothing if the broker refuses this
/// program, which ends the start with a line of its own; one that can't be reached is waited for.
async fn say_where_to_look(
    readiness: [watch::Receiver<bool>; 2],
    bus: Arc<dyn EventBus>,
    places: String,
) {
    for mut ready in readiness {
        if ready.wait_for(|ready| *ready).await.is_err() {
            return;
        }
    }
    if let Err(BusError::Refused(_)) = bus.declare(&pair_topology()).await {
        return;
    }
    // Nobody may be listening there, which is no reason to stop.
    let _ = std::io::stderr().write_all(places.as_bytes());
}
