//! What has become of a write elsewhere: which consumers of this service's log have applied it.
//!
//! Each consumer tells how far it is ([`CheckpointReport`](shared_events::control::CheckpointReport));
//! [`Consumers`] keeps what was told, in memory and bounded. It is a view of others and nothing
//! depends on it: after a restart they tell it again within a heartbeat interval.

mod consumer;
mod consumers;
mod registry;
mod report;

use std::{sync::Arc, time::Duration};

use shared_events::Receipt;
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;

use crate::{StoreError, log::EventLog};
pub use consumers::Consumers;
pub use report::{ConsumerReport, ConsumerState, ReceiptReport};

/// How often one who waits looks whether a consumer that it waits for has fallen silent.
const LOOK: Duration = Duration::from_secs(1);

/// Finds writes in the log, and tells who has applied them.
#[derive(Clone)]
pub struct Receipts {
    log: Arc<dyn EventLog>,
    consumers: Consumers,
    stopping: CancellationToken,
}

impl Receipts {
    /// Of `log`, as far as `consumers` have told. Once `stopping`, nobody waits any more.
    pub fn new(log: Arc<dyn EventLog>, consumers: Consumers, stopping: CancellationToken) -> Self {
        Self {
            log,
            consumers,
            stopping,
        }
    }

    /// Who has applied the write; `None` if the log does not hold it.
    ///
    /// # Errors
    /// If the log can't be read.
    pub async fn report(&self, receipt: &Receipt) -> Result<Option<ReceiptReport>, StoreError> {
        let place = self.log.place(receipt).await?;
        Ok(place.map(|place| ReceiptReport {
            receipt: receipt.to_string(),
            sequence: place.sequence,
            at: place.timestamp,
            consumers: self.consumers.standing(&place),
        }))
    }

    /// Waits up to `patience` until every consumer that is not silent has applied the write, and
    /// there is one. Returns whether they have; `None` at once if the log does not hold it, since
    /// nobody can tell then. Holds nothing meanwhile.
    ///
    /// # Errors
    /// If the log can't be read.
    pub async fn applied_within(
        &self,
        receipt: &Receipt,
        patience: Duration,
    ) -> Result<Option<bool>, StoreError> {
        let deadline = Instant::now() + patience;
        let Some(place) = self.log.place(receipt).await? else {
            return Ok(None);
        };
        let mut told = self.consumers.listen();
        while !self.consumers.have_applied(&place) {
            if self.stopping.is_cancelled() || Instant::now() >= deadline {
                return Ok(Some(false));
            }
            tokio::select! {
                biased;
                () = self.stopping.cancelled() => {}
                _ = timeout_at(deadline.min(Instant::now() + LOOK), told.heard()) => {}
            }
        }
        Ok(Some(true))
    }
}
