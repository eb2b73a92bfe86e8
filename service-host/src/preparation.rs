//! Gets the database ready and opens the service.

use std::sync::Arc;

use migrations::prepare;
use service_kit::{
    config::{ConfigError, StartError},
    health::Startup,
};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::{Ground, Hosted};

/// What is to be done before the first request.
pub(crate) struct Preparation<H: Hosted> {
    pub(crate) ground: Ground,
    pub(crate) startup: Arc<Startup<H::Api>>,
    pub(crate) database_setting: &'static str,
    pub(crate) ready: watch::Sender<bool>,
}

impl<H: Hosted> Preparation<H> {
    /// Waits for the database, migrates it, and opens the service.
    pub(crate) async fn run(self) -> Result<(), StartError> {
        let waits_for = |what: &str| self.startup.waits_for(what);
        prepare::<H::Migrator>(&self.ground.database, waits_for)
            .await
            .map_err(|error| ConfigError::new(self.database_setting, error))?;
        waits_for("what is stored to become searchable");
        H::catch_up(&self.ground)
            .await
            .map_err(StartError::failed)?;
        let head = self.ground.log.head().await.map_err(StartError::failed)?;
        self.startup.is_ready(H::api(&self.ground, head.epoch));
        self.ready.send_replace(true);
        Ok(())
    }
}

/// Waits for the database; `false` if asked to stop before it was ready.
pub(crate) async fn once_ready(mut ready: watch::Receiver<bool>, stop: &CancellationToken) -> bool {
    tokio::select! {
        ready = ready.wait_for(|ready| *ready) => ready.is_ok(),
        () = stop.cancelled() => false,
    }
}
