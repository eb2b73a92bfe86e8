//! Consuming from a bus that fails at times.

use async_trait::async_trait;

use super::{client::Client, fate::AckFate};
use crate::{BusError, ConsumeError, Delivery, DeliveryTag, EventConsumer};

pub(super) struct FaultyConsumer {
    client: Client,
    queue: String,
    connection: Option<Connection>,
    last_session: u64,
}

/// A consumer of the bus inside. Dropping it is what a lost connection is to that bus: what it
/// handed out and was not acknowledged comes again.
struct Connection {
    inner: Box<dyn EventConsumer>,
    sessions: Option<Sessions>,
}

/// One session under two names: each consumer inside counts its own from the start, so what they
/// call theirs would let a tag of a lost one acknowledge something else.
#[derive(Clone, Copy)]
struct Sessions {
    inner: u64,
    outer: u64,
}

impl FaultyConsumer {
    pub(super) fn new(client: Client, queue: &str) -> Self {
        Self {
            client,
            queue: queue.to_owned(),
            connection: None,
            last_session: 0,
        }
    }

    fn lost(&mut self, error: BusError) -> ConsumeError {
        self.connection = None;
        ConsumeError::Bus(error)
    }
}

#[async_trait]
impl EventConsumer for FaultyConsumer {
    async fn next_batch(&mut self, max: usize) -> Result<Vec<Delivery>, ConsumeError> {
        let connection = self.connection.get_or_insert_with(|| Connection {
            inner: self.client.air().inner().consumer(&self.queue),
            sessions: None,
        });
        let batch = tokio::select! {
            biased;
            error = self.client.cut_off() => return Err(self.lost(error)),
            batch = connection.inner.next_batch(max) => batch?,
        };
        if self.client.air().connection_is_lost() {
            let text = "a fault: the connection was lost with a batch under way";
            return Err(self.lost(BusError::Unreachable(text.to_owned())));
        }
        Ok(batch
            .into_iter()
            .map(|delivery| {
                let tag = connection.outer_tag(delivery.tag, &mut self.last_session);
                Delivery { tag, ..delivery }
            })
            .collect())
    }

    async fn ack(&mut self, through: DeliveryTag) -> Result<(), ConsumeError> {
        let Some(connection) = &mut self.connection else {
            return Err(ConsumeError::Stale);
        };
        let inner = connection.inner_tag(through).ok_or(ConsumeError::Stale)?;
        let fate = if self.client.is_cut_off() {
            AckFate::CrashBefore
        } else {
            self.client.air().ack_fate()
        };
        match fate {
            AckFate::Works => return connection.inner.ack(inner).await,
            AckFate::CrashBefore => {}
            // Whether it worked, whoever consumes can't tell any more.
            AckFate::CrashAfter => drop(connection.inner.ack(inner).await),
        }
        self.connection = None;
        Err(ConsumeError::Stale)
    }
}

impl Connection {
    /// What a delivery of the consumer inside is called outside.
    fn outer_tag(&mut self, tag: DeliveryTag, last_session: &mut u64) -> DeliveryTag {
        let sessions = match self.sessions {
            Some(sessions) if sessions.inner == tag.session => sessions,
            Some(_) | None => {
                *last_session += 1;
                *self.sessions.insert(Sessions {
                    inner: tag.session,
                    outer: *last_session,
                })
            }
        };
        DeliveryTag {
            session: sessions.outer,
            number: tag.number,
        }
    }

    /// What the consumer inside calls it, if it is of its present session.
    fn inner_tag(&self, tag: DeliveryTag) -> Option<DeliveryTag> {
        let sessions = self.sessions?;
        (sessions.outer == tag.session).then_some(DeliveryTag {
            session: sessions.inner,
            number: tag.number,
        })
    }
}
