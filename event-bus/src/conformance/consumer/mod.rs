//! What a consumer must keep as tests, for every program that keeps a copy of what others own.
//!
//! # Checking a consumer
//! 1. In its own crate, under `tests/`, implement [`ConsumerHarness`]: how to start and stop it on
//!    a bus, how the owner's messages look, and what the copy holds.
//! 2. Name the harness to [`consumer_conformance_tests!`](crate::consumer_conformance_tests). It
//!    makes one `#[tokio::test]` of each promise.
//!
//! ```ignore
//! struct MyCopy { /* … */ }
//!
//! #[async_trait::async_trait]
//! impl event_bus::conformance::consumer::ConsumerHarness for MyCopy { /* … */ }
//!
//! event_bus::consumer_conformance_tests!(MyCopy);
//! // or, if it needs a server that not every machine has:
//! event_bus::consumer_conformance_tests!(MyCopy, ignore = "needs a database");
//! ```
//!
//! The messages come over an in-process bus of the suite's own, so no broker is needed: what a
//! broker has to keep, the suite for adapters checks ([`conformance`](super)).

mod history;
mod promises;
mod suite;
mod watched;
mod world;

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;

use crate::{EventBus, Message};

pub use promises::{
    a_crash_between_commit_and_acknowledgement_changes_nothing,
    a_later_epoch_wins_over_any_version, a_restart_goes_on_where_it_stopped,
    an_event_that_comes_again_changes_nothing, crashes_with_full_hands_lose_nothing,
    events_in_any_order_end_in_the_same_copy, faults_on_the_way_are_survived,
    nothing_is_acknowledged_before_it_is_committed, nothing_late_undoes_a_deletion,
    the_copy_ends_equal_to_its_source, what_cannot_be_read_stops_nothing,
};

/// How the suite reaches the consumer under test.
#[async_trait]
pub trait ConsumerHarness: Sized + Send + Sync + 'static {
    /// A copy that holds nothing, and no consumer at work on it. Panics with a clear message if it
    /// can't be; a test never passes quietly.
    async fn empty() -> Self;

    /// The message by which the owner tells of `change`. The same change is always the same bytes.
    fn message(&self, change: &Change) -> Message;

    /// Messages that this consumer can't make sense of, beside bytes that are no message at all:
    /// of an unknown type, say.
    fn unreadable(&self) -> Vec<Message> {
        Vec::new()
    }

    /// Starts consuming `queue`, which exists, into the copy. The consumer must bear errors of the
    /// bus: try again until it is stopped.
    async fn start(&mut self, bus: Arc<dyn EventBus>, queue: &str);

    /// Stops as on a polite request, and returns once it has.
    async fn stop(&mut self);

    /// Ends it wherever it is, as the end of its process would, and returns once its
    /// [`EventConsumer`](crate::EventConsumer) is gone. What it has committed stays.
    async fn crash(&mut self);

    /// What the copy holds, deletions included, by key. Must answer while the consumer waits for
    /// the bus.
    async fn held(&self) -> BTreeMap<i64, Held>;
}

/// One change of a record, as its owner logs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Key of the record, from 1.
    pub key: i64,
    /// Epoch of the owner's log, from 1.
    pub epoch: i64,
    /// Version of the record, from 1.
    pub version: i64,
    /// Place in the owner's log, from 1.
    pub sequence: i64,
    /// What the record says now; none if this deletes it.
    pub text: Option<String>,
}

/// What a copy holds of one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Epoch of the version it holds.
    pub epoch: i64,
    /// The version it holds.
    pub version: i64,
    /// What the record says; none if it is deleted.
    pub text: Option<String>,
}
