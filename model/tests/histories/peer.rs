//! What the histories need of a service, the same of both.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use futures_util::FutureExt;
use replication::{
    checkpoint::Checkpoint,
    inbox::{Incoming, Ledger, Settle},
    log::EventLog,
    sync::CachedRecords,
};
use shared_events::{AuthorId, BookId, Event, LinkRegister};

/// Links are made among so many authors and books.
pub(crate) const RECORDS: i64 = 3;

/// No id is greater in a history.
pub(crate) const GREATEST_ID: i64 = 64;

/// What an editor does at one side. The first id is of the side's own record.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Deed {
    Create,
    Revise(i64),
    Delete(i64),
    Link(i64, i64),
    Unlink(i64, i64),
}

/// A link as an editor sees it, whichever side shows it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Shown {
    pub(crate) author: (i64, String),
    pub(crate) book: (i64, String),
    pub(crate) role: String,
    pub(crate) position: i32,
    pub(crate) credited_as: Option<String>,
}

/// One service: domain, application, messages and a store in memory.
pub(crate) trait Peer {
    /// Does it, or refuses; `label` is what a new text is made of.
    fn act(&self, deed: Deed, label: usize, now: DateTime<Utc>);

    /// Edits the credit of a link that is present, by author and book.
    fn credit(&self, pair: (i64, i64), label: usize, now: DateTime<Utc>);

    /// Every message it would publish, in the order of its log.
    fn messages(&self) -> Vec<Vec<u8>>;

    /// Takes a batch of the other side's messages.
    fn hear(&self, batch: &[Vec<u8>]);

    /// Every visible link.
    fn shown(&self) -> BTreeSet<Shown>;

    /// Every register, by author and book.
    fn registers(&self) -> BTreeMap<(i64, i64), LinkRegister>;

    /// How many records it owns.
    fn owned(&self) -> CachedRecords;

    /// How many records it has copies of.
    fn cached(&self) -> CachedRecords;

    /// How far the other side's log is settled.
    fn checkpoint(&self) -> Checkpoint;
}

/// The result of `future`, which does not wait for anything.
pub(crate) fn done<T>(future: impl Future<Output = T>) -> T {
    future.now_or_never().expect("memory keeps nobody waiting")
}

pub(crate) fn author_id(number: i64) -> AuthorId {
    AuthorId::try_from(number).unwrap()
}

pub(crate) fn book_id(number: i64) -> BookId {
    BookId::try_from(number).unwrap()
}

/// Every pair that may be linked.
pub(crate) fn pairs() -> impl Iterator<Item = (i64, i64)> {
    (1..=RECORDS).flat_map(|author| (1..=RECORDS).map(move |book| (author, book)))
}

pub(crate) fn messages(log: &impl EventLog, producer: &str) -> Vec<Vec<u8>> {
    let entries = done(log.read_after(0, u32::MAX)).unwrap();
    let envelopes = entries
        .iter()
        .map(|entry| entry.envelope(producer).unwrap());
    envelopes.collect()
}

/// Settles a batch as the inbox does when all goes well.
pub(crate) fn settle(inbox: &impl Settle<Event>, batch: &[Incoming<Event>]) {
    let ledger = Ledger {
        settled: batch.iter().map(|event| event.position.clone()).collect(),
        ..Ledger::default()
    };
    let events: Vec<_> = batch.iter().collect();
    done(inbox.settle(&events, &ledger)).unwrap();
}
