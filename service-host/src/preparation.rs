//! Gets the database ready and opens the service.

use std::sync::Arc;

use migrations::prepare;
use replication::{StoreError, backoff::Backoff};
use service_kit::{
    config::{ConfigError, StartError},
    health::Startup,
};
use tokio::{sync::watch, time::sleep};
use tokio_util::sync::CancellationToken;
use tracing::warn;

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
        once_possible(|| H::catch_up(&self.ground))
            .await
            .map_err(StartError::failed)?;
        let head = once_possible(|| self.ground.log.head())
            .await
            .map_err(StartError::failed)?;
        self.startup.is_ready(H::api(&self.ground, head.epoch));
        self.ready.send_replace(true);
        Ok(())
    }
}

/// Does `step` again for as long as the database can't be used.
async fn once_possible<T, F>(step: impl Fn() -> F) -> Result<T, StoreError>
where
    F: Future<Output = Result<T, StoreError>>,
{
    let mut backoff = Backoff::default();
    loop {
        match step().await {
            Err(StoreError::Unavailable(reason)) => {
                warn!(reason, "waiting for the database");
                sleep(backoff.next_delay()).await;
            }
            done @ (Ok(_) | Err(StoreError::Data(_))) => return done,
        }
    }
}

/// Waits for the database; `false` if asked to stop before it was ready.
pub(crate) async fn once_ready(mut ready: watch::Receiver<bool>, stop: &CancellationToken) -> bool {
    tokio::select! {
        ready = ready.wait_for(|ready| *ready) => ready.is_ok(),
        () = stop.cancelled() => false,
    }
}

#[cfg(test)]
mod tests {
    use std::{cell::Cell, time::Duration};

    use tokio::time::Instant;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_the_database_is_away_for_is_done_once_it_is_there() {
        let (asked, began) = (Cell::new(0), Instant::now());
        let done = once_possible(|| async {
            asked.set(asked.get() + 1);
            match asked.get() {
                1 | 2 => Err(StoreError::Unavailable("connection refused".to_owned())),
                times => Ok(times),
            }
        });
        assert_eq!(done.await, Ok(3));
        assert!(began.elapsed() >= Duration::from_millis(150));
    }

    #[tokio::test]
    async fn what_the_database_refuses_is_not_done_again() {
        let refused = StoreError::Data("too big".to_owned());
        let done = once_possible(|| async { Err::<(), _>(refused.clone()) });
        assert_eq!(done.await, Err(refused.clone()));
    }
}
