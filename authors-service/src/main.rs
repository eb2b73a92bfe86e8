//! The program `authors-service`: wiring only.

use std::{process::ExitCode, sync::Arc};

use authors_service::{
    config::Settings,
    service::{AuthorsService, SERVICE},
};
use event_bus::BusOptions;
use replication::parked::RetrySchedule;
use service_host::{Config, Service};
use service_kit::{
    clock::SystemClock,
    config::{ConfigError, StartError, parse_arguments},
    lifecycle::Lifecycle,
    running::{Starter, exit_code},
};

#[tokio::main]
async fn main() -> ExitCode {
    exit_code(run().await)
}

async fn run() -> Result<(), StartError> {
    let settings: Settings = parse_arguments()?;
    settings.check()?;
    let _logging = settings.log.start()?;
    let options = BusOptions {
        client_name: SERVICE.name().to_owned(),
        ..BusOptions::default()
    };
    let bus = event_bus::connect(settings.broker_url.expose(), &options)
        .map_err(|error| ConfigError::new("BROKER_URL", error))?;
    let starter = Starter::new(Lifecycle::new());
    let config = Config {
        database_url: settings.database_url,
        database_setting: "DATABASE_URL",
        broker_setting: "BROKER_URL",
        port: settings.service_port,
        port_setting: "SERVICE_PORT",
        http: settings.http,
        retries: RetrySchedule::default(),
        repair: settings.repair.options(),
    };
    let service = Service::<AuthorsService>::build(
        config,
        Arc::clone(&bus),
        Arc::new(SystemClock),
        &starter,
    )?;
    tracing::info!(address = %service.address(), "listening");
    let running = service.start(&starter);
    let result = starter.run(vec![running]).await;
    bus.close().await;
    result
}
