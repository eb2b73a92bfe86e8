//! Settings of the program `authors-service`.

use clap::Parser;
use service_host::RepairSettings;
use service_kit::config::{ConfigError, HttpSettings, LogSettings, SecretUrl, StartError};

/// Owns authors, keeps a cache of books, and links the two
#[derive(Debug, Clone, Parser)]
#[command(name = "authors-service", version)]
pub struct Settings {
    /// Where authors are kept: sqlite://PATH or postgres://USER:PASSWORD@HOST/NAME
    #[arg(
        long,
        env = "DATABASE_URL",
        default_value = "sqlite://data/authors.db",
        hide_env_values = true
    )]
    pub database_url: SecretUrl,
    /// Where events are published: amqp://USER:PASSWORD@HOST/VHOST
    #[arg(long, env = "BROKER_URL", hide_env_values = true)]
    pub broker_url: SecretUrl,
    /// Port to listen on; 0 takes a free one
    #[arg(long, env = "SERVICE_PORT", default_value_t = 8001)]
    pub service_port: u16,
    /// Repair
    #[command(flatten)]
    pub repair: RepairSettings,
    /// HTTP
    #[command(flatten)]
    pub http: HttpSettings,
    /// Logs
    #[command(flatten)]
    pub log: LogSettings,
}

impl Settings {
    /// What no single setting can tell.
    ///
    /// # Errors
    /// If the settings don't go together.
    pub fn check(&self) -> Result<(), StartError> {
        if self.broker_url.scheme() == "memory" {
            let reason = "memory: reaches no other process; set amqp://…, or run `colophon`, \
                          which runs both services in one process";
            return Err(ConfigError::new("BROKER_URL", reason).into());
        }
        Ok(())
    }
}
