//! What PostgreSQL can do by itself, measured by its own program.

use std::{fs, process::Stdio};

use tokio::process::Command;

use super::Bench;
use crate::failure::{Failure, Result};

/// As many threads as the smallest machine has cores.
const THREADS: usize = 2;

/// A script for pgbench, against one database.
pub(crate) struct Pgbench<'a> {
    /// The text of the script.
    pub(crate) script: &'a str,
    /// Where it runs.
    pub(crate) database_url: &'a str,
    /// Clients at a time.
    pub(crate) clients: usize,
}

impl Pgbench<'_> {
    /// Transactions a second.
    ///
    /// # Errors
    /// If pgbench is not installed, or a transaction fails.
    pub(crate) async fn run(&self, bench: &Bench) -> Result<f64> {
        let folder = bench.new_folder()?;
        let script = folder.path().join("script.sql");
        fs::write(&script, self.script)?;
        let seconds = bench.plan.length.as_secs().max(1);
        let output = Command::new(bench.postgres().await?.program("pgbench"))
            .args(["--no-vacuum", "--protocol", "prepared"])
            .args(["--client", &self.clients.to_string()])
            .args(["--jobs", &THREADS.min(self.clients).to_string()])
            .args(["--time", &seconds.to_string()])
            .arg("--file")
            .arg(&script)
            .arg(self.database_url)
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .output()
            .await?;
        let printed = String::from_utf8_lossy(&output.stdout);
        let complaint = String::from_utf8_lossy(&output.stderr);
        transactions_per_second(&printed)
            .filter(|_| output.status.success() && !complaint.contains("aborted"))
            .ok_or_else(|| Failure::Program(format!("pgbench failed: {printed}{complaint}")))
    }
}

fn transactions_per_second(printed: &str) -> Option<f64> {
    let line = printed
        .lines()
        .find_map(|line| line.strip_prefix("tps = "))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_read_off_what_pgbench_prints() {
        let printed = "latency average = 0.7 ms\ntps = 44012.5 (without initial connection time)\n";
        assert_eq!(transactions_per_second(printed), Some(44_012.5));
        assert_eq!(transactions_per_second("tps"), None);
    }
}
