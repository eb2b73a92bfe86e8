//! What can happen to the services' processes.

use sea_orm::{ConnectionTrait, TransactionTrait};
use system_tests::{
    PATIENCE, Side, Stack, blocking, eventually, free_port, own_virtual_host, shared_broker,
};

use crate::{
    report::full_or,
    scenario::{Scenario, put_aside, some},
};

/// So many messages does a consumer take before it acknowledges the first.
const PREFETCH: u64 = 768;

/// Ends the connection that holds the right to relay.
const TAKE_THE_RIGHT_AWAY: &str = "SELECT pg_terminate_backend(pid) FROM pg_locks \
    WHERE locktype = 'advisory' AND granted \
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";

#[tokio::test]
#[ignore = "needs PostgreSQL and RabbitMQ: tests/run.sh"]
async fn two_relays_of_one_log_cost_nothing() {
    let broker_url = own_virtual_host().await;
    let stack = Stack::stopped_servers_on(&broker_url).await;
    let fault = "processes: two of each service, and of its relay";
    let mut scenario = Scenario::begin_idle(fault, stack, &broker_url).await;
    let ports = [free_port(), free_port()];
    let mut others = Vec::new();
    for side in Side::BOTH {
        others.push(scenario.stack.start_another(side, ports[side.index()]));
        scenario.stack.port_ready(ports[side.index()]).await;
    }
    scenario.subscribe();
    scenario.start_load([&ports[..1], &ports[1..]]).await;
    for _ in 0..full_or(8, 6) {
        for side in Side::BOTH {
            // The one that relays learns of it a moment after the other has begun.
            let database = scenario.stack.database(side).await;
            database
                .execute_unprepared(TAKE_THE_RIGHT_AWAY)
                .await
                .unwrap();
        }
        scenario.load().progress_of_both(some() / 2).await;
    }
    let stack = scenario.ends_well().await;
    assert_eq!(put_aside(&stack).await, [0, 0]);
}

#[tokio::test]
#[ignore = "needs PostgreSQL and RabbitMQ: tests/run.sh"]
async fn a_consumer_that_is_killed_ten_times_with_all_it_may_hold_makes_no_dead_letters() {
    let broker_url = own_virtual_host().await;
    let stack = Stack::stopped_servers_on(&broker_url).await;
    let fault = "processes: a consumer killed ten times with a full prefetch";
    let mut scenario = Scenario::begin(fault, stack, &broker_url).await;
    let victim = Side::Books;
    scenario.stack.process(victim).kill_9();

    // Nothing can be settled while this is open, so nothing is acknowledged.
    let database = scenario.stack.database(victim).await;
    let lock = database.begin().await.unwrap();
    let statement = "LOCK TABLE checkpoints IN EXCLUSIVE MODE";
    lock.execute_unprepared(statement).await.unwrap();
    let settled = scenario.stack.settled_through(victim).await;
    for _ in 0..10 {
        scenario.stack.start(victim);
        eventually(PATIENCE, "a full prefetch", async || {
            (handed_out(&broker_url, victim).await >= PREFETCH).then_some(())
        })
        .await;
        scenario.stack.process(victim).kill_9();
    }
    assert_eq!(scenario.stack.settled_through(victim).await, settled);
    lock.rollback().await.unwrap();

    scenario.stack.start(victim);
    let stack = scenario.ends_well().await;
    assert_eq!(put_aside(&stack).await, [0, 0]);
}

/// How many messages the shared broker has handed out to this consumer, and had no answer for.
async fn handed_out(broker_url: &str, consumer: Side) -> u64 {
    let broker = shared_broker().await;
    let (_, virtual_host) = broker_url.rsplit_once('/').unwrap();
    let virtual_host = virtual_host.to_owned();
    blocking(move || {
        let columns = ["name", "messages_unacknowledged"];
        let of_queues = ["--quiet", "list_queues", "-p", &virtual_host];
        let printed = broker.control(&[&of_queues[..], &columns[..]].concat());
        let printed = printed.unwrap();
        let count = printed.lines().find_map(|line| {
            let (name, count) = line.split_once('\t')?;
            (name == consumer.producer().queue()).then_some(count)
        });
        count
            .and_then(|count| count.trim().parse().ok())
            .unwrap_or(0)
    })
    .await
}
