//! Publishes that are under way together.

use futures_util::future::{join, join_all};

use super::{
    Harness,
    fixture::{Fixture, declare, message, numbered, numbers, unique},
    subscriber::{ack, bodies, next},
};
use crate::{Binding, Message, PublishError, Queue, QueueKind, Topology};

/// A publish that begins while others are under way comes behind them.
pub async fn publishes_under_way_together_arrive_in_their_order<H: Harness>() {
    const PUBLISHES: usize = 8;
    const EACH: usize = 100;
    let fixture = Fixture::<H>::new(1).await;
    let publisher = fixture.bus.publisher();
    let batches: Vec<_> = (0..PUBLISHES).map(|at| numbered(at * EACH, EACH)).collect();
    let mut consumer = fixture.consumer();
    let publishing = join_all(
        batches
            .iter()
            .map(|batch| publisher.publish(&fixture.exchange, batch)),
    );
    let taking = async {
        let mut taken = Vec::new();
        while taken.len() < PUBLISHES * EACH {
            let batch = next(&mut *consumer, 64).await;
            taken.extend(bodies(&batch));
            ack(&mut *consumer, &batch).await;
        }
        taken
    };

    let (outcomes, taken) = join(publishing, taking).await;

    assert_eq!(taken, numbers(0..PUBLISHES * EACH));
    assert_eq!(outcomes, vec![Ok(()); PUBLISHES]);
}

/// Of publishes that are under way together, those fail that hold a message without a queue, and no
/// others; and each is told of its own messages.
pub async fn publishes_under_way_together_are_answered_each_for_itself<H: Harness>() {
    const ROUNDS: usize = 20;
    const EACH: usize = 20;
    if !(H::FEATURES.passing && H::FEATURES.patterns) {
        // It refuses such a queue, as other promises check, and can't be asked.
        return;
    }
    let fixture = Fixture::<H>::new(1).await;
    let picky = unique("picky");
    let topology = Topology {
        exchanges: vec![picky.clone()],
        queues: vec![Queue {
            name: unique("queue"),
            kind: QueueKind::Passing { max_length: 10 },
            bindings: vec![Binding {
                exchange: picky.clone(),
                pattern: "thing.updated".to_owned(),
            }],
        }],
    };
    declare(&*fixture.bus, &topology).await;
    let publisher = fixture.bus.publisher();
    for round in 0..ROUNDS {
        // One of three has messages that no queue hears, among others.
        let batches: Vec<Vec<Message>> = (0..3)
            .map(|at| {
                let deaf = |index: usize| at == round % 3 && index >= EACH - 2;
                let one = |index: usize| Message {
                    routing_key: if deaf(index) {
                        "thing.gone"
                    } else {
                        "thing.updated"
                    }
                    .to_owned(),
                    ..message("a thing")
                };
                (0..EACH).map(one).collect()
            })
            .collect();
        let publishing = batches.iter().map(|batch| publisher.publish(&picky, batch));

        let outcomes = join_all(publishing).await;

        for (at, outcome) in outcomes.into_iter().enumerate() {
            let expected = if at == round % 3 {
                Err(PublishError::Unroutable {
                    count: 2,
                    first: batches[at][EACH - 2].id,
                })
            } else {
                Ok(())
            };
            assert_eq!(outcome, expected, "round {round}, publish {at}");
        }
    }
}
