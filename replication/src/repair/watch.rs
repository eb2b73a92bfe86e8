//! Hears the producer's heartbeats, and asks for what is missing.

use std::{collections::VecDeque, time::Duration};

use shared_events::control::{ControlMessage, Heartbeat, ReplayRequested};
use tokio::{
    sync::mpsc::Receiver,
    task::JoinHandle,
    time::{Instant, sleep_until},
};
use tracing::{error, info, warn};

use super::{
    RepairParts,
    channel::Channel,
    missing::{Missing, Patience, Settled, missing},
    snapshot,
};
use crate::StoreError;

/// How often to look whether something is still missing.
const LOOK: Duration = Duration::from_secs(1);
/// After so many intervals without a heartbeat the queue may be gone, or its bindings.
const SILENT_INTERVALS: u32 = 3;
/// A heartbeat may be on its way for so many intervals before it says that its producer fell back.
const UNDER_WAY: usize = 2;

/// Watches over one producer's log.
pub(super) struct Watch {
    parts: RepairParts,
    channel: Channel,
    patience: Patience,
    heard: Option<Heartbeat>,
    fallen_back: FallenBack,
    snapshot: Option<JoinHandle<()>>,
}

impl Watch {
    pub(super) fn new(parts: RepairParts, channel: Channel) -> Self {
        Self {
            patience: Patience::new(parts.options.gap_patience),
            parts,
            channel,
            heard: None,
            fallen_back: FallenBack::default(),
            snapshot: None,
        }
    }

    pub(super) async fn run(mut self, mut heartbeats: Receiver<Heartbeat>) {
        let silence = self.parts.options.heartbeat_interval * SILENT_INTERVALS;
        let look = LOOK.min(self.parts.options.gap_patience);
        let mut silent_at = Instant::now() + silence;
        let mut look_at = Instant::now() + look;
        loop {
            tokio::select! {
                biased;
                heard = heartbeats.recv() => {
                    let Some(heartbeat) = heard else { return };
                    silent_at = Instant::now() + silence;
                    self.hear(heartbeat).await;
                }
                () = sleep_until(silent_at) => {
                    self.channel.declare().await;
                    silent_at = Instant::now() + silence;
                }
                () = sleep_until(look_at) => {
                    look_at = Instant::now() + look;
                    self.look().await;
                }
            }
        }
    }

    async fn hear(&mut self, heartbeat: Heartbeat) {
        self.parts.status.heard(&heartbeat, (self.parts.now)());
        match self.settled().await {
            Ok(settled) => {
                let alarm = self.fallen_back.hear(&heartbeat, &settled);
                if let Some(alarm) = &alarm {
                    error!(alarm, "the producer's log has fallen back");
                }
                self.parts.status.alarm(alarm);
            }
            Err(error) => warn!(%error, "checkpoints could not be read"),
        }
        self.heard = Some(heartbeat);
    }

    /// Asks for what has been missing for long enough.
    async fn look(&mut self) {
        if self.snapshot.as_ref().is_some_and(JoinHandle::is_finished) {
            self.snapshot = None;
        }
        let (Some(heartbeat), None) = (&self.heard, &self.snapshot) else {
            return;
        };
        let settled = match self.settled().await {
            Ok(settled) => settled,
            Err(error) => {
                warn!(%error, "checkpoints could not be read");
                return;
            }
        };
        let missing = missing(&settled, heartbeat);
        if missing == Missing::Nothing {
            self.patience.reset();
            return;
        }
        let epoch = heartbeat.epoch;
        let through = settled.get(&epoch).map_or(0, |held| held.through());
        if !self.patience.is_over(epoch, through, Instant::now()) {
            return;
        }
        // What is missing may be so because its queue or a binding was.
        if !self.channel.declare().await {
            return;
        }
        match missing {
            Missing::Nothing => {}
            Missing::Replay(ranges) => {
                for range in ranges {
                    self.ask_for(epoch, *range.start(), *range.end()).await;
                }
            }
            Missing::Snapshot(reason) => {
                info!(reason, "asking for a snapshot");
                self.parts.status.asked_for_snapshot();
                let taking = snapshot::take(self.parts.clone(), self.channel.clone());
                self.snapshot = Some(tokio::spawn(taking));
            }
        }
    }

