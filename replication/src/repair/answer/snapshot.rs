//! Sends all rows to one asker.

use std::time::Duration;

use event_bus::PublishError;
use shared_events::control::{
    ControlMessage, RowHash, SnapshotCompleted, SnapshotRequested, SnapshotRows,
};
use tokio::time::Instant;
use tracing::info;

use super::{Answers, Unanswered, row};
use crate::{
    log::Head,
    records::{Range, StoredRow, Table},
};

/// So many rows go into one message.
const ROWS: u32 = 200;
/// How soon to try again when the asker's queue is full.
const FULL: Duration = Duration::from_millis(50);
/// An asker that takes nothing for so long has gone.
const PATIENCE: Duration = Duration::from_secs(60);

/// How far a snapshot is sent.
struct Sending<'a> {
    answers: &'a Answers,
    request: &'a SnapshotRequested,
    head: Head,
    number: u64,
    count: u64,
    digest: RowHash,
}

impl Answers {
    pub(super) async fn snapshot(&self, request: &SnapshotRequested) -> Result<(), Unanswered> {
        let mut sending = Sending {
            answers: self,
            request,
            // Before the first row is read: each row is at least as new.
            head: self.log.head().await?,
            number: 0,
            count: 0,
            digest: RowHash::default(),
        };
        for table in [Table::Owned, Table::Links] {
            sending.table(table).await?;
        }
        sending.complete().await
    }
}

impl Sending<'_> {
    async fn table(&mut self, table: Table) -> Result<(), Unanswered> {
        let mut range = Range {
            after: (0, 0),
            through: None,
            bucket: None,
            limit: ROWS,
        };
        loop {
            let page = self.answers.records.rows(table, &range).await?;
            let Some(last) = page.last().map(|row| row.key.place()) else {
                return Ok(());
            };
            self.rows(page).await?;
            range.after = last;
        }
    }

    async fn rows(&mut self, page: Vec<StoredRow>) -> Result<(), Unanswered> {
        let mut rows = Vec::with_capacity(page.len());
        for stored in page {
            let row = row(stored, None)?;
            self.digest.add(row.hash(self.head.epoch));
            rows.push(row);
        }
        self.count += rows.len() as u64;
        let message = ControlMessage::SnapshotRows(SnapshotRows {
            snapshot_id: self.request.snapshot_id,
            producer: self.answers.service.to_owned(),
            epoch: self.head.epoch,
            number: self.number,
            rows,
        });
        self.number += 1;
        self.send(&message).await
    }

    async fn complete(&self) -> Result<(), Unanswered> {
        let message = ControlMessage::SnapshotCompleted(SnapshotCompleted {
            snapshot_id: self.request.snapshot_id,
            producer: self.answers.service.to_owned(),
            epoch: self.head.epoch,
            as_of_sequence: self.head.last_sequence,
            count: self.count,
            digest: self.digest,
        });
        self.send(&message).await?;
        info!(
            rows = self.count,
            as_of_sequence = self.head.last_sequence,
            reply_to = self.request.reply_to,
            "sent a snapshot"
        );
        Ok(())
    }

    /// Sends, and waits while the asker's queue is full.
    async fn send(&self, message: &ControlMessage) -> Result<(), Unanswered> {
        let until = Instant::now() + PATIENCE;
        loop {
            let reply_to = &self.request.reply_to;
            match self.answers.channel.answer(reply_to, message).await {
                Err(PublishError::Nacked { .. }) if Instant::now() < until => {
                    tokio::time::sleep(FULL).await;
                }
                answered => return Ok(answered?),
            }
        }
    }
}
