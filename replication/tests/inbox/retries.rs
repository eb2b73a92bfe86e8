//! Parked messages are tried again three times, then they are dead letters.

use std::time::Duration;

use replication::{
    inbox::Ledger,
    parked::{ParkedCounts, ParkedMessage, message_id},
};

use crate::{
    messages::{Kind, event_id, message, position},
    world::{Step, World, beginning},
};

const PARKED: ParkedCounts = ParkedCounts { parked: 1, dead: 0 };
const DEAD: ParkedCounts = ParkedCounts { parked: 0, dead: 1 };
const NONE: ParkedCounts = ParkedCounts { parked: 0, dead: 0 };

fn counts(world: &World) -> ParkedCounts {
    world.cache.state().journal.parked_counts()
}

#[tokio::test(start_paused = true)]
async fn a_bad_message_is_tried_again_after_1_and_5_and_25_seconds_and_then_is_dead() {
    let world = World::new().await;
    let publishing = world.publish_kinds(&[Kind::Bad]).await;
    let _inbox = world.inbox();
    world.until_acknowledged(publishing).await;
    assert_eq!(counts(&world), PARKED);
    tokio::time::sleep(Duration::from_secs(600)).await;
    assert_eq!(counts(&world), DEAD);
    let tried = world.cache.state().tried[&1].clone();
    let waits: Vec<_> = tried
        .windows(2)
        .map(|pair| (pair[1] - pair[0]).as_secs())
        .collect();
    assert_eq!(waits, [1, 5, 25]);
    // The others were acknowledged long before: a retry concerns nobody else.
    assert_eq!(world.count(&Step::Acknowledged), 1);
    assert_eq!(world.settled_through(), 1);
}