    async fn ask_for(&self, epoch: i64, from: i64, to: i64) {
        let producer = self.parts.source.producer.name();
        info!(producer, epoch, from, to, "asking for a replay");
        self.parts.status.asked_for_replay();
        let request = ReplayRequested {
            producer: producer.to_owned(),
            epoch,
            from,
            to,
            reply_to: self.parts.source.queue.to_owned(),
        };
        self.channel
            .tell(&ControlMessage::ReplayRequested(request))
            .await;
    }

    async fn settled(&self) -> Result<Settled, StoreError> {
        let producer = self.parts.source.producer.name();
        let all = self.parts.checkpoints.checkpoints().await?;
        let of_producer = all.into_iter().filter(|((name, _), _)| name == producer);
        Ok(of_producer
            .map(|((_, epoch), checkpoint)| (epoch, checkpoint))
            .collect())
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if let Some(snapshot) = self.snapshot.take() {
            snapshot.abort();
        }
    }
}

/// Tells a producer whose log ends before what this copy has settled, as it does when it was
/// restored from a backup, from a heartbeat that was merely overtaken by events.
#[derive(Default)]
struct FallenBack {
    /// The newest epoch and its checkpoint when the last heartbeats came.
    settled_then: VecDeque<(i64, i64)>,
}

impl FallenBack {
    /// What is wrong, if something is.
    fn hear(&mut self, heartbeat: &Heartbeat, settled: &Settled) -> Option<String> {
        let newest = settled
            .iter()
            .rfind(|(_, held)| held.has_begun())
            .map_or((0, 0), |(epoch, held)| (*epoch, held.through()));
        let before = (self.settled_then.len() == UNDER_WAY)
            .then(|| self.settled_then.pop_front())
            .flatten();
        self.settled_then.push_back(newest);
        let (epoch, greatest) = before?;
        let fallen_back = (heartbeat.epoch, heartbeat.last) < (epoch, greatest);
        fallen_back.then(|| {
            let Heartbeat { producer, last, .. } = heartbeat;
            format!(
                "The log of {producer} ends at {last} in epoch {}, but {greatest} in epoch {epoch} \
                 is settled here: if it was restored from a backup, stop it and run `colophon \
                 new-epoch` before it serves again.",
                heartbeat.epoch
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checkpoint::Checkpoint;

    fn alarms(heard: &[(i64, i64, i64)]) -> Vec<bool> {
        let mut fallen_back = FallenBack::default();
        let mut hear = |&(epoch, last, settled): &(i64, i64, i64)| {
            let heartbeat = Heartbeat {
                producer: "things-service".to_owned(),
                epoch,
                first: 1,
                last,
            };
            let settled = Settled::from([(2, Checkpoint::restore(settled, []))]);
            fallen_back.hear(&heartbeat, &settled).is_some()
        };
        heard.iter().map(&mut hear).collect()
    }

    #[test]
    fn a_heartbeat_that_events_have_overtaken_is_no_alarm() {
        let busy = [(2, 10, 15), (2, 20, 25), (2, 30, 35), (2, 40, 45)];
        assert_eq!(alarms(&busy), [false; 4]);
    }

    #[test]
    fn a_log_that_ends_before_what_was_settled_long_ago_is_an_alarm() {
        let restored = [
            (2, 40, 40),
            (2, 40, 40),
            (2, 30, 40),
            (2, 31, 40),
            (2, 41, 41),
        ];
        assert_eq!(alarms(&restored), [false, false, true, true, false]);
    }

    #[test]
    fn an_earlier_epoch_is_an_alarm_however_long_its_log() {
        let restored = [(2, 40, 40), (2, 40, 40), (1, 90, 40)];
        assert_eq!(alarms(&restored), [false, false, true]);
    }
}
