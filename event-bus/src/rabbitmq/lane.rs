//! A channel in confirm mode that the publishes under way share, so that they keep their order.

use std::{
    collections::{HashSet, VecDeque},
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use futures_util::{
    FutureExt,
    future::{BoxFuture, ready},
};
use lapin::{BasicProperties, Confirmation, options::BasicPublishOptions, types::ShortString};
use uuid::Uuid;

use super::channel::OwnChannel;
use crate::Message;

/// Delivery mode 2 (AMQP 0-9-1, "basic" properties).
const PERSISTENT: u8 = 2;

/// Messages are numbered in the order in which they are sent, from 1.
pub(super) struct Lane {
    channel: Arc<OwnChannel>,
    sent: Mutex<Sent>,
    /// The oldest message that is not settled. Who holds it waits for everybody.
    oldest: tokio::sync::Mutex<Option<Waiting>>,
    /// Every message through this number is settled.
    settled: AtomicU64,
    refused: Mutex<Refused>,
    broken: OnceLock<lapin::Error>,
}

#[derive(Default)]
struct Sent {
    count: u64,
    waiting: VecDeque<Waiting>,
}

struct Waiting {
    id: Uuid,
    confirmation: BoxFuture<'static, lapin::Result<Confirmation>>,
}

/// What the broker would not take, by the messages' ids.
#[derive(Default)]
pub(super) struct Refused {
    pub(super) nacked: HashSet<Uuid>,
    pub(super) returned: HashSet<Uuid>,
}

impl Lane {
    /// `channel` MUST be in confirm mode.
    pub(super) fn new(channel: OwnChannel) -> Self {
        Self {
            channel: Arc::new(channel),
            sent: Mutex::default(),
            oldest: tokio::sync::Mutex::default(),
            settled: AtomicU64::new(0),
            refused: Mutex::default(),
            broken: OnceLock::new(),
        }
    }

    pub(super) fn is_open(&self) -> bool {
        self.channel.is_open()
    }

    /// Hands the messages to the client library, behind all that were sent before. Returns the
    /// number of the last.
    pub(super) fn send(
        &self,
        exchange: &ShortString,
        messages: impl Iterator<Item = (Message, ShortString)>,
    ) -> u64 {
        let mut sent = self.sent();
        for (message, routing_key) in messages {
            let id = message.id;
            let channel = Arc::clone(&self.channel);
            let exchange = exchange.clone();
            let mut sending = async move {
                let confirm = channel
                    .basic_publish(
                        exchange,
                        routing_key,
                        BasicPublishOptions {
                            mandatory: true,
                            ..BasicPublishOptions::default()
                        },
                        &message.body,
                        properties(&message),
                    )
                    .await?;
                confirm.await
            }
            .boxed();
            // The first poll is what puts it into the library's queue. To wait for each to be
            // written would cost a change of threads a message.
            let confirmation = match (&mut sending).now_or_never() {
                Some(outcome) => ready(outcome).boxed(),
                None => sending,
            };
            sent.waiting.push_back(Waiting { id, confirmation });
            sent.count += 1;
        }
        sent.count
    }

    /// Waits until it is known what became of every message through `number`.
    ///
    /// A returned message comes with whichever confirmation the library handles next, be it that of
    /// a later message. That one was sent before the last confirmation came which is waited for
    /// here; so whatever was sent by then is waited for too.
    ///
    /// # Errors
    /// If the channel is lost; then nothing more will come of it.
    pub(super) async fn settle(&self, number: u64) -> lapin::Result<()> {
        self.confirmations(number).await?;
        let sent_by_now = self.sent().count;
        self.confirmations(sent_by_now).await
    }

    /// Waits for the confirmations of every message through `number`. May be cancelled: whoever
    /// waits next goes on.
    async fn confirmations(&self, number: u64) -> lapin::Result<()> {
        let mut oldest = self.oldest.lock().await;
        while self.settled() < number {
            if let Some(error) = self.broken.get() {
                return Err(error.clone());
            }
            if oldest.is_none() {
                *oldest = self.sent().waiting.pop_front();
            }
            let Some(waiting) = oldest.as_mut() else {
                break;
            };
            let (id, outcome) = (waiting.id, (&mut waiting.confirmation).await);
            *oldest = None;
            match outcome {
                Ok(confirmation) => self.note(id, confirmation),
                Err(error) => return Err(self.broken.get_or_init(|| error).clone()),
            }
            self.settled.fetch_add(1, Ordering::Release);
        }
        Ok(())
    }

    fn note(&self, id: Uuid, confirmation: Confirmation) {
        let nacked = confirmation.is_nack();
        let returned = confirmation.take_message();
        if !nacked && returned.is_none() {
            return;
        }
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        if nacked {
            refused.nacked.insert(id);
        }
        // Each was sent with its id.
        let named = returned.and_then(|message| {
            let id = message.properties.message_id().as_ref()?;
            Uuid::parse_str(id.as_str()).ok()
        });
        refused.returned.extend(named);
    }

    /// Every message through this number is settled.
    pub(super) fn settled(&self) -> u64 {
        self.settled.load(Ordering::Acquire)
    }

    /// What was not taken of all that is settled.
    pub(super) fn refused(&self) -> MutexGuard<'_, Refused> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn sent(&self) -> MutexGuard<'_, Sent> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn properties(message: &Message) -> BasicProperties {
    BasicProperties::default()
        .with_message_id(message.id.to_string().into())
        .with_content_type("application/json".into())
        .with_delivery_mode(PERSISTENT)
}
