//! A channel with one owner, closed when the owner is done with it.

use std::{ops::Deref, pin::pin, time::Duration};

use futures_util::future::{Either, select};
use lapin::{
    Channel, ConnectionStatus, Consumer,
    options::{BasicConsumeOptions, BasicQosOptions},
    types::{FieldTable, ShortString},
};
use tokio::{
    runtime::Handle,
    time::{sleep, timeout},
};
use tracing::debug;

use super::ANSWER_DEADLINE;

/// How soon a loss is noticed that the client library does not tell.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Dropping it closes the channel without waiting: what it holds unacknowledged returns to the
/// queue at once and in order, and the broker forgets its consumer.
pub(super) struct OwnChannel {
    channel: Channel,
    connection: ConnectionStatus,
    subscription: Option<Consumer>,
}

impl OwnChannel {
    pub(super) fn new(channel: Channel, connection: ConnectionStatus) -> Self {
        Self {
            channel,
            connection,
            subscription: None,
        }
    }

    pub(super) fn is_open(&self) -> bool {
        self.channel.status().connected() && self.connection.connected()
    }

    /// What `answer` resolves to, or nothing if the channel is lost without it.
    ///
    /// The library leaves some futures pending for ever when the connection is lost at the wrong
    /// moment: an acknowledgement that its command loop did not get to is neither sent nor refused.
    pub(super) async fn while_open<T>(&self, answer: impl Future<Output = T>) -> Option<T> {
        let lost = async {
            while self.is_open() {
                sleep(LOOK_EVERY).await;
            }
            // What the loss itself resolves has its say first.
            sleep(LOOK_EVERY).await;
        };
        match select(pin!(answer), pin!(lost)).await {
            Either::Left((answer, _)) => Some(answer),
            Either::Right(((), _)) => None,
        }
    }

    /// Starts consuming `queue`, with at most `prefetch` deliveries unacknowledged.
    pub(super) async fn subscribe(
        &mut self,
        queue: ShortString,
        prefetch: u16,
    ) -> lapin::Result<Consumer> {
        self.channel
            .basic_qos(prefetch, BasicQosOptions::default())
            .await?;
        let consumer = self
            .channel
            .basic_consume(
                queue,
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
