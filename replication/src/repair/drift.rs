//! Compares the copy with its owner, and puts right what differs twice.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use shared_events::{
    Key, RecordVersion,
    control::{
        BucketRequested, BucketRows, CONTENT_VERSION, ControlMessage, Digest, HeldRow, Part,
    },
};
use tokio::{sync::mpsc::Receiver, time::timeout};
use tracing::{debug, error, info, warn};

use super::{
    RepairParts,
    channel::Channel,
    digests::{PAGE, digests, next},
};
use crate::{
    StoreError,
    records::{Healed, Range, Repair, StoredRow, Table},
};

/// How long an answer may take.
const ANSWER: Duration = Duration::from_secs(15);

/// Compares what the owner tells with the copy.
pub(super) struct Comparing {
    parts: RepairParts,
    channel: Channel,
    /// What differed the last time.
    differed: BTreeSet<(Part, u8)>,
}

impl Comparing {
    pub(super) fn new(parts: RepairParts, channel: Channel) -> Self {
        Self {
            parts,
            channel,
            differed: BTreeSet::new(),
        }
    }

    pub(super) async fn run(mut self, mut told: Receiver<Digest>, mut rows: Receiver<BucketRows>) {
        while let Some(digest) = told.recv().await {
            if let Err(error) = self.compare(&digest, &mut rows).await {
                warn!(%error, "the copy could not be compared with its owner");
            }
        }
    }

    async fn compare(
        &mut self,
        digest: &Digest,
        rows: &mut Receiver<BucketRows>,
    ) -> Result<(), StoreError> {
        if digest.content_version != CONTENT_VERSION {
            debug!("the owner's release compares other fields");
            return Ok(());
        }
        if self.settled().await?.0 != digest.epoch {
            // A snapshot is due, or the digest is of old.
            return Ok(());
        }
        let records = self.parts.records.as_ref();
        let mut differing = BTreeSet::new();
        for (part, table, told) in [
            (Part::Records, Table::Cached, &digest.records),
            (Part::Links, Table::Links, &digest.links),
        ] {
            let held = digests(records, table).await?;
            differing.extend(held.differing(told).map(|bucket| (part, bucket)));
        }
        self.parts.status.compared((self.parts.now)());
        let twice: Vec<_> = differing.intersection(&self.differed).copied().collect();
        if !differing.is_empty() {
            info!(
                buckets = differing.len(),
                again = twice.len(),
                "the copy differs from its owner"
            );
        }
        self.differed = differing;
        for (part, bucket) in twice {
            if !self.repair(part, bucket, rows).await? {
                debug!("no answer; the next comparison asks again");
                break;
            }
        }
        Ok(())
    }

    /// Asks for what differs in a bucket, range by range, and puts it right. Returns whether that
    /// was answered.
    async fn repair(
        &self,
        part: Part,
        bucket: u8,
        answers: &mut Receiver<BucketRows>,
    ) -> Result<bool, StoreError> {
        let table = match part {
            Part::Records => Table::Cached,
            Part::Links => Table::Links,
        };
        let mut after = (0, 0);
        loop {
            // Before the rows are read: what the log tells later can't be missing from them.
            let (_, settled_through) = self.settled().await?;
            let range = Range {
                after,
                through: None,
                bucket: Some(bucket),
                limit: PAGE,
            };
            let held = self.parts.records.rows(table, &range).await?;
            let request = BucketRequested {
                producer: self.parts.source.producer.name().to_owned(),
                part,
                bucket,
                after,
                through: next(&held),
                content_version: CONTENT_VERSION,
                held: held.iter().map(held_row).collect(),
                reply_to: self.parts.control_queue.to_owned(),
            };
            self.channel
                .tell(&ControlMessage::BucketRequested(request))
                .await;
            let Some(answer) = awaited(answers, part, bucket, after).await else {
                return Ok(false);
            };
            let end = answer.through;
            self.put_right(&held, answer, settled_through).await?;
            match end {
                Some(end) if end > after => after = end,
                _ => return Ok(true),
            }
        }
    }

