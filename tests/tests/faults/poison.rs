//! Messages that can't be applied, of every kind, in the middle of good ones.

use serde_json::{Value, json};
use system_tests::{PATIENCE, Side, Stack, eventually, own_virtual_host};
use uuid::Uuid;

use crate::{
    amqp::Amqp,
    scenario::{Scenario, put_aside, some},
};

#[tokio::test]
#[ignore = "needs PostgreSQL and RabbitMQ: tests/run.sh"]
async fn poison_of_every_kind_is_put_aside_and_the_good_messages_around_it_are_applied() {
    let broker_url = own_virtual_host().await;
    let stack = Stack::stopped_servers_on(&broker_url).await;
    let fault = "poison: messages of every bad kind between good ones";
    let scenario = Scenario::begin(fault, stack, &broker_url).await;
    let amqp = Amqp::connect(&broker_url).await;
    let mut kinds = [0, 0];
    for producer in Side::BOTH {
        for body in poison(producer) {
            // Twice the same is one.
            amqp.publish(producer, &body).await;
            amqp.publish(producer, &body).await;
            scenario.load().progress(producer, some() / 30).await;
            kinds[producer.other().index()] += 1;
        }
    }
    amqp.close().await;
    let stack = scenario.ends_well().await;
    eventually(PATIENCE, "all of the poison put aside", async || {
        (put_aside(&stack).await == kinds).then_some(())
    })
    .await;
}

/// What no consumer can apply. What names a place in the log names one that is settled anyway.
fn poison(producer: Side) -> Vec<Vec<u8>> {
    let (event_type, data) = match producer {
        Side::Authors => (
            "author.created",
            json!({
                "author_id": 999_999, "name": "Poison", "birth_date": null, "death_date": null,
                "nationality": null, "biography": null, "aliases": [], "identifiers": {},
                "created_at": "2026-01-01T00:00:00.000000Z",
                "updated_at": "2026-01-01T00:00:00.000000Z",
            }),
        ),
        Side::Books => (
            "book.created",
            json!({
                "book_id": 999_999, "title": "Poison", "subtitle": null, "isbn": null,
                "publication_year": null, "language": null, "publisher": null,
                "page_count": null, "description": null, "subjects": [], "identifiers": {},
                "created_at": "2026-01-01T00:00:00.000000Z",
                "updated_at": "2026-01-01T00:00:00.000000Z",
            }),
        ),
    };
    let (id, name, list) = match producer {
        Side::Authors => ("author_id", "name", "aliases"),
        Side::Books => ("book_id", "title", "subjects"),
    };
    let link = match producer {
        Side::Authors => "author_book.linked",
        Side::Books => "book_author.linked",
    };
    let good = json!({
        "event_type": event_type, "timestamp": "2026-01-01T00:00:00.000000Z",
        "correlation_id": "poison", "schema_version": 1, "producer": producer.producer().name(),
        "epoch": 1, "sequence": 1, "version": 1, "data": data,
    });
    let with = |path: &str, value: Value| {
        let mut bad = good.clone();
        bad["event_id"] = json!(Uuid::from_u128(fastrand::u128(..)));
        *bad.pointer_mut(path).unwrap() = value;
        bad.to_string().into_bytes()
    };
    let mut without_data = good.clone();
    without_data.as_object_mut().unwrap().remove("data");
    let removed_and_linked = json!({
        "author_id": 1, "book_id": 1, "present": false, "presence_revision": 2, "role": "author",
        "position": 1, "credited_as": null, "credit_revision": 2,
    });
    let mut contradiction = good.clone();
    contradiction["event_type"] = json!(link);
    contradiction["event_id"] = json!(Uuid::from_u128(fastrand::u128(..)));
    contradiction["data"] = removed_and_linked;
    vec![
        Vec::new(),
        b"no JSON".to_vec(),
        b"[1, 2, 3]".to_vec(),
        b"{\"event_type\": \"\xff\xfe\"}".to_vec(),
        "[".repeat(10_000).into_bytes(),
        vec![b' '; 1 << 20],
        without_data.to_string().into_bytes(),
        contradiction.to_string().into_bytes(),
        with("/schema_version", json!(2)),
        with("/event_type", json!("shelf.created")),
        with("/epoch", json!(0)),
        with("/sequence", json!(-1)),
        with("/version", json!(0)),
        with("/version", json!(1e30)),
        with("/timestamp", json!("yesterday")),
        with("/data", json!(null)),
        with("/data", json!([])),
        with(&format!("/data/{id}"), json!(0)),
        with(&format!("/data/{id}"), json!("1")),
        with(&format!("/data/{name}"), json!(null)),
        with(&format!("/data/{name}"), json!("Poi\0son")),
        with(&format!("/data/{list}"), json!(["Poi\0son"])),
        with("/data/created_at", json!("2026-13-01T00:00:00Z")),
    ]
}
