//! What must hold in every state, and what must be possible.

use shared_events::{LinkRegister, Revision, Side};
use stateright::{Model, Property};

use crate::{
    Catalog, Change, Database, Entry, Record, World, work,
    world::{SIDES, other},
};

/// A promise that every reachable state is checked against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Promise {
    /// A change and its event are committed together.
    ChangeIsLogged,
    /// Sequences are gapless, unique and in the order of commits.
    SequencesGapless,
    /// No two events of a log bear one version of one key.
    VersionsUnique,
    /// A log tells of its own side's changes only: merging emits nothing.
    LogIsOwn,
    /// What was acknowledged to an editor is kept, or superseded by a greater version.
    NothingLost,
    /// What was deleted or removed does not come back.
    NothingResurrected,
    /// Applying the same event again does nothing.
    NothingTakenTwice,
    /// The checkpoint settles only what is applied.
    SettledIsApplied,
    /// Unless the broker itself loses messages, each published event is in the queue or settled.
    PublishedIsQueued,
    /// Once the services have nothing left to do, both hold the same.
    QuietIsEqual,
    /// Each step that the services take by themselves leads nearer to rest.
    EachStepLeadsToRest,
    /// All edits can be made, and all comes to rest.
    ComesToRest,
}

impl Promise {
    /// Every promise.
    pub const ALL: [Self; 12] = [
        Self::ChangeIsLogged,
        Self::SequencesGapless,
        Self::VersionsUnique,
        Self::LogIsOwn,
        Self::NothingLost,
        Self::NothingResurrected,
        Self::NothingTakenTwice,
        Self::SettledIsApplied,
        Self::PublishedIsQueued,
        Self::QuietIsEqual,
        Self::EachStepLeadsToRest,
        Self::ComesToRest,
    ];

    /// How it is called in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ChangeIsLogged => "a change is logged",
            Self::SequencesGapless => "sequences are gapless",
            Self::VersionsUnique => "versions are unique",
            Self::LogIsOwn => "a log tells of its own side",
            Self::NothingLost => "nothing acknowledged is lost",
            Self::NothingResurrected => "nothing deleted comes back",
            Self::NothingTakenTwice => "nothing is taken twice",
            Self::SettledIsApplied => "what is settled is applied",
            Self::PublishedIsQueued => "what is published is queued or settled",
            Self::QuietIsEqual => "quiet sides are equal",
            Self::EachStepLeadsToRest => "each step leads nearer to rest",
            Self::ComesToRest => "all comes to rest",
        }
    }

    pub(crate) fn properties() -> Vec<Property<Catalog>> {
        let properties = Self::ALL.map(|promise| {
            let name = promise.name();
            match promise {
                Self::ChangeIsLogged => Property::always(name, |catalog: &Catalog, world| {
                    let beginning = catalog.beginning();
                    each(world, |w, s| is_logged(w, s, beginning.as_ref()))
                }),
                Self::SequencesGapless => Property::always(name, |_, world| each(world, gapless)),
                Self::VersionsUnique => Property::always(name, |_, world| each(world, unique)),
                Self::LogIsOwn => Property::always(name, |_, world| each(world, tells_own)),
                Self::NothingLost => Property::always(name, |_, world| each(world, keeps_own)),
                Self::NothingResurrected => {
                    Property::always(name, |_, world| each(world, none_resurrected))
                }
                Self::NothingTakenTwice => {
                    Property::always(name, |_, world| each(world, |w, s| !w.of(s).took_twice))
                }
                Self::SettledIsApplied => {
                    Property::always(name, |_, world| each(world, settled_is_applied))
                }
                Self::PublishedIsQueued => Property::always(name, |catalog: &Catalog, world| {
                    catalog.scope.losses || each(world, published_is_queued)
                }),
                Self::QuietIsEqual => Property::always(name, |catalog: &Catalog, world| {
                    world.corrupted || equal(world) || !catalog.is_quiet(world)
                }),
                Self::EachStepLeadsToRest => Property::always(name, each_step_leads_to_rest),
                Self::ComesToRest => Property::sometimes(name, |catalog: &Catalog, world| {
                    each(world, |w, s| w.of(s).edits_left == 0) && catalog.is_quiet(world)
                }),
            }
        });
        properties.into()
    }
}

fn each(world: &World, holds: impl Fn(&World, Side) -> bool) -> bool {
    SIDES.into_iter().all(|side| holds(world, side))
}

fn each_step_leads_to_rest(catalog: &Catalog, world: &World) -> bool {
    let left = work::left(world);
    catalog
        .progress(world)
        .filter_map(|action| catalog.next_state(world, action))
        .all(|next| work::left(&next) < left)
}

