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
    let (mut servers, scenario) = begin("database: kill -9").await;
    for (side, server) in Side::BOTH.into_iter().zip(&mut servers) {
        server.kill_9();
        // The one whose database is there goes on, and so the other has something to take.
        scenario.load().progress(side.other(), some() / 2).await;
        server.start_again().await;
        scenario.load().progress_of_both(some() / 2).await;
    }
    let stack = scenario.ends_well().await;
    assert_eq!(put_aside(&stack).await, [0, 0]);
}

#[tokio::test]
#[ignore = "needs PostgreSQL and RabbitMQ: tests/run.sh"]
async fn a_database_server_that_restarts_under_its_clients_makes_no_dead_letters() {
    let (mut servers, scenario) = begin("database: restarted under the consumers").await;
    for (side, server) in Side::BOTH.into_iter().zip(&mut servers) {
        server.stop().await;
        scenario.load().progress(side.other(), some() / 2).await;
        // So long that whoever gives up after some tries has given up.
        sleep(full_or(Duration::from_secs(35), Duration::ZERO)).await;
        server.start_again().await;
        scenario.load().progress_of_both(some() / 2).await;
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

/// A server for each side.
async fn begin(fault: &'static str) -> ([PrivatePostgres; 2], Scenario) {
    let servers = [
        PrivatePostgres::start().await,
        PrivatePostgres::start().await,
    ];
    let databases = [
        servers[0].create_database("authors").await,
        servers[1].create_database("books").await,
    ];
    let broker_url = own_virtual_host().await;
    let stack = Stack::stopped_programs(&broker_url, databases);
    let scenario = Scenario::begin(fault, stack, &broker_url).await;
    (servers, scenario)
}
