//! Tells others digests of this service's own rows.

use std::{sync::Arc, time::Duration};

use shared_events::control::{CONTENT_VERSION, ControlMessage, Digest};
use tokio::time::{Instant, sleep};
use tracing::warn;

use super::{RepairParts, channel::Channel, digests::digests};
use crate::{StoreError, log::EventLog, records::Table};

/// However many rows there are, at most a fifth of the time goes into digests: the pause after one is so
/// many times as long as it took, at least.
const SPARING: u32 = 4;

/// Tells others what this service's own rows are.
pub(super) struct Telling {
    parts: RepairParts,
    log: Arc<dyn EventLog>,
    channel: Channel,
}

impl Telling {
    pub(super) fn new(parts: RepairParts, log: Arc<dyn EventLog>, channel: Channel) -> Self {
        Self {
            parts,
            log,
            channel,
        }
    }

    pub(super) async fn run(self) {
        let mut pause = self.parts.options.drift_interval;
        loop {
            sleep(pause).await;
            let began = Instant::now();
            match self.digest().await {
                Ok(digest) => self.channel.tell(&ControlMessage::Digest(digest)).await,
                Err(error) => warn!(%error, "no digest could be made"),
            }
            pause = pause_after(began.elapsed(), self.parts.options.drift_interval);
        }
    }

    async fn digest(&self) -> Result<Digest, StoreError> {
        let records = self.parts.records.as_ref();
        Ok(Digest {
            producer: self.parts.service.to_owned(),
            epoch: self.log.head().await?.epoch,
            content_version: CONTENT_VERSION,
            records: digests(records, Table::Owned).await?,
            links: digests(records, Table::Links).await?,
        })
    }
}

fn pause_after(took: Duration, interval: Duration) -> Duration {
    interval.max(SPARING * took)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_that_takes_long_is_not_made_all_the_time() {
        let interval = Duration::from_secs(300);
        let pause = |took| pause_after(Duration::from_secs(took), interval).as_secs();
        assert_eq!([1, 75, 76, 240].map(pause), [300, 300, 304, 960]);
    }
}
