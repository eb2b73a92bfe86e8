//! What the relay does beside publishing: notes how far it is, tells it, and looks whether broker and
//! lease are still there.

use std::{convert::Infallible, time::Duration};

use event_bus::{Message, PublishError};
use shared_events::control::{CONTROL_EXCHANGE, ControlMessage, Heartbeat};
use tokio::{sync::watch, time::Instant};

use super::{Obstacle, POLL, Relay};
use crate::{StoreError, backoff::Backoff, deadline::in_time, log::RelayLease, repair::new_id};

/// Between two notes at least. What a crash leaves without a note is published again; a note for
/// each batch would cost the database a commit for each.
const NOTE: Duration = Duration::from_millis(50);

pub(super) struct Upkeep<'a> {
    relay: &'a Relay,
    lease: Box<dyn RelayLease>,
    confirmed: watch::Receiver<i64>,
    /// The log's `published_through`.
    noted: i64,
}

impl<'a> Upkeep<'a> {
    /// Beside a relay that has everything through `confirmed` confirmed, and noted so far.
    pub(super) fn new(
        relay: &'a Relay,
        lease: Box<dyn RelayLease>,
        confirmed: watch::Receiver<i64>,
    ) -> Self {
        let noted = *confirmed.borrow();
        Self {
            relay,
            lease,
            confirmed,
            noted,
        }
    }

    /// Ends only when something fails.
    pub(super) async fn run(&mut self, backoff: &mut Backoff) -> Result<Infallible, Obstacle> {
        let began = Instant::now();
        let (mut note_at, mut beat_at, mut look_at) = (began, began, began + POLL);
        loop {
            let confirmed = *self.confirmed.borrow_and_update();
            if confirmed > self.noted && Instant::now() >= note_at {
                self.note().await?;
                backoff.reset();
                note_at = Instant::now() + NOTE;
            }
            if Instant::now() >= beat_at {
                self.beat(confirmed).await?;
                beat_at = Instant::now() + self.relay.heartbeat_interval;
            }
            if Instant::now() >= look_at {
                self.look().await?;
                backoff.reset();
                look_at = Instant::now() + POLL;
            }
            let mut next = beat_at.min(look_at);
            if confirmed > self.noted {
                next = next.min(note_at);
            }
            tokio::select! {
                biased;
                _ = self.confirmed.changed() => {}
                () = tokio::time::sleep_until(next) => {}
            }
        }
    }

    /// Notes what is confirmed, if that is not noted yet.
    pub(super) async fn note(&mut self) -> Result<(), StoreError> {
        let confirmed = *self.confirmed.borrow();
        if confirmed > self.noted {
            in_time(self.relay.log.set_published_through(confirmed)).await?;
            self.noted = confirmed;
        }
        Ok(())
    }

    /// Also while there is much to publish: one who is always busy may have lost the right as well.
    async fn look(&mut self) -> Result<(), Obstacle> {
        self.relay.publisher.ensure_connected().await?;
        if !self.lease.is_held().await {
            let lost = "the right to relay was lost".to_owned();
            return Err(StoreError::Unavailable(lost).into());
        }
        Ok(())
    }

    /// Tells how far the log is published, behind the events that it tells of.
    async fn beat(&mut self, confirmed: i64) -> Result<(), Obstacle> {
        let head = in_time(self.relay.log.head()).await?;
        let heartbeat = ControlMessage::Heartbeat(Heartbeat {
            producer: self.relay.producer.to_owned(),
            epoch: head.epoch,
            first: head.first_sequence,
            last: confirmed,
        });
        let message = Message {
            id: new_id(),
            routing_key: heartbeat.routing_key(),
            body: heartbeat.encode().map_err(Obstacle::Heartbeat)?.into(),
        };
        let publisher = &self.relay.publisher;
        match publisher.publish(CONTROL_EXCHANGE, &[message]).await {
            // Nobody listens.
            Ok(()) | Err(PublishError::Unroutable { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}
