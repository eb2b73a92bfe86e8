//! What a queue keeps and hears, and publishing to one by name.
//!
//! An adapter that lacks one of these says so ([`Features`](super::Features)), and must refuse it:
//! a queue that keeps or hears something else than was asked for would do harm much later.

use tokio::time::{Instant, sleep};

use super::{
    Harness, PATIENCE,
    fixture::{
        Fixture, RETRY_AFTER, declare, message, numbered, numbers, publish_until_confirmed, unique,
    },
    subscriber::{Subscriber, ack, bodies, take, text},
};
use crate::{BusError, Message, PublishError, Queue, QueueKind, Topology};

/// A queue for what is only of use now keeps the newest, and nobody waits for its consumer.
pub async fn a_passing_queue_makes_no_publish_wait_and_drops_its_oldest<H: Harness>() {
    let fixture = Fixture::<H>::new(0).await;
    let passing = Queue::new(unique("passing"), QueueKind::Passing { max_length: 10 })
        .hearing_all(fixture.exchange.clone());
    if !offered(&fixture, H::FEATURES.passing, &passing).await {
        return;
    }
    let publisher = fixture.bus.publisher();
    for batch in numbered(0, 25).chunks(4) {
        assert_eq!(publisher.publish(&fixture.exchange, batch).await, Ok(()));
    }

    let mut consumer = fixture.bus.consumer(&passing.name);
    let taken = take(&mut *consumer, 10).await;
    assert_eq!(bodies(&taken), numbers(15..25));

    // Nor does anyone wait for what the consumer has in its hands.
    let after = numbered(25, 1);
    assert_eq!(publisher.publish(&fixture.exchange, &after).await, Ok(()));
    ack(&mut *consumer, &taken).await;
    let taken = take(&mut *consumer, 1).await;
    assert_eq!(bodies(&taken), ["25"]);
    ack(&mut *consumer, &taken).await;
}

/// A queue for replies tells whoever fills it that it is full, and takes more once it is not.
pub async fn a_reply_queue_refuses_what_does_not_fit_until_there_is_room<H: Harness>() {
    let fixture = Fixture::<H>::new(0).await;
    let reply = reply_queue(&fixture);
    if !offered(&fixture, H::FEATURES.reply, &reply).await {
        return;
    }
    let publisher = fixture.bus.publisher();

    let too_many = numbered(0, 6);
    let refused = publisher.publish(&fixture.exchange, &too_many).await;
    assert!(
        matches!(refused, Err(PublishError::Nacked { .. })),
        "{refused:?}"
    );

    let mut subscriber = Subscriber::start(fixture.harness.bus(), &reply.name);
    publish_until_confirmed(&*publisher, &fixture.exchange, &numbered(6, 5)).await;
    subscriber
        .wait_for("what came after there was room", |received| {
            let received: Vec<String> = received.iter().map(text).collect();
            numbers(6..11).iter().all(|body| received.contains(body))
        })
        .await;
}

/// Nobody deletes a queue for replies: it goes when whoever asked has gone.
pub async fn a_reply_queue_goes_after_its_consumer<H: Harness>() {
    let fixture = Fixture::<H>::new(0).await;
    let reply = reply_queue(&fixture);
    if !offered(&fixture, H::FEATURES.reply, &reply).await {
        return;
    }
    let mut subscriber = Subscriber::start(fixture.harness.bus(), &reply.name);
    let publisher = fixture.bus.publisher();
    publish_until_confirmed(&*publisher, &fixture.exchange, &numbered(0, 1)).await;
    subscriber.wait_for_distinct(1).await;

    drop(subscriber);

    let until = Instant::now() + PATIENCE;
    loop {
        match publisher.publish(&fixture.exchange, &numbered(1, 1)).await {
            Err(PublishError::Unroutable { .. }) => return,
            other => assert!(Instant::now() < until, "it is still there: {other:?}"),
        }
        sleep(RETRY_AFTER).await;
    }
}

