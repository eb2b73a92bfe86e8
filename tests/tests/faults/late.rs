//! Copies that begin with nothing.

use sea_orm::ConnectionTrait;
use system_tests::{Side, Stack, own_virtual_host};

use crate::scenario::{Scenario, put_aside, some};

#[tokio::test]
#[ignore = "needs PostgreSQL and RabbitMQ: tests/run.sh"]
async fn a_subscriber_that_starts_late_under_load_ends_equal() {
    let broker_url = own_virtual_host().await;
    let stack = Stack::stopped_servers_on(&broker_url).await;
    let fault = "subscriber: starts late, under load";
    let mut scenario = Scenario::begin_idle(fault, stack, &broker_url).await;
    scenario.start_load([&[], &[]]).await;
    scenario.subscribe();
    let stack = scenario.ends_well().await;
    assert_eq!(put_aside(&stack).await, [0, 0]);
}

#[tokio::test]
#[ignore = "needs PostgreSQL and RabbitMQ: tests/run.sh"]
async fn a_subscriber_whose_owners_are_killed_as_it_asks_ends_equal() {
    let broker_url = own_virtual_host().await;
    let stack = Stack::stopped_servers_on(&broker_url).await;
    let fault = "subscriber: starts late, the owners killed meanwhile";
    let mut scenario = Scenario::begin_idle(fault, stack, &broker_url).await;
    scenario.start_load([&[], &[]]).await;
    scenario.subscribe();
    for side in Side::BOTH {
        scenario.load().progress(side, some() / 4).await;
        scenario.stack.kill_and_restart(side).await;
    }
    let stack = scenario.ends_well().await;
    assert_eq!(put_aside(&stack).await, [0, 0]);
}

#[tokio::test]
#[ignore = "needs PostgreSQL and RabbitMQ: tests/run.sh"]
async fn a_copy_that_is_wiped_is_taken_anew() {
    let broker_url = own_virtual_host().await;
    let stack = Stack::stopped_servers_on(&broker_url).await;
    let mut scenario = Scenario::begin("copies: wiped", stack, &broker_url).await;
    for (side, cache) in [
        (Side::Authors, "books_cache"),
        (Side::Books, "authors_cache"),
    ] {
        scenario.stack.process(side).kill_9();
        let database = scenario.stack.database(side).await;
        for table in [cache, "checkpoints"] {
            let statement = format!("TRUNCATE {table}");
            database.execute_unprepared(&statement).await.unwrap();
        }
        database.close().await.unwrap();
        scenario.stack.start(side);
        scenario.load().progress_of_both(some()).await;
    }
    let stack = scenario.ends_well().await;
    assert_eq!(put_aside(&stack).await, [0, 0]);
}
