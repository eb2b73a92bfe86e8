//! Commands: decided from what the database holds, then saved with their event.

use std::sync::Arc;

use shared_events::{LinkRegister, RecordVersion, Side};

use crate::{
    Action, Before, Change, Database, Edit, Entry, Logging, Record, Rules, Save, Scope, Service,
    TakeSequence, Transaction,
};

/// Which edits and saves can happen at `side`.
pub(crate) fn actions(scope: &Scope, side: Side, service: &Service, actions: &mut Vec<Action>) {
    actions.extend((0..service.process.open.len()).map(|at| Action::Save(side, at)));
    if service.edits_left == 0 || service.process.open.len() >= scope.transactions.max(1) {
        return;
    }
    let database = &service.database;
    if scope.records {
        actions.extend(record_edits(database).map(|edit| Action::Decide(side, edit)));
    }
    if scope.links {
        for &clock in scope.clocks {
            actions.extend(link_edits(database, clock).map(|edit| Action::Decide(side, edit)));
        }
    }
}

fn is_live(record: Option<&Record>) -> bool {
    record.is_some_and(|record| !record.deleted)
}

fn record_edits(database: &Database) -> impl Iterator<Item = Edit> + use<> {
    let exists = database.record.is_some();
    let live = is_live(database.record.as_ref());
    [
        (!exists).then_some(Edit::Create),
        live.then_some(Edit::Revise),
        live.then_some(Edit::Delete),
    ]
    .into_iter()
    .flatten()
}

/// A link needs both ends live to be made, as far as is known here, and its own end to be edited.
fn link_edits(database: &Database, clock: i64) -> impl Iterator<Item = Edit> + use<> {
    let own = is_live(database.record.as_ref());
    let both = own && is_live(database.cache.as_ref());
    let present = database
        .link
        .as_ref()
        .is_some_and(|link| link.presence.present);
    [
        (both && !present).then_some(Edit::Link(clock)),
        (own && present).then_some(Edit::Unlink(clock)),
        (own && present).then_some(Edit::Credit(clock)),
    ]
    .into_iter()
    .flatten()
}

/// Decides `edit` and leaves it open.
pub(crate) fn decide(rules: &Rules, side: Side, service: &mut Service, edit: Edit) {
    let database = &mut service.database;
    let before = match edit {
        Edit::Create | Edit::Revise | Edit::Delete => {
            Before::Record(database.record.as_ref().map(|record| record.version))
        }
        Edit::Link(_) | Edit::Unlink(_) | Edit::Credit(_) => Before::Link(database.revisions()),
    };
    let change = match edit {
        Edit::Create | Edit::Revise => Change::Record(next_record(database, false)),
        Edit::Delete => Change::Record(next_record(database, true)),
        Edit::Link(clock) => Change::Presence(match database.link.clone() {
            None => (rules.new_link)(1, clock, side),
            Some(link) => (rules.with_presence)(link, true, clock, side),
        }),
        Edit::Unlink(clock) => match database.link.clone() {
            None => return,
            Some(link) => Change::Presence((rules.with_presence)(link, false, clock, side)),
        },
        Edit::Credit(clock) => match database.link.clone() {
            None => return,
            Some(link) => Change::Credit(credited(rules, link, clock, side)),
        },
    };
    let sequence = match rules.take_sequence {
        TakeSequence::AtCommit => None,
        TakeSequence::AtBegin => Some(take_sequence(database)),
    };
    service.edits_left -= 1;
    service.process.open.push(Transaction {
        before,
        change,
        sequence,
        saved: false,
    });
}

/// Each side gives credits of its own, so that it shows whose was kept.
fn credited(rules: &Rules, link: LinkRegister, clock: i64, side: Side) -> LinkRegister {
    let role = match side {
        Side::Authors => "editor",
        Side::Books => "translator",
    };
    let position = link.credit.position + 1;
    (rules.with_credit)(link, role.to_owned(), position, None, clock, side)
}

fn next_record(database: &Database, deleted: bool) -> Record {
    let held = database.record.as_ref();
    Record {
        version: RecordVersion {
            epoch: 1,
            version: held.map_or(0, |record| record.version.version) + 1,
        },
        deleted,
    }
}

fn take_sequence(database: &mut Database) -> i64 {
    database.last_sequence += 1;
    database.last_sequence
}

/// Saves the open transaction of that index. One whose ground has changed is given up: its editor
/// decides again.
pub(crate) fn save(rules: &Rules, service: &mut Service, at: usize) {
    let mut transaction = service.process.open.remove(at);
    let database = &mut service.database;
    if !transaction.saved {
        let unchanged = match transaction.before {
            Before::Record(version) => {
                version == database.record.as_ref().map(|record| record.version)
            }
            Before::Link(revisions) => revisions == database.revisions(),
        };
        match rules.save {
            Save::IfUnchanged if !unchanged => {
                service.edits_left += 1;
                return;
            }
            Save::IfUnchanged | Save::Always => write(database, &transaction.change),
        }
        match rules.logging {
            Logging::WithTheChange => {}
            Logging::AfterIt => {
                transaction.saved = true;
                service.process.open.push(transaction);
                return;
            }
        }
    }
    append(database, transaction.sequence, transaction.change);
}

fn write(database: &mut Database, change: &Change) {
    match change {
        Change::Record(record) => database.record = Some(record.clone()),
        Change::Presence(link) | Change::Credit(link) => database.link = Some(link.clone()),
    }
}

/// Appends the event of `change` to the log.
pub(crate) fn append(database: &mut Database, sequence: Option<i64>, change: Change) {
    let sequence = sequence.unwrap_or_else(|| take_sequence(database));
    database.log.push(Arc::new(Entry { sequence, change }));
}
