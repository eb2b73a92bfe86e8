//! What holds while nothing fails.

use std::collections::{BTreeSet, HashMap};

use bytes::Bytes;
use futures_util::{FutureExt, future::join};

use super::{
    Harness,
    fixture::{Fixture, declare, message, numbered, numbers, published, unique},
    subscriber::{ack, bodies, next, take, text},
};
use crate::{Message, Queue, QueueKind, Topology};

/// Each queue bound to the exchange gets each message.
pub async fn every_subscriber_gets_every_message<H: Harness>() {
    let fixture = Fixture::<H>::new(3).await;
    let subscribers = fixture.subscribers();

    let publishing = fixture.publish(vec![numbered(0, 300), numbered(300, 1), numbered(301, 99)]);

    for mut subscriber in subscribers {
        let received = subscriber.wait_for_distinct(400).await;
        let received: BTreeSet<_> = received.iter().map(text).collect();
        assert_eq!(received, BTreeSet::from_iter(numbers(0..400)));
    }
    published(publishing).await;
}

/// Once `publish` has succeeded, the message is safe for every queue: a bus that stores has it in
/// each without any consumer; any other has had it acknowledged by each.
pub async fn success_means_that_every_queue_has_the_message<H: Harness>() {
    let fixture = Fixture::<H>::new(2).await;
    let mut consumers: Vec<_> = fixture
        .queues
        .iter()
        .map(|queue| fixture.bus.consumer(queue))
        .collect();
    let mut publishing = fixture.publish(vec![numbered(0, 1)]);

    if H::FEATURES.stores {
        published(publishing).await;
        fixture.harness.lose_connections().await;
        for consumer in &mut consumers {
            let taken = take(&mut **consumer, 1).await;
            assert_eq!(bodies(&taken), ["0"]);
            ack(&mut **consumer, &taken).await;
        }
    } else {
        for consumer in &mut consumers {
            let taken = take(&mut **consumer, 1).await;
            assert!(
                (&mut publishing).now_or_never().is_none(),
                "not everyone has acknowledged"
            );
            ack(&mut **consumer, &taken).await;
        }
        published(publishing).await;
    }
}

/// Bodies arrive byte for byte, whatever they hold and however large, with their routing keys.
pub async fn envelopes_arrive_byte_for_byte<H: Harness>() {
    let fixture = Fixture::<H>::new(1).await;
    let every_byte: Vec<u8> = (0..=u8::MAX).cycle().take(1000).collect();
    let large: Vec<u8> = std::iter::repeat_with(|| fastrand::u8(..))
        .take(1 << 20)
        .collect();
    let sent: Vec<Message> = [
        ("thing.created", Bytes::from(every_byte)),
        ("thing.deleted", Bytes::new()),
        ("pair.linked", Bytes::from(large)),
        (
            "x",
            Bytes::from("{\"name\":\"García Márquez 魯迅\\u0000\"}"),
        ),
    ]
    .into_iter()
    .map(|(routing_key, body)| Message {
        routing_key: routing_key.to_owned(),
        ..message(body)
    })
    .collect();
    let mut consumer = fixture.consumer();

    let publishing = fixture.publish(vec![sent.clone()]);

    let taken = take(&mut *consumer, sent.len()).await;
    for (sent, got) in sent.iter().zip(&taken) {
        assert_eq!(sent.routing_key, got.routing_key);
        assert!(
            sent.body == got.body,
            "the body of {} has changed",
            sent.routing_key
        );
    }
    ack(&mut *consumer, &taken).await;
    published(publishing).await;
}

