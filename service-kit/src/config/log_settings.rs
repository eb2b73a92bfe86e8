//! How a program logs.

use crate::config::StartError;
use crate::telemetry::{self, Logging};

/// The form of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum LogFormat {
    /// One JSON object a line, for machines.
    #[default]
    Json,
    /// For people, in color on a terminal.
    Pretty,
}

/// Settings of the log; flatten them into a program's own.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct LogSettings {
    /// Form of the log
    #[arg(long, env = "LOG_FORMAT", value_enum, default_value_t)]
    pub log_format: LogFormat,
    /// What is logged, in the syntax of tracing's EnvFilter: `debug`, or `info,sqlx=debug`
    /// [default: info]
    #[arg(long, env = "RUST_LOG")]
    pub rust_log: Option<String>,
}

impl LogSettings {
    /// Starts logging, once in a process; hold what it returns until the program ends.
    ///
    /// # Errors
    /// As [`telemetry::init`].
    pub fn start(&self) -> Result<Logging, StartError> {
        telemetry::init(self.log_format, self.rust_log.as_deref())
    }
}
