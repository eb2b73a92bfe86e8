//! Takes a snapshot: asks for one on a queue of its own, takes its rows, and once all of them are
//! there moves the checkpoint.

use std::{collections::BTreeSet, time::Duration};

use event_bus::{ConsumeError, Delivery, EventConsumer, Queue, QueueKind, Topology};
use shared_events::{
    RecordVersion,
    control::{ControlMessage, RowHash, SnapshotCompleted, SnapshotRequested, SnapshotRows},
};
use tokio::time::timeout;
use tracing::{error, info, warn};
use uuid::Uuid;

use super::{
    RepairParts,
    channel::{Channel, new_id},
};
use crate::{StoreError, backoff::Backoff, inbox::Position, records::StoredRow};

/// At most so many messages wait in the snapshot's queue; the owner waits meanwhile.
const QUEUE_LENGTH: u32 = 32;
/// When nothing has come for so long, the snapshot is given up. It is asked for anew if it is
/// still needed.
const SILENCE: Duration = Duration::from_secs(30);

/// Takes a snapshot to its end, or gives up: whoever needs it asks anew.
pub(super) async fn take(parts: RepairParts, channel: Channel) {
    let snapshot_id = new_id();
    let queue = format!("{}.snapshot.{snapshot_id}", parts.service);
    let kind = QueueKind::Reply {
        max_length: QUEUE_LENGTH,
    };
    let topology = Topology {
        exchanges: Vec::new(),
        queues: vec![Queue::new(&queue, kind)],
    };
    if let Err(error) = parts.bus.declare(&topology).await {
        warn!(%error, "a snapshot's queue could not be declared");
        return;
    }
    let mut consumer = parts.bus.consumer(&queue);
    let request = SnapshotRequested {
        producer: parts.source.producer.name().to_owned(),
        snapshot_id,
        reply_to: queue,
    };
    channel
        .tell(&ControlMessage::SnapshotRequested(request))
        .await;
    let mut taking = Taking {
        parts,
        snapshot_id,
        numbers: BTreeSet::new(),
        count: 0,
        digest: RowHash::default(),
    };
    match taking.run(consumer.as_mut()).await {
        Ok(as_of) => {
            taking.parts.status.completed_snapshot();
            info!(
                rows = taking.count,
                epoch = as_of.epoch,
                as_of_sequence = as_of.sequence,
                "took a snapshot"
            );
        }
        Err(reason) => warn!(%reason, "a snapshot was given up"),
    }
}

/// Why a snapshot is given up.
#[derive(Debug, thiserror::Error)]
enum GaveUp {
    #[error("nothing came for {} s", SILENCE.as_secs())]
    Silence,
    #[error(transparent)]
    Bus(#[from] ConsumeError),
    #[error("{sent} rows were sent, and {came} came as they were sent")]
    Incomplete { sent: u64, came: u64 },
    #[error("the database refuses its end: {0}")]
    Refused(String),
}

struct Taking {
    parts: RepairParts,
    snapshot_id: Uuid,
    /// The messages that came.
    numbers: BTreeSet<u64>,
    count: u64,
    digest: RowHash,
}

impl Taking {
    /// Takes what comes until the snapshot is complete. Returns what it is a snapshot of.
    async fn run(&mut self, consumer: &mut dyn EventConsumer) -> Result<Position, GaveUp> {
        loop {
            // One by one: each message holds many rows.
            let batch = timeout(SILENCE, consumer.next_batch(1)).await;
            for delivery in batch.map_err(|_elapsed| GaveUp::Silence)?? {
                let as_of = self.message(&delivery).await?;
                consumer.ack(delivery.tag).await?;
                if let Some(as_of) = as_of {
                    return Ok(as_of);
                }
            }
        }
    }

    async fn message(&mut self, delivery: &Delivery) -> Result<Option<Position>, GaveUp> {
        match ControlMessage::parse(&delivery.body) {
            Ok(ControlMessage::SnapshotRows(rows)) if rows.snapshot_id == self.snapshot_id => {
                self.rows(rows).await.map(|()| None)
            }
            Ok(ControlMessage::SnapshotCompleted(completed))
                if completed.snapshot_id == self.snapshot_id =>
            {
                self.completed(completed).await.map(Some)
            }
            Ok(other) => {
                warn!(message = other.kind(), "not a part of this snapshot");
                Ok(None)
            }
            Err(error) => {
                warn!(%error, "a part of a snapshot is not understood");
                Ok(None)
            }
        }
    }

    async fn rows(&mut self, message: SnapshotRows) -> Result<(), GaveUp> {
        if !self.numbers.insert(message.number) {
            return Ok(());
        }
        let mut rows = Vec::with_capacity(message.rows.len());
        for row in message.rows {
            self.count += 1;
            self.digest.add(row.hash(message.epoch));
            rows.push(StoredRow {
                version: RecordVersion {
                    epoch: row.key.epoch(message.epoch),
                    version: row.version,
                },
                key: row.key,
                deleted: row.deleted,
                data: row.data.get().to_owned(),
            });
        }
        self.take_rows(&rows).await;
        self.parts.copy_changed.ring();
        Ok(())
    }

    /// Takes `rows`, halving until a row that is refused stands alone. That one is left out: it
    /// must not keep the others away, and the next comparison finds it again.
    async fn take_rows(&self, rows: &[StoredRow]) {
        let mut backoff = Backoff::default();
        let mut parts = vec![rows];
        while let Some(part) = parts.pop() {
            let tried = self.parts.records.take(part).await;
            match (decided(tried, &mut backoff).await, part) {
                (None, _) => parts.push(part),
                (Some(Ok(())), _) | (Some(Err(_)), []) => {}
                (Some(Err(reason)), [row]) => {
                    error!(key = %row.key, reason, "a row of a snapshot can't be taken");
                }
                (Some(Err(_)), _) => {
                    let (left, right) = part.split_at(part.len() / 2);
                    parts.extend([right, left]);
                }
            }
        }
    }

    async fn completed(&self, message: SnapshotCompleted) -> Result<Position, GaveUp> {
        if (message.count, message.digest) != (self.count, self.digest) {
            return Err(GaveUp::Incomplete {
                sent: message.count,
                came: self.count,
            });
        }
        let as_of = Position {
            producer: message.producer,
            epoch: message.epoch,
            sequence: message.as_of_sequence,
        };
        let mut backoff = Backoff::default();
        let swept = loop {
            let tried = self.parts.records.complete_snapshot(&as_of).await;
            if let Some(decided) = decided(tried, &mut backoff).await {
                break decided.map_err(GaveUp::Refused)?;
            }
        };
        if swept > 0 {
            warn!(
                rows = swept,
                "rows of earlier epochs that the snapshot did not name are gone"
            );
        }
        Ok(as_of)
    }
}

/// How a try ended, or nothing after a wait if the database could not be used. The error says why
/// it refuses the data.
async fn decided<T>(
    tried: Result<T, StoreError>,
    backoff: &mut Backoff,
) -> Option<Result<T, String>> {
    match tried {
        Ok(done) => Some(Ok(done)),
        Err(StoreError::Data(reason)) => Some(Err(reason)),
        Err(error @ StoreError::Unavailable(_)) => {
            warn!(%error, "holding a part of a snapshot");
            tokio::time::sleep(backoff.next_delay()).await;
            None
        }
    }
}