/// While nothing fails, a queue keeps the order in which one publisher published, and so the order
/// of each key; nothing comes twice.
pub async fn messages_of_one_key_keep_their_order<H: Harness>() {
    const KEYS: usize = 10;
    const VERSIONS: usize = 40;
    let fixture = Fixture::<H>::new(1).await;
    let mut consumer = fixture.consumer();
    let sent: Vec<Message> = (0..KEYS * VERSIONS)
        .map(|index| message(format!("{} {}", index % KEYS, index / KEYS)))
        .collect();
    // Larger than the number of keys: a batch holds several versions of each.
    let batches = sent.chunks(3 * KEYS + 1).map(<[Message]>::to_vec).collect();

    let publishing = fixture.publish(batches);

    let mut versions: HashMap<String, Vec<usize>> = HashMap::new();
    let mut count = 0;
    while count < sent.len() {
        let taken = next(&mut *consumer, 1 + count % 64).await;
        for body in bodies(&taken) {
            let (key, version) = body.split_once(' ').unwrap_or_default();
            let version = version.parse().unwrap_or(usize::MAX);
            versions.entry(key.to_owned()).or_default().push(version);
        }
        count += taken.len();
        ack(&mut *consumer, &taken).await;
    }
    assert_eq!(versions.len(), KEYS);
    for (key, versions) in versions {
        assert_eq!(versions, Vec::from_iter(0..VERSIONS), "key {key}");
    }
    published(publishing).await;
}

/// A queue may be bound to more than one exchange.
pub async fn one_queue_hears_several_exchanges<H: Harness>() {
    let fixture = Fixture::<H>::new(1).await;
    let control = unique("control");
    let topology = Topology {
        exchanges: vec![control.clone()],
        queues: vec![Queue::new(fixture.queue(), QueueKind::Lasting).hearing_all(control.clone())],
    };
    declare(&*fixture.bus, &topology).await;
    let mut consumer = fixture.consumer();
    let publisher = fixture.bus.publisher();

    for (exchange, body) in [(&fixture.exchange, "event"), (&control, "control")] {
        let batch = [message(body)];
        let taking = async {
            let taken = take(&mut *consumer, 1).await;
            ack(&mut *consumer, &taken).await;
            taken
        };
        let (published, taken) = join(publisher.publish(exchange, &batch), taking).await;
        assert_eq!(published, Ok(()));
        assert_eq!(bodies(&taken), [body]);
    }
}

/// Declaring what exists changes nothing: bindings are not doubled, messages stay.
pub async fn declaring_twice_changes_nothing<H: Harness>() {
    let fixture = Fixture::<H>::new(1).await;
    let mut consumer = fixture.consumer();
    let publishing = fixture.publish(vec![numbered(0, 2), numbered(2, 1)]);
    let mut taken = take(&mut *consumer, 1).await;

    let (topology, other) = (fixture.topology(), fixture.harness.bus());
    join(
        declare(&*fixture.bus, &topology),
        declare(&*other, &topology),
    )
    .await;

    taken.extend(take(&mut *consumer, 1).await);
    ack(&mut *consumer, &taken).await;
    let last = take(&mut *consumer, 1).await;
    ack(&mut *consumer, &last).await;
    taken.extend(last);
    assert_eq!(bodies(&taken), numbers(0..3));
    assert!(taken.iter().all(|delivery| !delivery.redelivered));
    published(publishing).await;
}

/// An empty batch is published at once.
pub async fn publishing_nothing_succeeds<H: Harness>() {
    let fixture = Fixture::<H>::new(1).await;
    let publisher = fixture.bus.publisher();

    assert_eq!(publisher.publish(&fixture.exchange, &[]).await, Ok(()));
    assert_eq!(publisher.ensure_connected().await, Ok(()));
}

/// Publishing the same messages again is safe: each arrives at least once.
pub async fn publishing_twice_delivers_at_least_once<H: Harness>() {
    let fixture = Fixture::<H>::new(2).await;
    let subscribers = fixture.subscribers();
    let batch = numbered(0, 20);

    let publishing = fixture.publish(vec![batch.clone(), batch]);

    published(publishing).await;
    for mut subscriber in subscribers {
        let received = subscriber.wait_for_distinct(20).await;
        assert!(
            received.len() <= 40,
            "{} of 20 messages sent twice",
            received.len()
        );
    }
}
