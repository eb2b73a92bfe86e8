//! Building blocks for settings by flag or environment (clap), and errors of one line.

mod arguments;
mod http_settings;
mod log_settings;
mod secret_url;
mod start_error;

pub use arguments::{arguments_from, parse_arguments};
pub use http_settings::{CorsOrigins, HttpSettings};
pub use log_settings::{LogFormat, LogSettings};
pub use secret_url::{SecretUrl, SecretUrlError};
pub use start_error::{ConfigError, StartError};
