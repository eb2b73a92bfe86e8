//! A consumer that was away for long.

use sea_orm::{ConnectionTrait, DatabaseConnection};
use system_tests::{PATIENCE, Side, Stack, eventually, own_virtual_host};

use crate::{
    report::{full_or, in_full},
    scenario::{Scenario, put_aside},
};

/// So many events at a time, since writers wait meanwhile.
const CHUNK: usize = 2_000;

/// Authors with their events, as the service would write them: in one transaction, the head last.
const WRITE: &str = "\
    WITH ids AS (UPDATE next_id SET next_id = next_id + CHUNK RETURNING next_id - CHUNK AS first), \
    new AS (SELECT number, first + number - 1 AS id \
        FROM ids, generate_series(1, CHUNK) AS number), \
    authors AS (INSERT INTO authors (id, version, deleted, name, aliases, identifiers, \
            created_at, updated_at) \
        SELECT id, 1, false, 'Backlog ' || id, '[]', '{}', \
            '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z' FROM new RETURNING id), \
    head AS (UPDATE log_head SET last_sequence = last_sequence + CHUNK \
        WHERE (SELECT count(*) FROM authors) = CHUNK \
        RETURNING epoch, last_sequence - CHUNK AS before) \
    INSERT INTO events (sequence, epoch, event_id, event_type, key, version, correlation_id, \
        \"timestamp\", payload) \
    SELECT before + number, epoch, gen_random_uuid(), 'author.created', 'author:' || id, 1, \
        'backlog-' || id, '2026-01-01T00:00:00Z', json_build_object('data', json_build_object( \
            'author_id', id, 'name', 'Backlog ' || id, 'birth_date', null, 'death_date', null, \
            'nationality', null, 'biography', null, 'aliases', '[]'::json, \
            'identifiers', '{}'::json, 'created_at', '2026-01-01T00:00:00.000000Z', \
            'updated_at', '2026-01-01T00:00:00.000000Z'))::text \
    FROM head, new";

#[tokio::test]
#[ignore = "needs PostgreSQL and RabbitMQ: tests/run.sh"]
async fn a_consumer_that_was_away_catches_up_with_a_long_backlog() {
    let broker_url = own_virtual_host().await;
    let stack = Stack::stopped_servers_on(&broker_url).await;
    let fault = match in_full() {
        true => "consumer: away for 200,000 events",
        false => "consumer: away for a long backlog",
    };
    let mut scenario = Scenario::begin(fault, stack, &broker_url).await;
    scenario.stack.process(Side::Books).kill_9();

    let authors = scenario.stack.database(Side::Authors).await;
    for _ in 0..full_or(200_000, 6_000) / CHUNK {
        write(&authors).await;
    }
    let last = scenario.stack.last_sequence(Side::Authors).await;
    let stack = &scenario.stack;
    eventually(
        full_or(10, 1) * PATIENCE,
        "the backlog published",
        async || (stack.published_through(Side::Authors).await >= last).then_some(()),
    )
    .await;

    scenario.stack.start(Side::Books);
    let stack = scenario.ends_well().await;
    assert_eq!(put_aside(&stack).await, [0, 0]);
}

async fn write(authors: &DatabaseConnection) {
    let statement = WRITE.replace("CHUNK", &CHUNK.to_string());
    authors.execute_unprepared(&statement).await.unwrap();
}
