//! The consumer: takes deliveries, applies them with the checkpoint, then acknowledges.

use std::sync::Arc;

use shared_events::{LinkRegister, Side};

use crate::{
    Acknowledge, Action, Change, Deletion, Delivery, Entry, Merging, Record, Rules, Scope, Service,
    World, edits, world::other,
};

/// What the consumer of `side` can do.
pub(crate) fn actions(
    rules: &Rules,
    scope: &Scope,
    side: Side,
    service: &Service,
    actions: &mut Vec<Action>,
) {
    let process = &service.process;
    if process.taken.len() < scope.prefetch.max(1) {
        let held = |sequence: &i64| {
            process
                .taken
                .iter()
                .any(|taken| taken.sequence == *sequence)
        };
        let free = service.queue.iter().filter(|sequence| !held(sequence));
        actions.extend(free.map(|sequence| Action::Take(side, sequence)));
    }
    if process.taken.len() > process.committed {
        actions.push(Action::Apply(side));
    }
    let acknowledges = match rules.acknowledge {
        Acknowledge::Committed | Acknowledge::BeyondTheCommit => process.committed > 0,
        Acknowledge::Delivered => false,
    };
    if acknowledges {
        actions.push(Action::Acknowledge(side));
    }
}

/// Takes a message of the queue into the hands of the consumer. It stays with the broker.
pub(crate) fn take(rules: &Rules, world: &mut World, side: Side, sequence: i64) {
    let incoming = world.entry(other(side), sequence).map(Arc::clone);
    let service = world.of_mut(side);
    let merged = match (rules.merging, incoming) {
        (Merging::BeforeIt, Some(entry)) => match &entry.change {
            Change::Presence(link) | Change::Credit(link) => {
                Some(merge(rules, service.database.link.clone(), link))
            }
            Change::Record(_) => None,
        },
        (Merging::BeforeIt | Merging::InTheTransaction | Merging::WithAnEvent, _) => None,
    };
    service.process.taken.push(Delivery { sequence, merged });
    match rules.acknowledge {
        Acknowledge::Delivered => service.queue.remove(sequence),
        Acknowledge::Committed | Acknowledge::BeyondTheCommit => {}
    }
}

/// Applies everything that is in the consumer's hands, in one transaction with the checkpoint.
pub(crate) fn apply(rules: &Rules, world: &mut World, side: Side) {
    let from = world.of(side).process.committed;
    let batch: Vec<_> = world.of(side).process.taken[from..]
        .iter()
        .filter_map(|taken| {
            let entry = world.entry(other(side), taken.sequence)?;
            Some((Arc::clone(entry), taken.merged.clone()))
        })
        .collect();
    let service = world.of_mut(side);
    for (entry, merged) in batch {
        apply_one(rules, service, &entry, merged);
        (rules.settle)(&mut service.database.settled.0, entry.sequence);
    }
    service.process.committed = service.process.taken.len();
    match rules.acknowledge {
        // It was, when it came.
        Acknowledge::Delivered => acknowledge(rules, service),
        Acknowledge::Committed | Acknowledge::BeyondTheCommit => {}
    }
}

fn apply_one(rules: &Rules, service: &mut Service, entry: &Entry, merged: Option<LinkRegister>) {
    match &entry.change {
        Change::Record(record) => take_record(rules, service, record),
        Change::Presence(link) | Change::Credit(link) => {
            let database = &mut service.database;
            let held = database.link.take();
            let after = merged.unwrap_or_else(|| merge(rules, held.clone(), link));
            database.link = Some(after.clone());
            match rules.merging {
                Merging::InTheTransaction | Merging::BeforeIt => {}
                Merging::WithAnEvent => {
                    if held.as_ref() != Some(&after) {
                        edits::append(database, None, Change::Presence(after));
                    }
                }
            }
        }
    }
}

fn merge(rules: &Rules, held: Option<LinkRegister>, incoming: &LinkRegister) -> LinkRegister {
    match held {
        Some(held) => (rules.merge)(held, incoming.clone()),
        None => incoming.clone(),
    }
}

fn take_record(rules: &Rules, service: &mut Service, incoming: &Record) {
    let held = service.database.cache.as_ref().map(|record| record.version);
    if !(rules.supersedes)(incoming.version, held) {
        return;
    }
    service.took_twice |= held == Some(incoming.version);
    service.database.cache = match rules.deletion {
        Deletion::Removal if incoming.deleted => None,
        Deletion::Removal | Deletion::Tombstone => Some(incoming.clone()),
    };
}

/// Acknowledges what is applied: the broker forgets it.
pub(crate) fn acknowledge(rules: &Rules, service: &mut Service) {
    let process = &mut service.process;
    let through = match rules.acknowledge {
        Acknowledge::Committed | Acknowledge::Delivered => process.committed,
        Acknowledge::BeyondTheCommit => process.taken.len(),
    };
    for taken in &process.taken[..through] {
        service.queue.remove(taken.sequence);
    }
    process.taken.drain(..process.committed);
    process.committed = 0;
}
