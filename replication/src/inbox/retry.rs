//! Parked messages get another chance.

use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio_util::sync::CancellationToken;
use tracing::warn;

use super::{BATCH, Inbox, Ledger, settle::Item};

impl<E: Send + Sync + 'static> Inbox<E> {
    /// Tries the parked messages that are due, each by itself. Returns when to come again.
    pub(super) async fn retry_parked(&self, stop: &CancellationToken) -> Option<DateTime<Utc>> {
        let due = match self.parked.due((self.now)(), BATCH as u32).await {
            Ok(due) => due,
            Err(error) => {
                warn!(%error, "parked messages could not be read");
                return Some((self.now)() + Duration::from_secs(1));
            }
        };
        for parked in due {
            match (self.decode)(&parked.body) {
                Ok(incoming) => {
                    let item = Item {
                        body: parked.body.clone(),
                        incoming,
                        parked_before: Some(parked),
                    };
                    self.settle_all(&[item], stop).await?;
                }
                Err(poison) => {
                    let mut ledger = Ledger::default();
                    self.park(&mut ledger, parked.body.clone(), *poison, Some(&parked));
                    self.write(&ledger, stop).await?;
                }
            }
        }
        self.next_retry().await
    }

    pub(super) async fn next_retry(&self) -> Option<DateTime<Utc>> {
        match self.parked.next_due().await {
            Ok(next) => next,
            Err(error) => {
                warn!(%error, "parked messages could not be read");
                Some((self.now)() + Duration::from_secs(1))
            }
        }
    }
}

pub(super) async fn sleep_until(at: Option<DateTime<Utc>>, now: DateTime<Utc>) {
    match at {
        Some(at) => tokio::time::sleep((at - now).to_std().unwrap_or_default()).await,
        None => std::future::pending().await,
    }
}
