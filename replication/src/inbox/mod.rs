//! Takes events from the bus and settles them: each batch in one transaction with the checkpoint,
//! committed before it is acknowledged.

mod batch;
mod retry;
mod settle;
mod task;
mod under_way;

use std::collections::BTreeMap;

use async_trait::async_trait;
use shared_events::RecordVersion;
use uuid::Uuid;

use crate::{StoreError, checkpoint::Checkpoint, parked::ParkedMessage};
pub use task::Inbox;

/// At most so many deliveries are settled in one transaction.
pub const BATCH: usize = 256;

/// Where an event stands in its producer's log.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Name of the producer.
    pub producer: String,
    /// Epoch of its log.
    pub epoch: i64,
    /// Sequence in its log.
    pub sequence: i64,
}

/// A decoded event on its way into a cache.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incoming<E> {
    /// Where it stands in its producer's log.
    pub position: Position,
    /// Identifies the event.
    pub event_id: Uuid,
    /// Its type, as written on the wire.
    pub event_type: String,
    /// The request that led to it.
    pub correlation_id: String,
    /// How new the state is that it carries.
    pub version: RecordVersion,
    /// What happened; `None` if this consumer does not care for the type: it is settled only.
    pub event: Option<E>,
}

/// Why bytes could not be decoded, and what could be read all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Poison {
    /// Where it stands in its producer's log.
    pub position: Option<Position>,
    /// The event's id.
    pub event_id: Option<Uuid>,
    /// The event's type.
    pub event_type: Option<String>,
    /// What is wrong with it.
    pub reason: String,
}

/// Reads the bytes of a message. Pure.
pub type Decode<E> = fn(&[u8]) -> Result<Incoming<E>, Box<Poison>>;

/// What is written beside the events of a batch, in the same transaction.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ledger {
    /// What is settled by this batch, parked messages included.
    pub settled: Vec<Position>,
    /// Messages to park, or to park again with a later attempt.
    pub park: Vec<ParkedMessage>,
    /// Parked messages that were applied and may go.
    pub unpark: Vec<Uuid>,
}

/// A service's cache, as the inbox sees it.
#[async_trait]
pub trait Settle<E>: Send + Sync {
    /// In ONE transaction: applies `events` (a state is taken only if it is newer than what is
    /// held) and writes `ledger`. MUST be idempotent, and MUST NOT depend on the order of events.
    ///
    /// # Errors
    /// [`StoreError::Data`] if an event can never be applied; nothing is written then.
    async fn settle(&self, events: &[&Incoming<E>], ledger: &Ledger) -> Result<(), StoreError>;
}

/// How far each producer is settled, by producer and epoch.
#[async_trait]
pub trait Checkpoints: Send + Sync {
    /// All of them.
    async fn checkpoints(&self) -> Result<BTreeMap<(String, i64), Checkpoint>, StoreError>;
}
