//! The calm case: settled, then acknowledged.

use crate::{
    messages::{Kind, message},
    world::{QUEUE, Step, World},
};

#[tokio::test(start_paused = true)]
async fn a_batch_is_settled_and_then_acknowledged() {
    let world = World::new().await;
    let publishing = world.publish_kinds(&[Kind::Good; 3]).await;
    let inbox = world.inbox();
    world.until_acknowledged(publishing).await;
    assert_eq!(
        world.steps(),
        [
            Step::Declared,
            Step::Taken(3),
            Step::Asked,
            Step::Committed(vec![1, 2, 3]),
            Step::Acknowledged,
        ]
    );
    assert_eq!(world.applied(), [(1, 1), (2, 1), (3, 1)]);
    assert_eq!(world.settled_through(), 3);
    inbox.stop.cancel();
    assert_eq!(inbox.ended().await, Ok(()));
}

#[tokio::test(start_paused = true)]
async fn a_batch_is_at_most_256_messages() {
    let world = World::new().await;
    let publishing = world.publish_kinds(&[Kind::Good; 600]).await;
    let _inbox = world.inbox();
    world.until_acknowledged(publishing).await;
    let taken = world.steps().into_iter().filter_map(|step| match step {
        Step::Taken(count) => Some(count),
        _ => None,
    });
    assert!(taken.eq([256, 256, 88]));
    assert_eq!(world.settled_through(), 600);
}

#[tokio::test(start_paused = true)]
async fn events_that_nobody_wants_are_settled_all_the_same() {
    let world = World::new().await;
    let kinds = [Kind::Unwanted, Kind::Good, Kind::Unwanted];
    let publishing = world.publish_kinds(&kinds).await;
    let _inbox = world.inbox();
    world.until_acknowledged(publishing).await;
    assert_eq!(world.applied(), [(2, 1)]);
    assert_eq!(world.settled_through(), 3);
    assert_eq!(world.cache.state().journal.parked_counts().parked, 0);
}

#[tokio::test(start_paused = true)]
async fn events_in_another_order_and_twice_leave_the_same_checkpoint() {
    let world = World::new().await;
    world.bus.script().most = Some(2);
    let order = [4, 1, 4, 3, 2, 1];
    let bodies = order.map(|sequence| message(sequence, Kind::Good));
    let publishing = world.publish(bodies.into()).await;
    let _inbox = world.inbox();
    world.until_acknowledged(publishing).await;
    assert_eq!(world.settled_through(), 4);
}

#[tokio::test(start_paused = true)]
async fn what_comes_later_is_taken_as_it_comes() {
    let world = World::new().await;
    let _inbox = world.inbox();
    for sequence in 1..=3 {
        let publishing = world.publish(vec![message(sequence, Kind::Good)]).await;
        world.until_acknowledged(publishing).await;
    }
    assert_eq!(world.settled_through(), 3);
    assert_eq!(world.bus.inner.depth(QUEUE), Some(0));
    assert_eq!(world.count(&Step::Declared), 1);
}
