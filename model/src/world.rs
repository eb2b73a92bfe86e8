//! A state of the model.

use std::{
    hash::{Hash, Hasher},
    sync::Arc,
};

use replication::checkpoint::Checkpoint;
use shared_events::{LinkRegister, RecordVersion, Revision, Side};

use crate::Sequences;

/// Both sides, and whether somebody changed a copy by hand.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct World {
    /// authors-service and books-service.
    services: [Service; 2],
    /// Whether a copy was changed by hand.
    pub corrupted: bool,
}

impl World {
    /// Both sides begin alike.
    pub fn new(edits: [u8; 2], beginning: Option<Record>) -> Self {
        Self {
            services: edits.map(|edits_left| Service {
                database: Database {
                    record: beginning.clone(),
                    cache: beginning.clone(),
                    ..Database::default()
                },
                edits_left,
                ..Service::default()
            }),
            corrupted: false,
        }
    }

    /// One side.
    pub fn of(&self, side: Side) -> &Service {
        &self.services[index(side)]
    }

    /// One side, to change it.
    pub fn of_mut(&mut self, side: Side) -> &mut Service {
        &mut self.services[index(side)]
    }

    /// The entry that an event of `producer` carries.
    pub fn entry(&self, producer: Side, sequence: i64) -> Option<&Arc<Entry>> {
        self.of(producer).database.entry(sequence)
    }
}

const fn index(side: Side) -> usize {
    match side {
        Side::Authors => 0,
        Side::Books => 1,
    }
}

/// Both sides.
pub(crate) const SIDES: [Side; 2] = [Side::Authors, Side::Books];

/// The side across.
pub(crate) const fn other(side: Side) -> Side {
    match side {
        Side::Authors => Side::Books,
        Side::Books => Side::Authors,
    }
}

/// One service with its database, its process, and its queue at the broker.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Service {
    /// What survives a crash.
    pub database: Database,
    /// What does not.
    pub process: Process,
    /// What the broker holds for it, in no order: sequences of the other side's log.
    pub queue: Sequences,
    /// How many edits are still to come.
    pub edits_left: u8,
    /// Whether its copy ever took a version that it held.
    pub took_twice: bool,
}

/// The tables of one service.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Database {
    /// The record that this side owns.
    pub record: Option<Record>,
    /// The copy of the other side's record.
    pub cache: Option<Record>,
    /// The register of the one link there is.
    pub link: Option<LinkRegister>,
    /// The log, in the order of commits.
    pub log: Vec<Arc<Entry>>,
    /// The last sequence that was taken.
    pub last_sequence: i64,
    /// Up to here the relay knows everything to be with the broker.
    pub published_through: i64,
    /// How far the other side's log is settled.
    pub settled: Settled,
}

impl Database {
    /// The entry of that sequence, if it is committed.
    pub fn entry(&self, sequence: i64) -> Option<&Arc<Entry>> {
        self.log.iter().find(|entry| entry.sequence == sequence)
    }

    /// The revisions of the link's parts.
    pub(crate) fn revisions(&self) -> Option<(Revision, Revision)> {
        let link = self.link.as_ref()?;
        Some((link.presence.revision, link.credit.revision))
    }
}

/// A record, or what is left of it. Equal versions mean equal content, so there is none here.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Record {
    /// How new it is.
    pub version: RecordVersion,
    /// Whether it is a tombstone.
    pub deleted: bool,
}

/// One entry of a log; also what an event carries.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Entry {
    /// Its place in the log.
    pub sequence: i64,
    /// What was changed.
    pub change: Change,
}

/// What an edit changes: always the whole state after it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Change {
    /// The owned record.
    Record(Record),
    /// Whether the link is there.
    Presence(LinkRegister),
    /// How the author is credited.
    Credit(LinkRegister),
}

impl Change {
    /// The version that its event bears, and whether it is of the link.
    pub fn version(&self) -> (bool, i64) {
        match self {
            Self::Record(record) => (false, record.version.version),
            Self::Presence(link) | Self::Credit(link) => (true, link.greatest_revision().get()),
        }
    }
}

/// A checkpoint of the other side's log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settled(pub Checkpoint);

impl Settled {
    /// Whether `sequence` is settled.
    pub fn contains(&self, sequence: i64) -> bool {
        sequence <= self.0.through() || self.0.above().iter().any(|range| range.contains(&sequence))
    }
}

impl Hash for Settled {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.through().hash(state);
        self.0.above().hash(state);
    }
}

/// What a service keeps in memory. [`Process::default`] is a process that has just started.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Process {
    /// Transactions that are decided and not saved.
    pub open: Vec<Transaction>,
    /// The last sequence that the relay has sent, while that is more than is published.
    pub sent: Option<i64>,
    /// Whether the confirm of some row that was sent never comes.
    pub unconfirmed: bool,
    /// Deliveries, in the order in which they came.
    pub taken: Vec<Delivery>,
    /// How many of them are committed.
    pub committed: usize,
    /// How far the other side's log is published, as last heard.
    pub heard: i64,
}

/// A change on its way into the database.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Transaction {
    /// What was read.
    pub before: Before,
    /// What is to be.
    pub change: Change,
    /// Its place in the log, if it has taken one already.
    pub sequence: Option<i64>,
    /// Whether the change is saved and only its event is missing.
    pub saved: bool,
}

/// What a decision was made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Before {
    /// The version of the owned record.
    Record(Option<RecordVersion>),
    /// The revisions of the link.
    Link(Option<(Revision, Revision)>),
}

/// A message in the hands of a consumer.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Delivery {
    /// Which.
    pub sequence: i64,
    /// The register as merged when it came, where that is (wrongly) done then.
    pub merged: Option<LinkRegister>,
}
