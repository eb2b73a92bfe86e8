//! Messages that can't be applied, in the middle of others.

use lapin::{
    BasicProperties, Connection, ConnectionProperties,
    options::{BasicPublishOptions, ConfirmSelectOptions},
};
use serde_json::json;
use system_tests::{PATIENCE, Side, Stack, compare_records, eventually, own_virtual_host};
use uuid::Uuid;

#[tokio::test]
#[ignore = "needs PostgreSQL and RabbitMQ: tests/run.sh"]
async fn a_message_that_cannot_be_applied_is_parked_and_the_others_of_its_batch_are_applied() {
    let broker_url = own_virtual_host().await;
    let mut stack = Stack::servers_on(&broker_url).await;
    for away in Side::BOTH {
        let owner = away.other();
        assert_eq!(stack.process(away).terminate().await.code, Some(0));
        // All of this waits in one queue, and comes as one batch.
        for number in 0..5 {
            stack.create(owner, &format!("Before {number}")).await;
        }
        published(&stack, owner).await;
        publish(&broker_url, owner, b"no envelope").await;
        publish(&broker_url, owner, &with_a_nul(owner)).await;
        for number in 0..5 {
            stack.create(owner, &format!("After {number}")).await;
        }
        published(&stack, owner).await;

        stack.start(away);
        let last = stack.last_sequence(owner).await;
        let sync = eventually(PATIENCE, "ten applied and two parked", async || {
            let sync = stack.sync(away).await?;
            let arrived = sync["consumed"][0]["checkpoint"] == last;
            (arrived && sync["parked"] == 2).then_some(sync)
        })
        .await;
        assert_eq!(sync["dead"], 0, "{sync}");
        assert_eq!(sync["consumed"][0]["gaps"], json!([]), "{sync}");
        assert_eq!(sync["cached"]["rows"], 10, "{sync}");
        compare_records(&stack).await;
    }

    // Nothing stands in the way of what comes later.
    for side in Side::BOTH {
        stack.create(side, "Later").await;
        let last = stack.last_sequence(side).await;
        eventually(PATIENCE, "a later event", async || {
            let sync = stack.sync(side.other()).await?;
            (sync["consumed"][0]["checkpoint"] == last).then_some(())
        })
        .await;
    }
    compare_records(&stack).await;
}

/// Waits until everything of this side is with the broker.
async fn published(stack: &Stack, side: Side) {
    let last = stack.last_sequence(side).await;
    eventually(PATIENCE, "everything published", async || {
        (stack.published_through(side).await == last).then_some(())
    })
    .await;
}

/// An event as it should be, but for a character that PostgreSQL can't keep. It claims a place in
/// the log that is settled anyway, so that it leaves no gap.
pub(crate) fn with_a_nul(owner: Side) -> Vec<u8> {
    let (event_type, data) = match owner {
        Side::Authors => (
            "author.created",
            json!({
                "author_id": 999_999, "name": "A\0uthor", "birth_date": null, "death_date": null,
                "nationality": null, "biography": null, "aliases": [], "identifiers": {},
                "created_at": "2026-01-01T00:00:00.000000Z", "updated_at": "2026-01-01T00:00:00.000000Z",
            }),
        ),
        Side::Books => (
            "book.created",
            json!({
                "book_id": 999_999, "title": "A t\0itle", "subtitle": null, "isbn": null,
                "publication_year": null, "language": null, "publisher": null, "page_count": null,
                "description": null, "subjects": [], "identifiers": {},
                "created_at": "2026-01-01T00:00:00.000000Z", "updated_at": "2026-01-01T00:00:00.000000Z",
            }),
        ),
    };
    let envelope = json!({
        "event_type": event_type, "event_id": Uuid::from_u128(fastrand::u128(..)),
        "timestamp": "2026-01-01T00:00:00.000000Z", "correlation_id": "poison",
        "schema_version": 1, "producer": owner.producer().name(), "epoch": 1, "sequence": 1,
        "version": 1, "data": data,
    });
    envelope.to_string().into_bytes()
}

/// Publishes past the service that owns the exchange.
pub(crate) async fn publish(broker_url: &str, owner: Side, body: &[u8]) {
    let connection = Connection::connect(broker_url, ConnectionProperties::default());
    let connection = connection.await.unwrap();
    let channel = connection.create_channel().await.unwrap();
    let confirms = ConfirmSelectOptions::default();
    channel.confirm_select(confirms).await.unwrap();
    let confirmation = channel
        .basic_publish(
            owner.producer().exchange().into(),
            "poison".into(),
            BasicPublishOptions::default(),
            body,
            BasicProperties::default().with_delivery_mode(2),
        )
        .await
        .unwrap();
    assert!(confirmation.await.unwrap().is_ack());
    connection.close(200, "OK".into()).await.unwrap();
}
