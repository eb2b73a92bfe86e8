//! On what it was measured.

use std::{fs, process::Command};

use serde::{Deserialize, Serialize};

use crate::{failure::Result, options::Plan, servers::Bench};

/// On what it was measured.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Facts {
    /// Cores.
    pub(crate) cores: usize,
    /// What the processor calls itself.
    pub(crate) processor: String,
    /// Memory, in gigabytes.
    pub(crate) memory_gb: u64,
    /// The kernel.
    pub(crate) system: String,
    /// The compiler.
    pub(crate) rustc: String,
    /// PostgreSQL.
    pub(crate) postgres: String,
    /// RabbitMQ.
    pub(crate) rabbitmq: String,
    /// What was measured.
    pub(crate) commit: String,
    /// How often.
    pub(crate) rounds: usize,
    /// How long, in seconds.
    pub(crate) seconds: u64,
    /// Connections of the closed loops.
    pub(crate) connections: usize,
}

impl Facts {
    /// Of this machine, and of the servers that were started.
    ///
    /// # Errors
    /// If a server can't be asked.
    pub(crate) async fn gather(bench: &Bench) -> Result<Self> {
        let Plan {
            rounds,
            length,
            connections,
            ..
        } = bench.plan;
        let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
        Ok(Self {
            cores: std::thread::available_parallelism().map_or(0, usize::from),
            processor: after(&read("/proc/cpuinfo"), "model name"),
            memory_gb: gigabytes(&after(&read("/proc/meminfo"), "MemTotal")),
            system: said("uname", &["-sr"]),
            rustc: said("rustc", &["--version"]),
            postgres: bench.postgres_version().await?,
            rabbitmq: bench.rabbitmq_version(),
            commit: said("git", &["describe", "--always", "--dirty"]),
            rounds,
            seconds: length.as_secs(),
            connections,
        })
    }
}

/// What stands behind `name` and a colon.
fn after(text: &str, name: &str) -> String {
    let line = text.lines().find(|line| line.starts_with(name));
    let value = line.and_then(|line| line.split_once(':'));
    value
        .map(|(_, value)| value.trim().to_owned())
        .unwrap_or_default()
}

fn gigabytes(kilobytes: &str) -> u64 {
    let kilobytes = kilobytes
        .split(' ')
        .next()
        .and_then(|text| text.parse::<u64>().ok());
    (kilobytes.unwrap_or_default() + 524_288) / 1_048_576
}

/// The first line of what a program says; nothing if it is not there.
fn said(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    text.unwrap_or_default()
        .lines()
        .next()
        .unwrap_or_default()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_read_off_what_linux_tells() {
        let text = "processor\t: 0\nmodel name\t: A processor @ 2.6GHz\n";
        assert_eq!(after(text, "model name"), "A processor @ 2.6GHz");
        assert_eq!(
            gigabytes(&after("MemTotal:       24735000 kB", "MemTotal")),
            24
        );
        assert_eq!(after(text, "stepping"), "");
    }
}
