//! Dead letters: redriven by an operator, tried once at the start, or delivered again.

use std::time::Duration;

use event_bus::BusError;
use replication::{
    inbox::Ledger,
    parked::{Chosen, Listed, ParkedCounts, ParkedMessage, ParkedMessages, message_id},
};

use uuid::Uuid;

use crate::{
    messages::{Kind, event_id, message, position},
    world::{Step, World, beginning},
};

const DEAD: ParkedCounts = ParkedCounts { parked: 0, dead: 1 };
const NONE: ParkedCounts = ParkedCounts { parked: 0, dead: 0 };

fn counts(world: &World) -> ParkedCounts {
    world.cache.state().journal.parked_counts()
}

/// An earlier process gave these up.
fn bury(world: &World, messages: impl IntoIterator<Item = (i64, Kind)>) {
    let long_ago = beginning() - Duration::from_secs(1_000);
    let dead = |(sequence, kind): (i64, Kind)| ParkedMessage {
        id: message_id(&message(sequence, kind)),
        position: kind.has_position().then(|| position(sequence)),
        event_id: kind.has_position().then(|| event_id(sequence)),
        event_type: None,
        body: message(sequence, kind),
        reason: "long ago".to_owned(),
        attempts: 4,
        first_failed_at: long_ago,
        last_failed_at: long_ago,
        next_attempt_at: None,
    };
    world.cache.state().journal.write(&Ledger {
        park: messages.into_iter().map(dead).collect(),
        ..Ledger::default()
    });
}

fn held(world: &World, sequence: i64, kind: Kind) -> Option<ParkedMessage> {
    let id = message_id(&message(sequence, kind));
    world.cache.state().journal.parked(id)
}

/// A world whose inbox has given up message 1 and has nothing else to do.
async fn with_a_dead_letter() -> (World, crate::world::Running) {
    let world = World::new().await;
    let publishing = world.publish_kinds(&[Kind::Bad]).await;
    let inbox = world.inbox();
    world.until_acknowledged(publishing).await;
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(counts(&world), DEAD);
    (world, inbox)
}

#[tokio::test(start_paused = true)]
async fn a_redriven_dead_letter_is_tried_at_once_and_once() {
    let (world, _inbox) = with_a_dead_letter().await;
    let before = held(&world, 1, Kind::Bad).unwrap();
    let redriven_at = tokio::time::Instant::now();
    let redriven = world.cache.redrive(Chosen::One(before.id), world.now());
    assert_eq!(redriven.await, Ok(1));
    tokio::time::sleep(Duration::from_secs(600)).await;
    let tried = world.cache.state().tried[&1].clone();
    assert_eq!(tried.len(), 5);
    assert_eq!(tried[4], redriven_at);
    let after = held(&world, 1, Kind::Bad).unwrap();
    assert_eq!(after.attempts, before.attempts + 1);
    assert_eq!(after.first_failed_at, before.first_failed_at);
    assert!(after.last_failed_at > before.last_failed_at);
    assert_eq!(counts(&world), DEAD);
}

