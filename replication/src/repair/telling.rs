//! Tells others digests of this service's own rows.

use std::sync::Arc;

use shared_events::control::{CONTENT_VERSION, ControlMessage, Digest};
use tokio::time::sleep;
use tracing::warn;

use super::{RepairParts, channel::Channel, digests::digests};
use crate::{StoreError, log::EventLog, records::Table};

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
        loop {
            sleep(self.parts.options.drift_interval).await;
            match self.digest().await {
                Ok(digest) => self.channel.tell(&ControlMessage::Digest(digest)).await,
                Err(error) => warn!(%error, "no digest could be made"),
            }
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
