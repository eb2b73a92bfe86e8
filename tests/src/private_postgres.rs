//! A PostgreSQL server of the test's own, which it may stop, kill and start again.

/// Small and quick: tests share a small machine. Durability stays on.
const SETTINGS: [&str; 4] = [
    "max_connections=100",
    "shared_buffers=32MB",
    "autovacuum=off",
    "max_wal_size=256MB",
];

/// A server. Dropping it ends it and removes its data.
pub struct PrivatePostgres(local_servers::PrivatePostgres);

impl PrivatePostgres {
    /// Makes a server and waits until it answers.
    ///
    /// # Panics
    /// If PostgreSQL is not installed or does not start.
    pub async fn start() -> Self {
        let started = local_servers::PrivatePostgres::start(&SETTINGS).await;
        Self(started.unwrap())
    }

    /// Makes a database; its URL.
    ///
    /// # Panics
    /// If the server refuses.
    pub async fn create_database(&self, name: &str) -> String {
        self.0.create_database(name).await.unwrap()
    }

    /// Ends the server without warning (SIGKILL); what it forked notices and ends, too.
    pub fn kill_9(&mut self) {
        self.0.kill_9();
    }

    /// Stops it as an operator would in a hurry, and waits until it is gone.
    ///
    /// # Panics
    /// If it does not end.
    pub async fn stop(&mut self) {
        self.0.stop().await.unwrap();
    }

    /// Starts it on the same data and port, and waits until it answers.
    ///
    /// # Panics
    /// If it does not.
    pub async fn start_again(&mut self) {
        self.0.start_again().await.unwrap();
    }
}
