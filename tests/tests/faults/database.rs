//! What can happen to the databases.

use std::time::Duration;

use sea_orm::{ConnectionTrait, TransactionTrait};
use system_tests::{PrivatePostgres, Side, Stack, own_virtual_host};
use tokio::time::sleep;

use crate::{
    report::full_or,
    scenario::{Scenario, put_aside, some},
};

#[tokio::test]
#[ignore = "needs PostgreSQL and RabbitMQ: tests/run.sh"]
async fn a_database_server_that_is_killed_costs_nothing() {
    let (mut postgres, scenario) = begin("database: kill -9").await;
    for _ in 0..full_or(3, 2) {
        postgres.kill_9();
        postgres.start_again().await;
        scenario.load().progress_of_both(some()).await;
    }
    let stack = scenario.ends_well().await;
    assert_eq!(put_aside(&stack).await, [0, 0]);
}

#[tokio::test]
#[ignore = "needs PostgreSQL and RabbitMQ: tests/run.sh"]
async fn a_database_server_that_restarts_under_its_clients_makes_no_dead_letters() {
    let (mut postgres, scenario) = begin("database: restarted under the consumers").await;
    for _ in 0..full_or(3, 2) {
        postgres.stop().await;
        // So long that whoever gives up after some tries has given up.
        sleep(full_or(Duration::from_secs(35), Duration::from_secs(2))).await;
        postgres.start_again().await;
        scenario.load().progress_of_both(some()).await;
    }
    let stack = scenario.ends_well().await;
    assert_eq!(put_aside(&stack).await, [0, 0]);
}

#[tokio::test]
#[ignore = "needs PostgreSQL and RabbitMQ: tests/run.sh"]
async fn a_transaction_that_is_held_open_for_the_whole_run_costs_nothing() {
    let broker_url = own_virtual_host().await;
    let stack = Stack::stopped_servers_on(&broker_url).await;
    let fault = "database: a transaction open for the whole run";
    let scenario = Scenario::begin(fault, stack, &broker_url).await;
    let mut open = Vec::new();
    for side in Side::BOTH {
        let database = scenario.stack.database(side).await;
        let transaction = database.begin().await.unwrap();
        // It has an id and has read: whoever relies on older transactions being over waits.
        let reads = "SELECT txid_current(), (SELECT count(*) FROM events)";
        transaction.execute_unprepared(reads).await.unwrap();
        open.push(transaction);
    }
    scenario.load().progress_of_both(3 * some()).await;
    let stack = scenario.ends_well().await;
    for transaction in open {
        transaction.rollback().await.unwrap();
    }
    assert_eq!(put_aside(&stack).await, [0, 0]);
}

async fn begin(fault: &'static str) -> (PrivatePostgres, Scenario) {
    let postgres = PrivatePostgres::start().await;
    let databases = [
        postgres.create_database("authors").await,
        postgres.create_database("books").await,
    ];
    let broker_url = own_virtual_host().await;
    let stack = Stack::stopped_programs(&broker_url, databases);
    let scenario = Scenario::begin(fault, stack, &broker_url).await;
    (postgres, scenario)
}
