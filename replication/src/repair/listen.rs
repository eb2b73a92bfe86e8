//! Takes control messages off their queue and hands them to whom they concern.

use event_bus::EventConsumer;
use shared_events::control::{
    BucketRequested, BucketRows, ControlMessage, Digest, Heartbeat, ReplayRequested,
    SnapshotRequested,
};
use tokio::sync::mpsc::Sender;
use tracing::{debug, warn};

use super::RepairParts;
use crate::backoff::Backoff;

/// At most so many are taken at a time.
const BATCH: usize = 64;

/// What others may ask of this service.
pub(super) enum Request {
    Replay(ReplayRequested),
    Snapshot(SnapshotRequested),
    Bucket(BucketRequested),
}

/// Where control messages go.
pub(super) struct Listening {
    pub(super) parts: RepairParts,
    pub(super) heartbeats: Sender<Heartbeat>,
    pub(super) digests: Sender<Digest>,
    pub(super) buckets: Sender<BucketRows>,
    pub(super) requests: Sender<Request>,
}

impl Listening {
    pub(super) async fn run(self) {
        let mut consumer = self.parts.bus.consumer(self.parts.control_queue);
        let mut backoff = Backoff::default();
        loop {
            match self.listen(consumer.as_mut()).await {
                Ok(()) => backoff.reset(),
                Err(error) => {
                    debug!(error, "not listening to control messages");
                    tokio::time::sleep(backoff.next_delay()).await;
                    // Its queue may have been deleted, or have expired.
                    if let Err(error) = self.parts.bus.declare(&self.parts.topology).await {
                        debug!(%error, "queues and bindings could not be declared");
                    }
                }
            }
        }
    }

    async fn listen(&self, consumer: &mut dyn EventConsumer) -> Result<(), String> {
        let deliveries = consumer
            .next_batch(BATCH)
            .await
            .map_err(|error| error.to_string())?;
        let last = deliveries.last().map(|delivery| delivery.tag);
        for delivery in deliveries {
            match ControlMessage::parse(&delivery.body) {
                Ok(message) => self.hand_on(message),
                Err(error) => warn!(%error, "a control message is not understood"),
            }
        }
        match last {
            Some(last) => consumer.ack(last).await.map_err(|error| error.to_string()),
            None => Ok(()),
        }
    }

    fn hand_on(&self, message: ControlMessage) {
        let kind = message.kind();
        let of_source = message.producer() == self.parts.source.producer.name();
        let to_us = message.producer() == self.parts.service;
        let handed_on = match message {
            ControlMessage::Heartbeat(heartbeat) if of_source => {
                self.heartbeats.try_send(heartbeat).is_ok()
            }
            ControlMessage::Digest(digest) if of_source => self.digests.try_send(digest).is_ok(),
            ControlMessage::BucketRows(rows) if of_source => self.buckets.try_send(rows).is_ok(),
            ControlMessage::Checkpoint(report) if to_us => {
                self.parts.consumers.hear(report, (self.parts.now)());
                true
            }
            ControlMessage::ReplayRequested(request) if to_us => self.ask(Request::Replay(request)),
            ControlMessage::SnapshotRequested(request) if to_us => {
                self.ask(Request::Snapshot(request))
            }
            ControlMessage::BucketRequested(request) if to_us => self.ask(Request::Bucket(request)),
            // Of or to somebody else; rows of a snapshot come on a queue of their own.
            ControlMessage::Heartbeat(_)
            | ControlMessage::Digest(_)
            | ControlMessage::BucketRows(_)
            | ControlMessage::Checkpoint(_)
            | ControlMessage::ReplayRequested(_)
            | ControlMessage::SnapshotRequested(_)
            | ControlMessage::BucketRequested(_)
            | ControlMessage::SnapshotRows(_)
            | ControlMessage::SnapshotCompleted(_) => false,
        };
        if !handed_on {
            debug!(message = kind, "a control message was passed over");
        }
    }

    fn ask(&self, request: Request) -> bool {
        self.requests.try_send(request).is_ok()
    }
}
