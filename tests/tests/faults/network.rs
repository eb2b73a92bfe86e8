//! What can happen between a service and its servers.

use event_bus::conformance::TcpProxy;
use system_tests::{PATIENCE, Side, Stack, eventually, own_virtual_host};
use url::Url;

use crate::{
    report::full_or,
    scenario::{Scenario, put_aside, some},
};

/// What a service reaches through a proxy.
#[derive(Debug, Clone, Copy)]
enum Server {
    Broker,
    Database,
}

#[tokio::test]
#[ignore = "needs PostgreSQL and RabbitMQ: tests/run.sh"]
async fn a_network_that_is_parted_from_the_broker_costs_nothing() {
    let fault = "network: parted from the broker";
    let (proxies, scenario) = through_proxies(fault, Server::Broker).await;
    for proxy in &proxies {
        proxy.partition();
        scenario.load().progress_of_both(some()).await;
    }
    for proxy in &proxies {
        proxy.heal();
    }
    let stack = scenario.ends_well().await;
    assert_eq!(put_aside(&stack).await, [0, 0]);
}

#[tokio::test]
#[ignore = "needs PostgreSQL and RabbitMQ: tests/run.sh"]
async fn a_connection_to_the_broker_that_is_open_at_one_end_only_costs_nothing() {
    let fault = "network: half-open connections to the broker";
    let (proxies, scenario) = through_proxies(fault, Server::Broker).await;
    for proxy in &proxies {
        proxy.half_open();
    }
    for side in Side::BOTH {
        // Nothing tells it but the silence.
        eventually(
            PATIENCE,
            &format!("{side:?} without a broker"),
            async || {
                let health = scenario.stack.client(side).get("/health").await;
                (health.body["broker"] == "disconnected").then_some(())
            },
        )
        .await;
    }
    for proxy in &proxies {
        proxy.heal();
    }
    let stack = scenario.ends_well().await;
    assert_eq!(put_aside(&stack).await, [0, 0]);
}

#[tokio::test]
#[ignore = "needs PostgreSQL and RabbitMQ: tests/run.sh"]
async fn a_network_that_is_parted_from_the_database_costs_nothing() {
    let fault = "network: parted from the databases";
    let (proxies, scenario) = through_proxies(fault, Server::Database).await;
    for (proxy, side) in proxies.iter().zip(Side::BOTH) {
        proxy.partition();
        scenario.load().progress(side.other(), some()).await;
        proxy.heal();
        scenario.load().progress_of_both(some()).await;
    }
    let stack = scenario.ends_well().await;
    assert_eq!(put_aside(&stack).await, [0, 0]);
}

#[tokio::test]
#[ignore = "needs PostgreSQL and RabbitMQ: tests/run.sh"]
async fn a_connection_to_the_database_that_is_open_at_one_end_only_costs_nothing() {
    let fault = "network: half-open connections to the databases";
    let (proxies, scenario) = through_proxies(fault, Server::Database).await;
    for (proxy, side) in proxies.iter().zip(Side::BOTH) {
        proxy.half_open();
        // What is under way waits for an answer that never comes.
        scenario.load().progress(side.other(), some()).await;
        let health = scenario.stack.client(side).get("/health").await;
        assert_eq!(health.body["status"], "degraded", "{}", health.body);
        proxy.heal();
        scenario.load().progress_of_both(some()).await;
    }
    let stack = scenario.ends_well().await;
    assert_eq!(put_aside(&stack).await, [0, 0]);
}

#[tokio::test]
#[ignore = "needs PostgreSQL and RabbitMQ: tests/run.sh"]
async fn a_database_that_another_replaces_without_a_word_to_its_clients_costs_nothing() {
    let fault = "network: databases fail over, their clients are not told";
    let (proxies, scenario) = through_proxies(fault, Server::Database).await;
    for proxy in &proxies {
        proxy.half_open();
    }
    for side in Side::BOTH {
        let what = format!("{side:?} without a database");
        eventually(PATIENCE, &what, async || {
            let health = scenario.stack.client(side).get("/health").await;
            (health.body["status"] == "degraded").then_some(())
        })
        .await;
    }
    for proxy in &proxies {
        proxy.fail_over();
    }
    // What is under way is given up some day.
    scenario.load().progress_of_both(some()).await;
    let stack = scenario.ends_well().await;
    assert_eq!(put_aside(&stack).await, [0, 0]);
}

/// Services that reach one of their servers through a proxy each.
async fn through_proxies(fault: &'static str, server: Server) -> ([TcpProxy; 2], Scenario) {
    let broker_url = own_virtual_host().await;
    let mut stack = Stack::stopped_servers_on(&broker_url).await;
    let [authors, books] = Side::BOTH.map(|side| match server {
        Server::Broker => broker_url.clone(),
        Server::Database => stack.database_url(side).to_owned(),
    });
    let proxies = [
        through_proxy(&mut stack, Side::Authors, server, &authors).await,
        through_proxy(&mut stack, Side::Books, server, &books).await,
    ];
    let scenario = Scenario::begin(fault, stack, &broker_url).await;
    (proxies, scenario)
}

async fn through_proxy(stack: &mut Stack, side: Side, server: Server, url: &str) -> TcpProxy {
    let mut url: Url = url.parse().unwrap();
    let proxy = TcpProxy::start(url.port().unwrap()).await.unwrap();
    url.set_port(Some(proxy.port())).unwrap();
    let setting = match server {
        Server::Broker => {
            // Silence is noticed after two of these, in seconds.
            let heartbeat = full_or("10", "2");
            url.query_pairs_mut().append_pair("heartbeat", heartbeat);
            "BROKER_URL"
        }
        Server::Database => "DATABASE_URL",
    };
    stack.set(side, setting, Some(url.to_string()));
    proxy
}