#[tokio::test(start_paused = true)]
async fn a_redriven_dead_letter_whose_trouble_has_passed_is_applied_and_gone() {
    let (world, _inbox) = with_a_dead_letter().await;
    world.cache.state().healed.insert(1);
    for _ in 0..2 {
        let redriven = world.cache.redrive(Chosen::AllDead, world.now()).await;
        redriven.unwrap();
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(counts(&world), NONE);
    assert_eq!(world.applied(), [(1, 1)]);
    assert_eq!(world.settled_through(), 1);
    let again = world.cache.redrive(Chosen::AllDead, world.now()).await;
    assert_eq!(again, Ok(0));
}

#[tokio::test(start_paused = true)]
async fn a_redriven_dead_letter_that_is_still_not_understood_says_so_anew() {
    let world = World::new().await;
    bury(&world, [(1, Kind::Strange)]);
    let _inbox = world.inbox();
    tokio::time::sleep(Duration::from_secs(60)).await;
    let redriven = world.cache.redrive(Chosen::AllDead, world.now()).await;
    assert_eq!(redriven, Ok(1));
    tokio::time::sleep(Duration::from_secs(60)).await;
    let after = held(&world, 1, Kind::Strange).unwrap();
    assert_eq!((after.attempts, after.next_attempt_at), (5, None));
    assert_eq!(after.reason, "unknown type thing.\u{fffd}strange");
}

#[tokio::test(start_paused = true)]
async fn a_message_keeps_the_id_under_which_it_was_parked() {
    let world = World::new().await;
    bury(&world, [(1, Kind::Bad)]);
    let id = Uuid::from_u128(1);
    let renamed = ParkedMessage {
        id,
        ..held(&world, 1, Kind::Bad).unwrap()
    };
    world.cache.purge(Chosen::AllDead).await.unwrap();
    world.cache.state().journal.write(&Ledger {
        park: vec![renamed],
        ..Ledger::default()
    });
    let _inbox = world.inbox();
    tokio::time::sleep(Duration::from_secs(60)).await;
    let listed = world.cache.list(Listed::All, None, 10).await.unwrap();
    let ids: Vec<_> = listed
        .iter()
        .map(|parked| (parked.id, parked.attempts))
        .collect();
    assert_eq!(ids, [(id, 5)]);
}

#[tokio::test(start_paused = true)]
async fn what_another_process_redrives_is_tried_within_5_seconds() {
    let (world, _inbox) = with_a_dead_letter().await;
    world.cache.state().healed.insert(1);
    let now = world.now();
    world.cache.state().journal.redrive(Chosen::AllDead, now);
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!(counts(&world), NONE);
}

#[tokio::test(start_paused = true)]
async fn at_the_start_every_dead_letter_is_tried_once_and_those_not_understood_are_left() {
    let world = World::new().await;
    // More than one look takes, of every kind.
    let kinds = [Kind::Good, Kind::Bad, Kind::Strange, Kind::Garbage];
    let messages: Vec<_> = (1..=400)
        .map(|sequence| (sequence, kinds[sequence as usize % 4]))
        .collect();
    bury(&world, messages.iter().copied());
    let _inbox = world.inbox();
    tokio::time::sleep(Duration::from_secs(600)).await;
    assert_eq!(world.applied().len(), 100);
    for (sequence, kind) in messages {
        let held = held(&world, sequence, kind);
        let attempts = held.as_ref().map(|held| held.attempts);
        match kind {
            Kind::Good => assert_eq!(attempts, None),
            Kind::Bad => assert_eq!(attempts, Some(5)),
            Kind::Strange | Kind::Garbage | Kind::Unwanted => assert_eq!(
                (attempts, held.unwrap().reason.as_str()),
                (Some(4), "long ago")
            ),
        }
    }
    assert_eq!(counts(&world).dead, 300);
}

#[tokio::test(start_paused = true)]
async fn while_dead_letters_are_tried_at_the_start_others_are_settled() {
    let world = World::new().await;
    bury(&world, (1..=1_000).map(|sequence| (sequence, Kind::Good)));
    let publishing = world.publish(vec![message(1_001, Kind::Good)]).await;
    let _inbox = world.inbox();
    world.until_acknowledged(publishing).await;
    assert!(counts(&world).dead > 500, "{:?}", counts(&world));
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(counts(&world), NONE);
}

#[tokio::test(start_paused = true)]
async fn a_dead_letter_that_can_not_be_read_at_the_start_has_its_chance_later() {
    let world = World::new().await;
    bury(&world, [(1, Kind::Good)]);
    world.cache.state().refuse_reading = 5;
    let _inbox = world.inbox();
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(counts(&world), NONE);
}

#[tokio::test(start_paused = true)]
async fn a_dead_letter_that_is_delivered_again_and_applied_is_gone() {
    let (world, _inbox) = with_a_dead_letter().await;
    let again = world.publish_kinds(&[Kind::Bad, Kind::Good]).await;
    world.until_acknowledged(again).await;
    assert_eq!(counts(&world), DEAD);
    world.cache.state().healed.insert(1);
    let again = world.publish_kinds(&[Kind::Bad, Kind::Good]).await;
    world.until_acknowledged(again).await;
    assert_eq!(counts(&world), NONE);
}

#[tokio::test(start_paused = true)]
async fn while_nothing_is_parked_deliveries_are_not_looked_for_among_the_parked() {
    let world = World::new().await;
    let publishing = world.publish_kinds(&[Kind::Good; 300]).await;
    let _inbox = world.inbox();
    world.until_acknowledged(publishing).await;
    assert_eq!(world.cache.state().unparked, 0);
}

#[tokio::test(start_paused = true)]
async fn parked_messages_are_tried_again_while_the_broker_is_away_or_does_not_answer() {
    for hangs in [false, true] {
        let world = World::new().await;
        let away = BusError::Unreachable("nobody listens".to_owned());
        world.bus.script().declare = std::iter::repeat_n(Err(away), 1_000).collect();
        world.bus.script().declare_hangs = hangs;
        bury(&world, [(1, Kind::Bad)]);
        let _inbox = world.inbox();
        tokio::time::sleep(Duration::from_secs(60)).await;
        assert_eq!(held(&world, 1, Kind::Bad).unwrap().attempts, 5);
        world.cache.state().healed.insert(1);
        let redriven = world.cache.redrive(Chosen::AllDead, world.now()).await;
        assert_eq!(redriven, Ok(1));
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!(counts(&world), NONE);
        // A look is no reason to begin declaring anew.
        let declared = world.count(&Step::Declared);
        assert!(if hangs { declared == 1 } else { declared > 5 });
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_purged_is_not_tried_again() {
    let (world, _inbox) = with_a_dead_letter().await;
    world.cache.purge(Chosen::AllDead).await.unwrap();
    tokio::time::sleep(Duration::from_secs(60)).await;
    let left = world.cache.list(Listed::All, None, 10).await;
    assert_eq!(left, Ok(vec![]));
    assert_eq!(world.cache.state().tried[&1].len(), 4);
}