#[tokio::test(start_paused = true)]
async fn each_failure_is_noted_with_its_attempt_and_the_first_one_is_kept() {
    let world = World::new().await;
    let publishing = world.publish_kinds(&[Kind::Bad]).await;
    let _inbox = world.inbox();
    world.until_acknowledged(publishing).await;
    let body = message(1, Kind::Bad);
    for (attempts, at, wait) in [(1, 0, 1), (2, 1, 5), (3, 6, 25)] {
        while world.parked(&body).unwrap().attempts < attempts {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let parked = world.parked(&body).unwrap();
        assert_eq!(parked.first_failed_at, beginning());
        let late = parked.last_failed_at - beginning();
        assert_eq!(late.num_seconds(), at);
        let next = parked.next_attempt_at.unwrap() - parked.last_failed_at;
        assert_eq!(next.num_seconds(), wait);
    }
}

#[tokio::test(start_paused = true)]
async fn a_message_whose_trouble_has_passed_is_applied_and_no_longer_parked() {
    for seconds in [0, 2, 10] {
        let world = World::new().await;
        let publishing = world.publish_kinds(&[Kind::Good, Kind::Bad]).await;
        let _inbox = world.inbox();
        world.until_acknowledged(publishing).await;
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        assert_eq!(counts(&world), PARKED);
        world.cache.state().healed.insert(2);
        tokio::time::sleep(Duration::from_secs(60)).await;
        assert_eq!(counts(&world), NONE);
        assert_eq!(world.applied(), [(1, 1), (2, 1)]);
        assert_eq!(world.settled_through(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn a_message_that_can_not_be_decoded_becomes_a_dead_letter_too() {
    for kind in [Kind::Strange, Kind::Garbage] {
        let world = World::new().await;
        let publishing = world.publish_kinds(&[kind]).await;
        let _inbox = world.inbox();
        world.until_acknowledged(publishing).await;
        tokio::time::sleep(Duration::from_secs(30)).await;
        assert_eq!(counts(&world), PARKED);
        tokio::time::sleep(Duration::from_secs(30)).await;
        assert_eq!(counts(&world), DEAD);
    }
}

#[tokio::test(start_paused = true)]
async fn what_an_earlier_process_parked_is_tried_as_soon_as_it_is_due() {
    let world = World::new().await;
    let body = message(7, Kind::Bad);
    world.cache.state().healed.insert(7);
    world.cache.state().journal.write(&Ledger {
        park: vec![ParkedMessage {
            id: message_id(&body),
            position: Some(position(7)),
            event_id: Some(event_id(7)),
            event_type: None,
            body,
            reason: "long ago".to_owned(),
            attempts: 2,
            first_failed_at: beginning() - Duration::from_secs(100),
            last_failed_at: beginning() - Duration::from_secs(100),
            next_attempt_at: Some(beginning() + Duration::from_secs(3)),
        }],
        ..Ledger::default()
    });
    let _inbox = world.inbox();
    tokio::time::sleep(Duration::from_millis(2_990)).await;
    assert_eq!(counts(&world), PARKED);
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert_eq!(counts(&world), NONE);
    assert_eq!(world.applied(), [(7, 1)]);
}

#[tokio::test(start_paused = true)]
async fn parked_messages_are_tried_again_while_others_keep_coming() {
    let world = World::new().await;
    let publishing = world.publish_kinds(&[Kind::Bad]).await;
    let _inbox = world.inbox();
    world.until_acknowledged(publishing).await;
    for sequence in 2..200 {
        let publishing = world.publish(vec![message(sequence, Kind::Good)]).await;
        world.until_acknowledged(publishing).await;
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    assert_eq!(counts(&world), DEAD);
    let tried = world.cache.state().tried[&1].clone();
    let waits: Vec<_> = tried
        .windows(2)
        .map(|pair| (pair[1] - pair[0]).as_secs())
        .collect();
    assert_eq!(waits, [1, 5, 25]);
}

#[tokio::test(start_paused = true)]
async fn more_parked_messages_than_one_look_finds_are_all_tried() {
    let world = World::new().await;
    let publishing = world.publish_kinds(&[Kind::Bad; 600]).await;
    let _inbox = world.inbox();
    world.until_acknowledged(publishing).await;
    world.cache.state().healed.extend(1..=600);
    tokio::time::sleep(Duration::from_secs(10)).await;
    assert_eq!(counts(&world), NONE);
    assert_eq!(world.applied().len(), 600);
}

#[tokio::test(start_paused = true)]
async fn while_the_parked_messages_can_not_be_read_others_are_settled() {
    let world = World::new().await;
    let publishing = world.publish_kinds(&[Kind::Bad]).await;
    let inbox = world.inbox();
    world.until_acknowledged(publishing).await;
    world.cache.state().refuse_reading = 5;
    let publishing = world.publish(vec![message(2, Kind::Good)]).await;
    world.until_acknowledged(publishing).await;
    world.cache.state().healed.insert(1);
    tokio::time::sleep(Duration::from_secs(10)).await;
    assert_eq!(world.cache.state().refuse_reading, 0);
    assert_eq!(counts(&world), NONE);
    inbox.stop.cancel();
    assert_eq!(inbox.ended().await, Ok(()));
}

#[tokio::test(start_paused = true)]
async fn a_database_that_is_away_during_a_retry_does_not_count_as_an_attempt() {
    let world = World::new().await;
    let publishing = world.publish_kinds(&[Kind::Bad]).await;
    let _inbox = world.inbox();
    world.until_acknowledged(publishing).await;
    world.cache.state().unavailable = 10;
    while world.cache.state().unavailable > 0 {
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert_eq!(world.parked(&message(1, Kind::Bad)).unwrap().attempts, 1);
    }
    world.cache.state().healed.insert(1);
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(counts(&world), NONE);
}

#[tokio::test(start_paused = true)]
async fn an_inbox_with_dead_letters_only_looks_every_5_seconds() {
    let world = World::new().await;
    let publishing = world.publish_kinds(&[Kind::Bad]).await;
    let _inbox = world.inbox();
    world.until_acknowledged(publishing).await;
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(counts(&world), DEAD);
    world.cache.state().looked.clear();
    tokio::time::sleep(Duration::from_secs(600)).await;
    let looked = world.cache.state().looked.len();
    assert!((119..=121).contains(&looked), "{looked} times");
}
