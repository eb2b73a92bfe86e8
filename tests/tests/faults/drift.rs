//! Copies that somebody has changed behind the services' backs.

use event_bus::{BusOptions, Queue, QueueKind, Topology, connect};
use sea_orm::ConnectionTrait;
use shared_events::control::CONTROL_EXCHANGE;
use system_tests::{PATIENCE, Side, Stack, eventually, own_virtual_host};

use crate::scenario::{Scenario, put_aside};

/// Statements of which each spoils 1% of the rows, and at least four. RECORDS is the cache and NAME
/// a field of it, LINKS are the registers of links; the rows are those that SOME or, of links whose
/// revisions the other side wrote, FOREIGN stands for.
const SPOIL: [&str; 8] = [
    // Content with the version left.
    "UPDATE RECORDS SET NAME = NAME || ' spoiled' WHERE id IN (SOME)",
    "UPDATE RECORDS SET deleted = NOT deleted WHERE id IN (SOME)",
    // So that nothing that comes by itself is ever newer.
    "UPDATE RECORDS SET version = version + 1000 WHERE id IN (SOME)",
    "UPDATE RECORDS SET version = version + 7, NAME = 'From the future' WHERE id IN (SOME)",
    "DELETE FROM RECORDS WHERE id IN (SOME)",
    // Flipped on the side that did not write the revision.
    "UPDATE LINKS SET present = NOT present WHERE (author_id, book_id) IN (FOREIGN)",
    "UPDATE LINKS SET role = 'spoiled', position = 99 WHERE (author_id, book_id) IN (FOREIGN)",
    "DELETE FROM LINKS WHERE (author_id, book_id) IN (FOREIGN)",
];

/// A record that its owner does not know.
const INVENT: &str = "INSERT INTO RECORDS SELECT * FROM \
    jsonb_populate_record(null::RECORDS, (SELECT to_jsonb(RECORDS) || '{\"id\": 987654321}' \
    FROM RECORDS LIMIT 1))";

/// From one digest that finds a difference, through the next that finds it again, to the one by
/// which it is healed; and one before that may have been under way.
const ROUNDS: usize = 4;

#[tokio::test]
#[ignore = "needs PostgreSQL and RabbitMQ: tests/run.sh"]
async fn copies_that_are_spoiled_under_load_heal() {
    let broker_url = own_virtual_host().await;
    let stack = Stack::stopped_servers_on(&broker_url).await;
    let fault = "drift: 1% of the copies' rows spoiled, deleted or invented";
    let scenario = Scenario::begin(fault, stack, &broker_url).await;
    for side in Side::BOTH {
        spoil(&scenario.stack, side).await;
    }
    let stack = scenario.ends_well().await;
    assert_eq!(put_aside(&stack).await, [0, 0]);
    for side in Side::BOTH {
        let drift = stack.sync(side).await.unwrap()["drift"].clone();
        assert!(drift["healed"].as_u64() > Some(4), "{side:?}: {drift}");
        assert!(
            drift["found"].as_u64() >= drift["healed"].as_u64(),
            "{side:?}: {drift}"
        );
        assert_eq!(drift["quarantined"], 1, "{side:?}: {drift}");
    }
}

#[tokio::test]
#[ignore = "needs PostgreSQL and RabbitMQ: tests/run.sh"]
async fn what_is_spoiled_is_healed_within_two_rounds_after_it_was_found() {
    let broker_url = own_virtual_host().await;
    let stack = Stack::stopped_servers_on(&broker_url).await;
    let fault = "drift: the same without load, healed within two rounds";
    let mut scenario = Scenario::begin(fault, stack, &broker_url).await;
    scenario.stop_load().await;
    scenario.all_hold_the_same().await;
    let bus = connect(&broker_url, &BusOptions::default()).unwrap();
    let queue = Queue::new("digests", QueueKind::Passing { max_length: 1_000 });
    let topology = Topology {
        exchanges: vec![CONTROL_EXCHANGE.to_owned()],
        queues: vec![queue.hearing(CONTROL_EXCHANGE, "digest.#")],
    };
    bus.declare(&topology).await.unwrap();
    for side in Side::BOTH {
        spoil(&scenario.stack, side).await;
    }
    let took = scenario.all_hold_the_same().await;
    scenario.has_taken(took);

    let told = bus.consumer("digests").next_batch(1_000).await.unwrap();
    for side in Side::BOTH {
        let key = format!("digest.{}", side.producer());
        let rounds = told.iter().filter(|told| told.routing_key == key).count();
        assert!(rounds <= ROUNDS, "{rounds} rounds of {side:?}");
    }
    bus.close().await;
    scenario.ends_well().await;
}

/// Spoils rows of this side's copies: of links only such as only the other side has written, and
/// which are right there.
async fn spoil(stack: &Stack, side: Side) {
    let (records, name, links, foreign) = match side {
        Side::Authors => ("books_cache", "title", "author_books", 1),
        Side::Books => ("authors_cache", "name", "book_authors", 0),
    };
    let share = |table: &str| {
        format!("ORDER BY random() LIMIT (SELECT greatest(4, count(*) / 100) FROM {table})")
    };
    let some_records = format!("SELECT id FROM {records} {}", share(records));
    let foreign_links = format!(
        "SELECT author_id, book_id FROM {links} \
         WHERE presence_revision % 2 = {foreign} AND credit_revision % 2 = {foreign} {}",
        share(links)
    );
    let database = stack.database(side).await;
    for statement in SPOIL.into_iter().chain([INVENT]) {
        let statement = statement
            .replace("SOME", &some_records)
            .replace("FOREIGN", &foreign_links)
            .replace("RECORDS", records)
            .replace("LINKS", links)
            .replace("NAME", name);
        // There are some, under load at the latest soon.
        eventually(PATIENCE, "rows to spoil", async || {
            let done = database.execute_unprepared(&statement).await.unwrap();
            (done.rows_affected() > 0).then_some(())
        })
        .await;
    }
    database.close().await.unwrap();
}
