//! The relay: sends the log in order, and moves on once everything is confirmed.

use shared_events::Side;

use crate::{Action, Confirm, Grain, Rules, Scope, Service, World, world::other};

/// What the relay of `side` can do.
pub(crate) fn actions(
    rules: &Rules,
    scope: &Scope,
    side: Side,
    service: &Service,
    actions: &mut Vec<Action>,
) {
    let process = &service.process;
    if next(service).is_some() {
        actions.push(Action::Send(side));
        if scope.relay == Grain::Steps {
            actions.push(Action::SendInVain(side));
        }
    }
    if process.sent.is_some() {
        if may_confirm(rules, service) {
            actions.push(Action::Confirm(side));
        }
        actions.push(if process.unconfirmed {
            Action::StartOver(side)
        } else {
            Action::LoseConfirm(side)
        });
    }
    if scope.duplicates {
        let published = service.database.log.iter().map(|entry| entry.sequence);
        actions.extend(
            published
                .filter(|sequence| *sequence <= service.database.published_through)
                .map(|sequence| Action::SendAgain(side, sequence)),
        );
    }
}

fn may_confirm(rules: &Rules, service: &Service) -> bool {
    match rules.confirm {
        Confirm::Awaited => !service.process.unconfirmed,
        Confirm::Assumed => true,
    }
}

/// The first row that is committed and not sent.
fn next(service: &Service) -> Option<i64> {
    let database = &service.database;
    let sent = service.process.sent.unwrap_or(database.published_through);
    let sequences = database.log.iter().map(|entry| entry.sequence);
    sequences.filter(|sequence| *sequence > sent).min()
}

/// Sends the next row to the other side's queue, if it `arrives`.
pub(crate) fn send(world: &mut World, side: Side, arrives: bool) {
    let Some(sequence) = next(world.of(side)) else {
        return;
    };
    let process = &mut world.of_mut(side).process;
    process.sent = Some(sequence);
    if arrives {
        world.of_mut(other(side)).queue.insert(sequence);
    } else {
        process.unconfirmed = true;
    }
}

/// Notes what was sent as published.
pub(crate) fn confirm(service: &mut Service) {
    if let Some(sent) = service.process.sent {
        service.database.published_through = sent;
    }
    start_over(service);
}

/// Forgets what was sent beyond what is published.
pub(crate) fn start_over(service: &mut Service) {
    service.process.sent = None;
    service.process.unconfirmed = false;
}
