//! A channel with one owner, closed when the owner is done with it.

use std::ops::Deref;

use lapin::{
    Channel, Consumer,
    options::{BasicConsumeOptions, BasicQosOptions},
    types::FieldTable,
};
use tokio::{runtime::Handle, time::timeout};
use tracing::debug;

use super::ANSWER_DEADLINE;

/// Dropping it closes the channel without waiting: what it holds unacknowledged returns to the
/// queue at once and in order, and the broker forgets its consumer.
pub(super) struct OwnChannel {
    channel: Channel,
    subscription: Option<Consumer>,
}

impl OwnChannel {
    pub(super) fn new(channel: Channel) -> Self {
        Self {
            channel,
            subscription: None,
        }
    }

    /// Starts consuming `queue`, with at most `prefetch` deliveries unacknowledged.
    pub(super) async fn subscribe(
        &mut self,
        queue: &str,
        prefetch: u16,
    ) -> lapin::Result<Consumer> {
        self.channel
            .basic_qos(prefetch, BasicQosOptions::default())
            .await?;
        let consumer = self
            .channel
            .basic_consume(
                queue.into(),
                "".into(),
                BasicConsumeOptions::default(),
                FieldTable::default(),
            )
            .await?;
        self.subscription = Some(consumer.clone());
        Ok(consumer)
    }
}

impl Deref for OwnChannel {
    type Target = Channel;

    fn deref(&self) -> &Channel {
        &self.channel
    }
}

impl Drop for OwnChannel {
    fn drop(&mut self) {
        // Without a runtime the process is at its end, and the broker sees the socket close.
        let Ok(runtime) = Handle::try_current() else {
            return;
        };
        let channel = self.channel.clone();
        let subscription = self.subscription.take();
        if !channel.status().connected() {
            return;
        }
        runtime.spawn(async move {
            let closing = channel.close(200, "OK".into());
            if let Ok(Err(error)) = timeout(ANSWER_DEADLINE, closing).await {
                debug!(%error, "closing a channel that was gone");
            }
            // Only now: dropped earlier, it would cancel itself first, and the queue's next
            // consumer would be served before what this one holds has returned.
            drop(subscription);
        });
    }
}