/// The exchange without a name leads to the one queue that the routing key names, bound or not.
pub async fn publishing_to_a_queue_by_name_reaches_it_alone<H: Harness>() {
    let fixture = Fixture::<H>::new(2).await;
    let mut subscribers = fixture.subscribers();
    let publisher = fixture.bus.publisher();
    let to = |queue: &str, body: &'static str| Message {
        routing_key: queue.to_owned(),
        ..message(body)
    };
    let direct = [to(&fixture.queues[0], "direct")];
    if !H::FEATURES.direct {
        let refused = publisher.publish("", &direct).await;
        assert!(refused.is_err(), "accepted, though it leads nowhere");
        return;
    }

    publish_until_confirmed(&*publisher, "", &direct).await;
    publish_until_confirmed(&*publisher, &fixture.exchange, &[message("to all")]).await;

    for (subscriber, expected) in subscribers
        .iter_mut()
        .zip([vec!["direct", "to all"], vec!["to all"]])
    {
        let received = subscriber.wait_for_distinct(expected.len()).await;
        assert_eq!(received.iter().map(text).collect::<Vec<_>>(), expected);
    }
    let nowhere = to(&unique("nowhere"), "lost");
    assert_eq!(
        publisher.publish("", std::slice::from_ref(&nowhere)).await,
        Err(PublishError::Unroutable {
            count: 1,
            first: nowhere.id
        })
    );
}

/// A queue hears what matches one of its patterns, and once what matches several.
pub async fn patterns_choose_what_a_queue_hears<H: Harness>() {
    let fixture = Fixture::<H>::new(1).await;
    let lasting = |kind| Queue::new(unique(kind), QueueKind::Lasting);
    let exchange = &fixture.exchange;
    let one_word = lasting("one-word").hearing(exchange.clone(), "thing.*");
    let any_words = lasting("any-words")
        .hearing(exchange.clone(), "#.one")
        .hearing(exchange.clone(), "report.#");
    if !offered(&fixture, H::FEATURES.patterns, &one_word).await {
        return;
    }
    assert!(offered(&fixture, true, &any_words).await);
    let queues = [&one_word.name, &any_words.name, &fixture.queues[0]];
    let subscribers = queues.map(|queue| Subscriber::start(fixture.harness.bus(), queue));
    let keys = [
        "thing",
        "thing.created",
        "thing.created.late",
        "heartbeat.one",
        "heartbeat.two",
        "one",
        "report",
        "report.due.one",
        // The last that each of them hears.
        "thing.end",
        "report.end",
    ];
    let batch = keys.map(|key| Message {
        routing_key: key.to_owned(),
        ..message(key)
    });

    publish_until_confirmed(&*fixture.bus.publisher(), exchange, &batch).await;

    let expected: [&[&str]; 3] = [
        &["thing.created", "thing.end"],
        &[
            "heartbeat.one",
            "one",
            "report",
            "report.due.one",
            "report.end",
        ],
        &keys,
    ];
    for (mut subscriber, expected) in subscribers.into_iter().zip(expected) {
        let received = subscriber.wait_for_distinct(expected.len()).await;
        assert_eq!(received.iter().map(text).collect::<Vec<_>>(), expected);
    }
}

/// A queue is not silently taken for one that keeps something else.
pub async fn a_queue_that_exists_as_another_kind_is_refused<H: Harness>() {
    let fixture = Fixture::<H>::new(1).await;
    let other = Queue::new(fixture.queue(), QueueKind::Passing { max_length: 10 });

    assert_refused(&fixture, &other).await;

    declare(&*fixture.bus, &fixture.topology()).await;
}

fn reply_queue<H: Harness>(fixture: &Fixture<H>) -> Queue {
    Queue::new(unique("reply"), QueueKind::Reply { max_length: 5 })
        .hearing_all(fixture.exchange.clone())
}

/// Declares `queue` if the adapter offers what it asks for; else makes sure that it refuses it.
async fn offered<H: Harness>(fixture: &Fixture<H>, offers: bool, queue: &Queue) -> bool {
    if offers {
        declare(&*fixture.bus, &beside(fixture, queue)).await;
    } else {
        assert_refused(fixture, queue).await;
    }
    offers
}

async fn assert_refused<H: Harness>(fixture: &Fixture<H>, queue: &Queue) {
    let declared = fixture.bus.declare(&beside(fixture, queue)).await;
    assert!(
        matches!(declared, Err(BusError::Refused(_))),
        "declaring {queue:?} gave {declared:?}"
    );
}

fn beside<H>(fixture: &Fixture<H>, queue: &Queue) -> Topology {
    Topology {
        exchanges: vec![fixture.exchange.clone()],
        queues: vec![queue.clone()],
    }
}
