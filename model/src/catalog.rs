//! The model: which steps are possible in a state, and what each leads to.

use shared_events::{RecordVersion, Revision, Side};
use stateright::{Model, Property};

use crate::{
    Action, Beginning, Edit, Grain, Part, Process, Promise, Record, Rules, Scope, World, consumer,
    edits, relay, repair,
    world::{SIDES, other},
};

/// No log grows beyond this while the rules hold; a broken one may grow for ever.
const LONGEST_LOG: usize = 6;

/// Both services within a scope and under rules.
#[derive(Debug, Clone)]
pub struct Catalog {
    /// What may happen.
    pub scope: Scope,
    /// What binds both sides.
    pub rules: Rules,
}

impl Catalog {
    /// Whether the services have nothing left to do by themselves.
    pub fn is_quiet(&self, world: &World) -> bool {
        self.progress(world).next().is_none()
    }

    /// What the services can do by themselves.
    pub(crate) fn progress(&self, world: &World) -> impl Iterator<Item = Action> + use<> {
        let mut actions = Vec::new();
        self.actions(world, &mut actions);
        actions.into_iter().filter(Action::is_progress)
    }

    /// The record that each side has at first.
    pub(crate) fn beginning(&self) -> Option<Record> {
        match self.scope.beginning {
            Beginning::Nothing => None,
            Beginning::Records => Some(Record {
                version: RecordVersion {
                    epoch: 1,
                    version: 1,
                },
                deleted: false,
            }),
        }
    }

    fn decide(&self, world: &mut World, side: Side, edit: Edit) {
        let service = world.of_mut(side);
        edits::decide(&self.rules, side, service, edit);
        if self.scope.transactions == 0 {
            edits::save(&self.rules, service, 0);
        }
    }

    fn send(&self, world: &mut World, side: Side) {
        relay::send(world, side, true);
        match self.scope.relay {
            Grain::Whole => relay::confirm(world.of_mut(side)),
            Grain::Steps => {}
        }
    }

    fn take(&self, world: &mut World, side: Side, sequence: i64) {
        consumer::take(&self.rules, world, side, sequence);
        if self.scope.prefetch == 0 {
            consumer::apply(&self.rules, world, side);
            consumer::acknowledge(&self.rules, world.of_mut(side));
        }
    }
}

impl Model for Catalog {
    type State = World;
    type Action = Action;

    fn init_states(&self) -> Vec<World> {
        vec![World::new(self.scope.edits, self.beginning())]
    }

    fn actions(&self, world: &World, actions: &mut Vec<Action>) {
        let (rules, scope) = (&self.rules, &self.scope);
        for side in SIDES {
            let service = world.of(side);
            edits::actions(scope, side, service, actions);
            relay::actions(rules, scope, side, service, actions);
            consumer::actions(rules, scope, side, service, actions);
            repair::actions(rules, scope, side, world, actions);
            if scope.crashes && service.process != Process::default() {
                actions.push(Action::Crash(side));
            }
            if scope.losses {
                let queued = service.queue.iter();
                actions.extend(queued.map(|sequence| Action::Lose(side, sequence)));
            }
            if scope.corruption && !world.corrupted {
                actions.extend(corruptible(world, side).map(|part| Action::Corrupt(side, part)));
            }
        }
    }

    fn next_state(&self, last: &World, action: Action) -> Option<World> {
        let mut world = last.clone();
        match action {
            Action::Decide(side, edit) => self.decide(&mut world, side, edit),
            Action::Save(side, at) => edits::save(&self.rules, world.of_mut(side), at),
            Action::Send(side) => self.send(&mut world, side),
            Action::SendInVain(side) => relay::send(&mut world, side, false),
            Action::LoseConfirm(side) => world.of_mut(side).process.unconfirmed = true,
            Action::Confirm(side) => relay::confirm(world.of_mut(side)),
            Action::StartOver(side) => relay::start_over(world.of_mut(side)),
            Action::SendAgain(side, sequence) => world.of_mut(other(side)).queue.insert(sequence),
            Action::Lose(side, sequence) => world.of_mut(side).queue.remove(sequence),
            Action::Take(side, sequence) => self.take(&mut world, side, sequence),
            Action::Apply(side) => consumer::apply(&self.rules, &mut world, side),
            Action::Acknowledge(side) => consumer::acknowledge(&self.rules, world.of_mut(side)),
            Action::Hear(side) => repair::hear(&mut world, side),
            Action::Replay(side) => repair::replay(&mut world, side),
            Action::Crash(side) => world.of_mut(side).process = Process::default(),
            Action::Corrupt(side, part) => corrupt(&mut world, side, part),
        }
        (world != *last).then_some(world)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        Promise::properties()
    }

    fn within_boundary(&self, world: &World) -> bool {
        SIDES
            .iter()
            .all(|side| world.of(*side).database.log.len() <= LONGEST_LOG)
    }
}

/// The parts of the link at `side` that the other side wrote.
fn corruptible(world: &World, side: Side) -> impl Iterator<Item = Part> + use<> {
    let theirs = |revision: Revision| revision.side() != side;
    let (presence, credit) = world
        .of(side)
        .database
        .revisions()
        .map_or((false, false), |(presence, credit)| {
            (theirs(presence), theirs(credit))
        });
    [
        presence.then_some(Part::Presence),
        credit.then_some(Part::Credit),
    ]
    .into_iter()
    .flatten()
}

fn corrupt(world: &mut World, side: Side, part: Part) {
    world.corrupted = true;
    let Some(link) = &mut world.of_mut(side).database.link else {
        return;
    };
    match part {
        Part::Presence => link.presence.present = !link.presence.present,
        Part::Credit => link.credit.position += 100,
    }
}
