//! Publishes a part of the log again, to one asker.

use std::time::Duration;

use shared_events::control::ReplayRequested;
use tracing::info;

use super::{Answers, Unanswered};

/// So many events are sent at a time.
const BATCH: u32 = 256;
/// After each of them a pause, so that a replay leaves room for live events: about 5,000 a second.
const PAUSE: Duration = Duration::from_millis(50);
/// At most so many events are sent for one request.
const MOST: i64 = 10_000;

impl Answers {
    pub(super) async fn replay(&self, request: &ReplayRequested) -> Result<(), Unanswered> {
        let to = request.to.min(request.from.saturating_add(MOST - 1));
        let mut after = request.from.max(1) - 1;
        let mut sent = 0;
        while after < to {
            let mut batch = self.log.read_after(after, BATCH).await?;
            batch.retain(|entry| entry.sequence <= to);
            let Some(last) = batch.last().map(|entry| entry.sequence) else {
                break;
            };
            let messages = batch
                .iter()
                .map(|entry| Ok((entry.event_id, entry.envelope(self.service)?)))
                .collect::<Result<Vec<_>, serde_json::Error>>()?;
            sent += messages.len();
            self.channel.send_all(&request.reply_to, messages).await?;
            after = last;
            tokio::time::sleep(PAUSE).await;
        }
        info!(
            from = request.from,
            to,
            sent,
            reply_to = request.reply_to,
            "replayed"
        );
        Ok(())
    }
}
