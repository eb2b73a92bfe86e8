//! A message that can't be applied blocks no other and is never dropped.

use std::time::Duration;

use replication::parked::ParkedMessage;

use crate::{
    messages::{Kind, event_id, message, position},
    world::{Step, World, beginning},
};

/// Publishes these kinds as one batch and checks what became of each.
async fn a_batch_of(kinds: &[Kind]) -> World {
    let world = World::new().await;
    let publishing = world.publish_kinds(kinds).await;
    let inbox = world.inbox();
    world.until_acknowledged(publishing).await;

    let good = (1..).zip(kinds).filter(|(_, kind)| **kind == Kind::Good);
    let good: Vec<_> = good.map(|(sequence, _)| (sequence, 1)).collect();
    assert_eq!(world.applied(), good, "{kinds:?}");
    for (sequence, kind) in (1..).zip(kinds) {
        let parked = world.parked(&message(sequence, *kind));
        assert_eq!(
            parked.is_some(),
            kind.is_parked(),
            "{sequence} of {kinds:?}"
        );
        assert!(parked.is_none_or(|parked| parked.attempts == 1));
    }
    assert_eq!(world.count(&Step::Acknowledged), 1);
    inbox.stop.cancel();
    assert_eq!(inbox.ended().await, Ok(()));
    world
}

#[tokio::test(start_paused = true)]
async fn a_bad_message_is_parked_wherever_it_stands_and_the_others_are_applied() {
    for size in [1, 2, 3, 7, 8] {
        for bad in 0..size {
            let mut kinds = vec![Kind::Good; size];
            kinds[bad] = Kind::Bad;
            let world = a_batch_of(&kinds).await;
            assert_eq!(world.settled_through(), size as i64);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn several_bad_messages_are_parked_each_by_itself() {
    use Kind::{Bad, Good};
    for kinds in [
        vec![Bad, Good, Good, Bad],
        vec![Bad, Bad, Good],
        vec![Good, Bad, Bad, Good, Bad],
        vec![Bad; 7],
    ] {
        let world = a_batch_of(&kinds).await;
        assert_eq!(world.settled_through(), kinds.len() as i64);
    }
}

#[tokio::test(start_paused = true)]
async fn a_full_batch_of_bad_messages_is_parked() {
    let world = a_batch_of(&[Kind::Bad; 256]).await;
    assert_eq!(world.settled_through(), 256);
    assert_eq!(world.cache.state().journal.parked_counts().parked, 256);
}

#[tokio::test(start_paused = true)]
async fn one_bad_message_of_many_costs_few_tries() {
    let mut kinds = [Kind::Good; 256];
    kinds[77] = Kind::Bad;
    let world = a_batch_of(&kinds).await;
    // Each halving tries both halves: 1 + 2 * 8 tries, and one to park it.
    assert_eq!(world.count(&Step::Asked), 18);
}

#[tokio::test(start_paused = true)]
async fn a_parked_message_bears_its_reason_and_what_is_known_of_it() {
    let world = a_batch_of(&[Kind::Good, Kind::Bad]).await;
    let body = message(2, Kind::Bad);
    let parked = world.parked(&body).unwrap();
    assert_eq!(
        parked,
        ParkedMessage {
            id: parked.id,
            position: Some(position(2)),
            event_id: Some(event_id(2)),
            event_type: Some("thing.bad".to_owned()),
            body,
            reason: "thing 2 breaks a rule: \u{fffd}".to_owned(),
            attempts: 1,
            first_failed_at: beginning(),
            last_failed_at: beginning(),
            next_attempt_at: Some(beginning() + Duration::from_secs(1)),
        }
    );
}

#[tokio::test(start_paused = true)]
async fn a_message_that_can_not_be_decoded_is_parked_with_what_could_be_read_of_it() {
    use Kind::{Garbage, Good, Strange};
    let world = a_batch_of(&[Good, Strange, Garbage, Good]).await;
    let strange = world.parked(&message(2, Strange)).unwrap();
    assert_eq!(strange.position, Some(position(2)));
    assert_eq!(strange.event_id, Some(event_id(2)));
    assert_eq!(strange.event_type.as_deref(), Some("thing.\u{fffd}strange"));
    assert_eq!(strange.reason, "unknown type thing.\u{fffd}strange");

    let garbage = world.parked(&message(3, Garbage)).unwrap();
    assert_eq!((garbage.position, garbage.event_id), (None, None));
    assert_eq!(garbage.event_type, None);
    assert_eq!(garbage.reason, "not a message: \u{fffd}");
    assert_eq!(garbage.body, message(3, Garbage));

    // Where it stands is not known, so it stays a gap.
    let checkpoints = world.cache.state().journal.checkpoints();
    let held = checkpoints.values().next().unwrap();
    assert_eq!((held.through(), held.gaps()), (2, vec![3..=3]));
}

#[tokio::test(start_paused = true)]
async fn bad_messages_of_every_kind_in_one_batch() {
    use Kind::{Bad, Garbage, Good, Strange, Unwanted};
    a_batch_of(&[Garbage, Bad, Good, Strange, Unwanted, Bad, Garbage]).await;
    a_batch_of(&[Garbage]).await;
    a_batch_of(&[Strange, Garbage]).await;
    a_batch_of(&[Bad, Garbage]).await;
}

#[tokio::test(start_paused = true)]
async fn a_parked_message_that_is_delivered_again_changes_nothing() {
    use Kind::{Bad, Garbage, Good};
    let world = World::new().await;
    world.bus.script().lose_connection = 3;
    let bodies = [(1, Good), (2, Bad), (3, Garbage)].map(|(at, kind)| message(at, kind));
    let lost = world.publish(bodies.to_vec()).await;
    let inbox = world.inbox();
    world
        .until(|steps| {
            steps
                .iter()
                .filter(|s| **s == Step::NotAcknowledged)
                .count()
                == 1
        })
        .await;
    assert!(lost.await.unwrap().is_err());
    let known: Vec<_> = bodies.iter().map(|body| world.parked(body)).collect();
    assert!(known[1].is_some() && known[2].is_some());
    // What was handed out comes again by itself.
    world
        .until(|steps| {
            steps
                .iter()
                .filter(|s| **s == Step::NotAcknowledged)
                .count()
                == 3
        })
        .await;
    world
        .until(|steps| steps.contains(&Step::Acknowledged))
        .await;
    assert!(world.now() < beginning() + Duration::from_secs(1));
    let again: Vec<_> = bodies.iter().map(|body| world.parked(body)).collect();
    assert_eq!(again, known);
    inbox.stop.cancel();
    assert_eq!(inbox.ended().await, Ok(()));
}

#[tokio::test(start_paused = true)]
async fn a_message_that_can_not_even_be_parked_is_held_and_never_acknowledged_by_a_later_one() {
    for kind in [Kind::Bad, Kind::Strange, Kind::Garbage] {
        let world = World::new().await;
        world.cache.state().refuse_parking = 20;
        let first = world.publish(vec![message(1, kind)]).await;
        let _inbox = world.inbox();
        world
            .until(|steps| steps.iter().any(|step| matches!(step, Step::Refused(0))))
            .await;
        let second = world.publish(vec![message(2, Kind::Good)]).await;
        while world.cache.state().refuse_parking > 0 {
            assert_eq!(world.count(&Step::Acknowledged), 0, "{kind:?}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        first.await.unwrap().unwrap();
        world.until_acknowledged(second).await;
        assert!(world.parked(&message(1, kind)).is_some());
        assert_eq!(world.applied(), [(2, 1)]);
    }
}
