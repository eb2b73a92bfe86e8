//! What heals losses: the heartbeat tells how far a log is published, and what is missing is
//! published again.

use shared_events::Side;

use crate::{Action, Heartbeat, Rules, Scope, Service, World, world::other};

/// What `side` can do about the other side's log.
pub(crate) fn actions(
    rules: &Rules,
    scope: &Scope,
    side: Side,
    world: &World,
    actions: &mut Vec<Action>,
) {
    if !scope.losses {
        return;
    }
    let service = world.of(side);
    let published = world.of(other(side)).database.published_through;
    match rules.heartbeat {
        Heartbeat::Heard if published > service.process.heard => actions.push(Action::Hear(side)),
        Heartbeat::Heard | Heartbeat::Missing => {}
    }
    if missing(service).any(|sequence| !service.queue.contains(sequence)) {
        actions.push(Action::Replay(side));
    }
}

/// The sequences that must exist and are not settled.
fn missing(service: &Service) -> impl Iterator<Item = i64> + use<> {
    let checkpoint = &service.database.settled.0;
    let tail = checkpoint.greatest() + 1..=service.process.heard;
    checkpoint.gaps().into_iter().chain([tail]).flatten()
}

/// A heartbeat comes.
pub(crate) fn hear(world: &mut World, side: Side) {
    world.of_mut(side).process.heard = world.of(other(side)).database.published_through;
}

/// The owner publishes what is missing again.
pub(crate) fn replay(world: &mut World, side: Side) {
    for sequence in missing(world.of(side)) {
        world.of_mut(side).queue.insert(sequence);
    }
}
