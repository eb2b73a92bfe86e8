//! The log: lines through `tracing` on standard output, as containers expect it.

mod json_lines;
mod members;
mod output;

use std::backtrace::{Backtrace, BacktraceStatus};
use std::io::IsTerminal as _;
use std::panic;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::config::{ConfigError, LogFormat, StartError};
use json_lines::JsonLines;
use output::Output;

/// What is logged when nothing is said.
const DEFAULT: &str = "info";

/// Libraries that say too much at `info`; a filter may name them again and be louder.
const QUIETER: &str = "actix_server=warn,sea_orm=warn,sea_orm_migration=warn,sqlx=warn";

/// The log of this process. While it is held, a thread of its own writes the lines, many at a time;
/// what is logged later is written at once.
///
/// Dropping it writes what is left. So does a panic. What was logged in the last 10 ms before a
/// process is killed is lost.
#[derive(Debug)]
#[must_use = "hold it until the program ends: dropping it ends the collecting of lines"]
pub struct Logging {
    output: Output,
}

impl Drop for Logging {
    fn drop(&mut self) {
        self.output.end();
    }
}

/// Starts logging, once in a process, and logs panics too.
///
/// `filter` is what `RUST_LOG` says, in the syntax of [`EnvFilter`]; `None` or blank is `info`.
///
/// # Errors
/// [`StartError`] when the filter can't be read, or when the log was started before.
pub fn init(format: LogFormat, filter: Option<&str>) -> Result<Logging, StartError> {
    let registry = tracing_subscriber::registry().with(self::filter(filter)?);
    let output = Output::start(std::io::stdout()).map_err(StartError::failed)?;
    let logging = Logging {
        output: output.clone(),
    };
    let started = match format {
        LogFormat::Json => registry
            .with(JsonLines::on_the_wall_clock(output.clone()))
            .try_init(),
        LogFormat::Pretty => registry
            .with(
                tracing_subscriber::fmt::layer()
                    .with_ansi(std::io::stdout().is_terminal())
                    .with_writer(output.clone()),
            )
            .try_init(),
    };
    started.map_err(StartError::failed)?;
    log_panics(output);
    Ok(logging)
}

fn filter(text: Option<&str>) -> Result<EnvFilter, ConfigError> {
    let text = text.map(str::trim).filter(|text| !text.is_empty());
    EnvFilter::builder()
        .parse(format!("{QUIETER},{}", text.unwrap_or(DEFAULT)))
        .map_err(|error| ConfigError::new("RUST_LOG", error))
}

/// A panic is a line of the log as well, instead of free text in the middle of it. With
/// `RUST_BACKTRACE=1` it has its backtrace. It is written before the process may end of it.
fn log_panics(output: Output) {
    panic::set_hook(Box::new(move |info| {
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        let words = info.payload_as_str().unwrap_or("without a message");
        let backtrace = Backtrace::capture();
        let captured = backtrace.status() == BacktraceStatus::Captured;
        let backtrace = captured.then(|| backtrace.to_string());
        tracing::error!(place, panic = words, backtrace, "a panic");
        output.flush();
    }));
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn noisy_libraries_are_quiet_unless_they_are_named() {
        let shown = filter(Some("debug,sqlx=trace")).unwrap().to_string();
        assert!(shown.contains("sqlx=trace"), "{shown}");
        assert!(!shown.contains("sqlx=warn"), "{shown}");
        assert!(shown.contains("sea_orm=warn"), "{shown}");
        assert!(
            shown.split(',').any(|directive| directive == "debug"),
            "{shown}"
        );
        assert!(filter(None).unwrap().to_string().contains("info"));
        assert!(filter(Some(" ")).unwrap().to_string().contains("info"));
    }

    #[test]
    fn a_filter_that_can_not_be_read_is_one_line() {
        let error = filter(Some("info,a=b=c")).unwrap_err().to_string();
        assert!(error.starts_with("RUST_LOG: "), "{error}");
        assert!(!error.contains('\n'), "{error}");
    }
}
