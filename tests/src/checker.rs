//! Judges a run: whether anything that was acknowledged is lost, stale, resurrected or doubled.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use shared_events::{Event, Key, RecordVersion};

use crate::{
    catalog_copy::{Difference, Flaw, Kind},
    evidence::{Evidence, Logged, Testimony, link_of},
    side::Side,
    writes::{Asked, Reply, Write},
};

/// How many findings are told in words.
const TOLD: usize = 8;
/// How much of one.
const LENGTH: usize = 600;

/// What came out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Writes that were answered with success.
    pub acknowledged: u64,
    /// Of these, those that changed something of which neither log nor owner knows; and sequences
    /// missing from a log. A write that was superseded by a later one is not lost.
    pub lost: u64,
    /// Rows of a copy that are not what all logs come to.
    pub stale: u64,
    /// Rows that are live in a copy and deleted or removed in truth.
    pub resurrected: u64,
    /// Versions that are twice in a log, records created twice by one request, ids given twice.
    pub doubled: u64,
    /// The first of these, in words.
    pub findings: Vec<String>,
}

impl Verdict {
    /// Whether nothing was lost, stale, resurrected or doubled.
    pub fn is_clean(&self) -> bool {
        (self.lost, self.stale, self.resurrected, self.doubled) == (0, 0, 0, 0)
    }

    fn tell(&mut self, finding: impl FnOnce() -> String) {
        if self.findings.len() < TOLD {
            self.findings.push(finding().chars().take(LENGTH).collect());
        }
    }
}

/// Compares what was acknowledged with both databases and the third party's copy.
pub fn judge(evidence: &Evidence, writes: &[Write]) -> Verdict {
    let mut verdict = Verdict::default();
    judge_writes(evidence, writes, &mut verdict);
    judge_copies(evidence, &mut verdict);
    for testimony in &evidence.sides {
        judge_log(testimony, &mut verdict);
    }
    judge_creations(evidence, writes, &mut verdict);
    verdict
}

/// Every acknowledged change is told of in the log of the side that acknowledged it.
fn judge_writes(evidence: &Evidence, writes: &[Write], verdict: &mut Verdict) {
    let mut by_mark: HashMap<(Side, &str), Vec<&Event>> = HashMap::new();
    let mut undone: BTreeSet<&str> = BTreeSet::new();
    for testimony in &evidence.sides {
        for logged in &testimony.log {
            let events = by_mark.entry((testimony.side, &logged.mark)).or_default();
            events.push(&logged.event);
        }
    }
    for logged in &evidence.undone {
        undone.insert(&logged.mark);
    }
    for write in writes {
        let Reply::Acknowledged { id, changed } = write.reply else {
            continue;
        };
        verdict.acknowledged += 1;
        let events = by_mark.get(&(write.side, write.mark.as_str()));
        let told =
            events.is_some_and(|events| events.iter().any(|event| tells_of(event, write, id)));
        if changed && !told && !undone.contains(write.mark.as_str()) {
            verdict.lost += 1;
            verdict.tell(|| format!("lost: {write:?}; its events: {events:?}"));
        }
    }
}

/// Whether `event` tells of what `write` asked for.
fn tells_of(event: &Event, write: &Write, id: i64) -> bool {
    let named = |event_id: i64, name: &str| event_id == id && name == write.mark;
    match (&write.asked, event) {
        (Asked::Create, Event::AuthorCreated(author))
        | (Asked::Update(_), Event::AuthorUpdated(author)) => {
            named(author.author_id.get(), &author.name)
        }
        (Asked::Create, Event::BookCreated(book))
        | (Asked::Update(_), Event::BookUpdated(book)) => named(book.book_id.get(), &book.title),
        (Asked::Delete(id), Event::AuthorDeleted(author)) => author.author_id.get() == *id,
        (Asked::Delete(id), Event::BookDeleted(book)) => book.book_id.get() == *id,
        (Asked::Link(near, far) | Asked::Unlink(near, far) | Asked::Credit(near, far), event) => {
            link_of(event).is_some_and(|link| {
                let pair = match write.side {
                    Side::Authors => (*near, *far),
                    Side::Books => (*far, *near),
                };
                let as_asked = match write.asked {
                    Asked::Link(..) => link.present,
                    Asked::Unlink(..) => !link.present,
                    Asked::Credit(..) => link.credited_as.as_ref() == Some(&write.mark),
                    Asked::Create | Asked::Update(_) | Asked::Delete(_) => false,
                };
                (link.author_id.get(), link.book_id.get()) == pair && as_asked
            })
        }
        (Asked::Create | Asked::Update(_) | Asked::Delete(_), _) => false,
    }
}

