//! How far the services are from rest.

use shared_events::Side;

use crate::{
    World,
    world::{SIDES, other},
};

/// What is left for the services to do by themselves, as a number that each of their steps lowers.
/// So they do come to rest once edits and faults end, in whatever order they take their steps.
pub(crate) fn left(world: &World) -> usize {
    SIDES
        .into_iter()
        .map(|side| writing(world, side) + hearing(world, side))
        .sum()
}

/// To save, to send and to see confirmed.
fn writing(world: &World, side: Side) -> usize {
    let service = world.of(side);
    let (database, process) = (&service.database, &service.process);
    let sent = process.sent.unwrap_or(database.published_through);
    let rows: usize = database
        .log
        .iter()
        .map(|entry| match entry.sequence {
            published if published <= database.published_through => 0,
            unconfirmed if unconfirmed <= sent => 2,
            _ => 8,
        })
        .sum();
    // To start over makes every row one to be sent again, and there are not as many as that.
    let starting_over = if process.unconfirmed { 1000 } else { 0 };
    100 * process.open.len() + rows + starting_over
}

/// To hear, to ask for, to take, to apply and to acknowledge.
fn hearing(world: &World, side: Side) -> usize {
    let service = world.of(side);
    let process = &service.process;
    let producer = &world.of(other(side)).database;
    let taken = |sequence: i64| process.taken.iter().any(|held| held.sequence == sequence);
    let rows: usize = producer
        .log
        .iter()
        .map(|entry| entry.sequence)
        .map(|sequence| match service.queue.contains(sequence) {
            true if taken(sequence) => 0,
            true => 4,
            false if service.database.settled.contains(sequence) => 0,
            false => 6,
        })
        .sum();
    let published = producer.published_through;
    let unheard = published.abs_diff(process.heard) as usize;
    rows + 3 * (process.taken.len() - process.committed) + process.committed + unheard
}