fn registers(database: &Database) -> impl Iterator<Item = &LinkRegister> {
    database.log.iter().filter_map(|entry| match &entry.change {
        Change::Presence(link) | Change::Credit(link) => Some(link),
        Change::Record(_) => None,
    })
}

fn is_logged(world: &World, side: Side, beginning: Option<&Record>) -> bool {
    let database = &world.of(side).database;
    let record_logged = |record: &Record| {
        let changes = database.log.iter().map(|entry| &entry.change);
        changes
            .into_iter()
            .any(|change| matches!(change, Change::Record(told) if told == record))
    };
    let record = database.record.as_ref();
    let record = record == beginning || record.is_none_or(record_logged);
    let own = |revision: Revision| revision.side() == side;
    let link = database.revisions().is_none_or(|(presence, credit)| {
        let presence_logged = || registers(database).any(|link| link.presence.revision == presence);
        let credit_logged = || registers(database).any(|link| link.credit.revision == credit);
        (!own(presence) || presence_logged()) && (!own(credit) || credit_logged())
    });
    record && link
}

fn gapless(world: &World, side: Side) -> bool {
    let log = &world.of(side).database.log;
    log.iter().zip(1..).all(|(entry, at)| entry.sequence == at)
}

fn unique(world: &World, side: Side) -> bool {
    let log = &world.of(side).database.log;
    log.iter().enumerate().all(|(at, entry)| {
        log[..at]
            .iter()
            .all(|earlier| earlier.change.version() != entry.change.version())
    })
}

fn tells_own(world: &World, side: Side) -> bool {
    registers(&world.of(side).database).all(|link| link.greatest_revision().side() == side)
}

/// Whether what an entry tells of is held, or something greater.
fn holds(record: Option<&Record>, link: Option<&LinkRegister>, entry: &Entry) -> bool {
    match &entry.change {
        Change::Record(told) => {
            record.is_some_and(|held| held.version > told.version || held == told)
        }
        Change::Presence(told) => link.is_some_and(|held| {
            held.presence.revision > told.presence.revision || held.presence == told.presence
        }),
        Change::Credit(told) => link.is_some_and(|held| {
            held.credit.revision > told.credit.revision || held.credit == told.credit
        }),
    }
}

fn keeps_own(world: &World, side: Side) -> bool {
    let database = &world.of(side).database;
    let (record, link) = (database.record.as_ref(), database.link.as_ref());
    database.log.iter().all(|entry| holds(record, link, entry))
}

fn settled_is_applied(world: &World, side: Side) -> bool {
    let database = &world.of(side).database;
    let (cache, link) = (database.cache.as_ref(), database.link.as_ref());
    let told = world.of(other(side)).database.log.iter();
    world.corrupted
        || told
            .filter(|entry| database.settled.contains(entry.sequence))
            .all(|entry| holds(cache, link, entry))
}

fn none_resurrected(world: &World, side: Side) -> bool {
    let database = &world.of(side).database;
    let live = database.cache.as_ref().filter(|cache| !cache.deleted);
    let tombstones = || {
        let told = world.of(other(side)).database.log.iter();
        told.filter(|entry| database.settled.contains(entry.sequence))
            .filter_map(|entry| match &entry.change {
                Change::Record(record) => record.deleted.then_some(record.version),
                Change::Presence(_) | Change::Credit(_) => None,
            })
    };
    let record = live.is_none_or(|live| tombstones().all(|deleted| live.version > deleted));
    // Only somebody who links makes a link present: there is an event that says so.
    let link = database.link.as_ref().is_none_or(|link| {
        !link.presence.present
            || world.corrupted
            || SIDES.into_iter().any(|teller| {
                let log = &world.of(teller).database.log;
                log.iter().any(|entry| match &entry.change {
                    Change::Presence(told) => told.presence == link.presence,
                    Change::Credit(_) | Change::Record(_) => false,
                })
            })
    });
    record && link
}

fn published_is_queued(world: &World, side: Side) -> bool {
    let owner = &world.of(other(side)).database;
    let consumer = world.of(side);
    owner
        .log
        .iter()
        .filter(|entry| entry.sequence <= owner.published_through)
        .all(|entry| {
            consumer.queue.contains(entry.sequence)
                || consumer.database.settled.contains(entry.sequence)
        })
}

fn equal(world: &World) -> bool {
    let [authors, books] = SIDES.map(|side| &world.of(side).database);
    authors.link == books.link && authors.record == books.cache && books.record == authors.cache
}