    async fn put_right(
        &self,
        held: &[StoredRow],
        answer: BucketRows,
        settled_through: i64,
    ) -> Result<(), StoreError> {
        let repairs = repairs(held, answer, settled_through, &self.parts);
        match self.heal(&repairs).await {
            Err(StoreError::Data(_)) => {
                // One of them is refused; it must not keep the others from being healed.
                for repair in repairs.chunks(1) {
                    match self.heal(repair).await {
                        Err(StoreError::Data(reason)) => {
                            error!(?repair, reason, "a row can't be put right");
                            self.parts.status.repaired(1, 0);
                        }
                        other => other?,
                    }
                }
                Ok(())
            }
            other => other,
        }
    }

    async fn heal(&self, repairs: &[Repair]) -> Result<(), StoreError> {
        if repairs.is_empty() {
            return Ok(());
        }
        let now = (self.parts.now)();
        let Healed { rows, quarantined } = self.parts.records.heal(repairs, now).await?;
        if rows + quarantined > 0 {
            self.parts.copy_changed.ring();
            warn!(
                rows,
                quarantined,
                first = %repairs[0].key(),
                "the copy had drifted and was put right"
            );
            self.parts
                .status
                .repaired(rows + quarantined, rows + quarantined);
        }
        Ok(())
    }

    /// The newest epoch of the producer that has begun here, and how far it is settled.
    async fn settled(&self) -> Result<(i64, i64), StoreError> {
        let producer = self.parts.source.producer.name();
        let all = self.parts.checkpoints.checkpoints().await?;
        let newest = all
            .iter()
            .rfind(|((name, _), held)| name == producer && held.has_begun());
        Ok(newest.map_or((0, 0), |((_, epoch), held)| (*epoch, held.through())))
    }
}

fn held_row(row: &StoredRow) -> HeldRow {
    HeldRow {
        key: row.key,
        version: row.version,
        hash: row.hash(),
    }
}

/// The answer to this question; any other is one to an earlier question, that came late.
async fn awaited(
    answers: &mut Receiver<BucketRows>,
    part: Part,
    bucket: u8,
    after: (i64, i64),
) -> Option<BucketRows> {
    let wanted = async {
        loop {
            let answer = answers.recv().await?;
            if (answer.part, answer.bucket, answer.after) == (part, bucket, after) {
                return Some(answer);
            }
        }
    };
    timeout(ANSWER, wanted).await.ok().flatten()
}

/// What of the answer is drift. A row whose event is not settled here yet is none: it is on its
/// way, or will be replayed.
fn repairs(
    held: &[StoredRow],
    answer: BucketRows,
    settled_through: i64,
    parts: &RepairParts,
) -> Vec<Repair> {
    let held: BTreeMap<Key, RecordVersion> =
        held.iter().map(|row| (row.key, row.version)).collect();
    let named = |key: Key| held.get(&key).copied();
    let side = parts.source.producer.side();
    let mut repairs = Vec::new();
    for row in answer.rows {
        if row
            .sequence
            .is_some_and(|sequence| sequence > settled_through)
        {
            continue;
        }
        let key = row.key;
        let row = StoredRow {
            version: RecordVersion {
                epoch: key.epoch(answer.epoch),
                version: row.version,
            },
            key,
            deleted: row.deleted,
            data: row.data.get().to_owned(),
        };
        repairs.push(match answer.part {
            Part::Records => Repair::Record {
                row,
                named: named(key),
            },
            Part::Links => Repair::Link { row, side },
        });
    }
    match answer.part {
        Part::Records => {
            for key in answer.unknown {
                if let Some(named) = named(key) {
                    repairs.push(Repair::Unknown { key, named });
                }
            }
        }
        // The other side has not heard of it: it asks for it itself.
        Part::Links => {}
    }
    repairs
}
