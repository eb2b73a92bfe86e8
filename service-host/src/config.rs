//! What a service is started with.

use replication::{parked::RetrySchedule, repair::RepairOptions};
use service_kit::config::{HttpSettings, SecretUrl};

/// Settings, and the names under which they were set, for errors.
pub struct Config {
    /// Where the records are kept.
    pub database_url: SecretUrl,
    /// Name of the setting that holds it.
    pub database_setting: &'static str,
    /// Name of the setting that holds the broker's URL.
    pub broker_setting: &'static str,
    /// Port to listen on; 0 takes a free one.
    pub port: u16,
    /// Name of the setting that holds it.
    pub port_setting: &'static str,
    /// HTTP.
    pub http: HttpSettings,
    /// When parked messages are tried again.
    pub retries: RetrySchedule,
    /// How often services compare notes.
    pub repair: RepairOptions,
}