/// Both databases and the third party hold what all logs come to.
fn judge_copies(evidence: &Evidence, verdict: &mut Verdict) {
    let truth = evidence.truth();
    for testimony in &evidence.sides {
        let who = format!("{:?}", testimony.side);
        for difference in testimony.tables.differences(&truth) {
            let owned = owner(difference.kind) == Some(testimony.side);
            judge_difference(&who, difference, owned, verdict);
        }
    }
    for difference in evidence.third.differences(&truth) {
        judge_difference("the third", difference, false, verdict);
    }
}

fn judge_difference(who: &str, difference: Difference, owned: bool, verdict: &mut Verdict) {
    let (count, word) = match (difference.flaw, owned) {
        (Flaw::Resurrected, _) => (&mut verdict.resurrected, "resurrected"),
        // An owner that does not hold what its own log says has lost it.
        (Flaw::Stale, true) => (&mut verdict.lost, "lost"),
        (Flaw::Stale, false) => (&mut verdict.stale, "stale"),
    };
    *count += 1;
    verdict.tell(|| format!("{word} with {who}: {}", difference.text));
}

fn owner(kind: Kind) -> Option<Side> {
    match kind {
        Kind::Author => Some(Side::Authors),
        Kind::Book => Some(Side::Books),
        Kind::Link => None,
    }
}

/// The log is gapless, no version is in it twice, and of each key every version exceeds the one
/// before: a change that nobody takes is lost.
fn judge_log(testimony: &Testimony, verdict: &mut Verdict) {
    let side = testimony.side;
    let mut last: BTreeMap<&str, RecordVersion> = BTreeMap::new();
    let mut expected = 1;
    for logged in &testimony.log {
        if logged.sequence != expected {
            verdict.lost += logged.sequence.abs_diff(expected);
            verdict.tell(|| format!("lost: {side:?} has no event {expected} in its log"));
        }
        expected = logged.sequence + 1;
        let version = of_no_epoch(logged);
        let before = last.insert(&logged.key, version);
        if before == Some(version) {
            verdict.doubled += 1;
            verdict.tell(|| format!("doubled: {side:?}: {logged:?}"));
        } else if before > Some(version) {
            verdict.lost += 1;
            verdict.tell(|| format!("lost: {side:?}: after version {before:?}: {logged:?}"));
        }
    }
}

/// A link has no epoch, by which its versions could be told apart.
fn of_no_epoch(logged: &Logged) -> RecordVersion {
    RecordVersion {
        epoch: logged.event.key().epoch(logged.version.epoch),
        version: logged.version.version,
    }
}

/// No request created two records, and no id was given to two.
fn judge_creations(evidence: &Evidence, writes: &[Write], verdict: &mut Verdict) {
    let logs = evidence.sides.iter().flat_map(|testimony| &testimony.log);
    let mut by_mark: BTreeMap<&str, u64> = BTreeMap::new();
    let mut by_key: BTreeMap<Key, BTreeSet<&str>> = BTreeMap::new();
    for logged in logs.filter(|logged| is_creation(logged)) {
        *by_mark.entry(&logged.mark).or_default() += 1;
        let marks = by_key.entry(logged.event.key()).or_default();
        marks.insert(&logged.mark);
    }
    for logged in evidence.undone.iter().filter(|logged| is_creation(logged)) {
        let marks = by_key.entry(logged.event.key()).or_default();
        marks.insert(&logged.mark);
    }
    for write in writes.iter().filter(|write| write.asked == Asked::Create) {
        let times = by_mark.get(write.mark.as_str()).copied().unwrap_or(0);
        if times > 1 {
            verdict.doubled += times - 1;
            verdict.tell(|| format!("doubled: {times} times: {write:?}"));
        }
    }
    for (key, marks) in by_key {
        if marks.len() > 1 {
            verdict.doubled += marks.len() as u64 - 1;
            verdict.tell(|| format!("doubled: {key} was given to {marks:?}"));
        }
    }
}

fn is_creation(logged: &Logged) -> bool {
    matches!(
        logged.event,
        Event::AuthorCreated(_) | Event::BookCreated(_)
    )
}

#[cfg(test)]
mod tests;
