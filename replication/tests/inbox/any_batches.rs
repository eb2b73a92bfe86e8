//! Whatever comes, however it is split, whatever fails in between.

use std::collections::BTreeSet;

use proptest::prelude::*;

use crate::{
    messages::{Kind, message},
    world::World,
};

fn any_kind() -> impl Strategy<Value = Kind> {
    prop_oneof![
        6 => Just(Kind::Good),
        2 => Just(Kind::Bad),
        1 => Just(Kind::Unwanted),
        1 => Just(Kind::Strange),
        1 => Just(Kind::Garbage),
    ]
}

/// What goes wrong beside the messages.
#[derive(Debug, Clone)]
struct Disturbances {
    /// At most so many deliveries make a batch.
    most: usize,
    database_away: u32,
    parking_refused: u32,
    reading_refused: u32,
    /// The connection is lost so often between settling and acknowledging.
    connections_lost: u32,
}

prop_compose! {
    fn any_disturbances()(
        most in 1_usize..40,
        database_away in 0_u32..4,
        parking_refused in 0_u32..3,
        reading_refused in 0_u32..3,
        connections_lost in 0_u32..3,
    ) -> Disturbances {
        Disturbances { most, database_away, parking_refused, reading_refused, connections_lost }
    }
}

async fn settles(kinds: Vec<Kind>, disturbances: Disturbances) -> Result<(), TestCaseError> {
    let world = World::new().await;
    {
        let mut script = world.bus.script();
        script.most = Some(disturbances.most);
        script.lose_connection = disturbances.connections_lost;
        let mut cache = world.cache.state();
        cache.unavailable = disturbances.database_away;
        cache.refuse_parking = disturbances.parking_refused;
        cache.refuse_reading = disturbances.reading_refused;
    }
    let inbox = world.inbox();
    // Published again until it is acknowledged, as a relay does.
    while world.publish_kinds(&kinds).await.await.unwrap().is_err() {}
    inbox.stop.cancel();
    prop_assert_eq!(inbox.ended().await, Ok(()));

    let numbered: Vec<_> = (1_i64..).zip(kinds).collect();
    let applied: BTreeSet<_> = world.applied().into_iter().map(|(at, _)| at).collect();
    let good = numbered.iter().filter(|(_, kind)| *kind == Kind::Good);
    prop_assert_eq!(applied, good.map(|(at, _)| *at).collect());
    if disturbances.connections_lost == 0 {
        prop_assert!(world.applied().iter().all(|(_, times)| *times == 1));
    }
    for (at, kind) in &numbered {
        let parked = world.parked(&message(*at, *kind));
        prop_assert_eq!(parked.is_some(), kind.is_parked(), "{} {:?}", at, kind);
    }
    let checkpoints = world.cache.state().journal.checkpoints();
    let held = checkpoints.into_values().next().unwrap_or_default();
    for (at, kind) in &numbered {
        let gap = held.gaps().iter().any(|gap| gap.contains(at));
        let settled = *at <= held.greatest() && !gap;
        prop_assert_eq!(settled, kind.has_position(), "{} {:?}", at, kind);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn every_good_event_is_applied_and_every_bad_one_parked(
        kinds in prop::collection::vec(any_kind(), 0..80),
        disturbances in any_disturbances(),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        runtime.block_on(settles(kinds, disturbances))?;
    }
}
