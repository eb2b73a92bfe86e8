//! Tells a producer how far its log is settled here.

use std::time::Duration;

use shared_events::control::{CheckpointReport, ConsumerKind, ControlMessage};
use tokio::time::{Instant, sleep, sleep_until};
use tracing::debug;

use super::{RepairParts, channel::Channel};
use crate::StoreError;

/// Between two looks at the least. Who was idle before tells of a change at once.
const PAUSE: Duration = Duration::from_millis(20);

/// Tells a producer how far its log is settled here.
pub(super) struct Reporting {
    parts: RepairParts,
    channel: Channel,
}

impl Reporting {
    pub(super) fn new(parts: RepairParts, channel: Channel) -> Self {
        Self { parts, channel }
    }

    pub(super) async fn run(self) {
        let mut changes = self.parts.copy_changed.listen();
        let mut told: Option<CheckpointReport> = None;
        // Also when nothing has moved: a report may get lost, and a producer that was restarted has
        // forgotten.
        let mut repeat_at = Instant::now();
        loop {
            match self.report().await {
                Ok(report) => {
                    let news = told.as_ref().is_none_or(|told| is_news(told, &report));
                    if news || Instant::now() >= repeat_at {
                        let message = ControlMessage::Checkpoint(report.clone());
                        self.channel.tell(&message).await;
                        told = Some(report);
                        repeat_at = Instant::now() + self.parts.options.heartbeat_interval;
                    }
                }
                Err(error) => {
                    debug!(%error, "the checkpoint could not be read");
                    repeat_at = Instant::now() + self.parts.options.heartbeat_interval;
                }
            }
            sleep(PAUSE).await;
            tokio::select! {
                () = changes.heard() => {}
                () = sleep_until(repeat_at) => {}
            }
        }
    }

    async fn report(&self) -> Result<CheckpointReport, StoreError> {
        let producer = self.parts.source.producer.name();
        // The checkpoint first: what is parked comes with it, in one transaction, so that nothing
        // that is settled and not applied is missed.
        let all = self.parts.checkpoints.checkpoints().await?;
        let begun = all
            .iter()
            .filter(|((name, _), held)| name == producer && held.has_begun());
        let newest = begun.max_by_key(|((_, epoch), _)| *epoch);
        let (epoch, settled_through) =
            newest.map_or((0, 0), |((_, epoch), held)| (*epoch, held.through()));
        let most = CheckpointReport::MOST_UNAPPLIED;
        let parked = &self.parts.parked;
        // One more than is told tells whether there is more.
        let mut unapplied = parked.unapplied(producer, epoch, most as u32 + 1).await?;
        let unapplied_more = unapplied.len() > most;
        unapplied.drain(..unapplied.len().saturating_sub(most));
        Ok(CheckpointReport {
            producer: producer.to_owned(),
            consumer: self.parts.service.to_owned(),
            kind: match self.parts.log {
                Some(_) => ConsumerKind::Owner,
                None => ConsumerKind::Downstream,
            },
            epoch,
            settled_through,
            unapplied,
            unapplied_more,
            // After the reads, so that what is told was so by then.
            at: (self.parts.now)(),
        })
    }
}

/// Whether anything but the time differs.
fn is_news(told: &CheckpointReport, report: &CheckpointReport) -> bool {
    CheckpointReport {
        at: told.at,
        ..report.clone()
    } != *told
}
