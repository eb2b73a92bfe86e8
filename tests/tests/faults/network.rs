//! What can happen between a service and its servers.

use system_tests::{FaultyProxy, PATIENCE, Side, Stack, Traffic, eventually, own_virtual_host};
use url::Url;

use crate::{
    report::full_or,
    scenario::{Scenario, put_aside, some},
};

#[tokio::test]
#[ignore = "needs PostgreSQL and RabbitMQ: tests/run.sh"]
async fn a_network_that_is_parted_from_the_broker_costs_nothing() {
    let (proxies, scenario) =
        through_proxies("network: parted from the broker", "BROKER_URL").await;
    for proxy in &proxies {
        proxy.set(Traffic::Parted);
        scenario.load().progress_of_both(some()).await;
    }
    for proxy in &proxies {
        proxy.set(Traffic::Flows);
    }
    let stack = scenario.ends_well().await;
    assert_eq!(put_aside(&stack).await, [0, 0]);
}

#[tokio::test]
#[ignore = "needs PostgreSQL and RabbitMQ: tests/run.sh"]
async fn a_connection_to_the_broker_that_is_open_at_one_end_only_costs_nothing() {
    let fault = "network: half-open connections to the broker";
    let (proxies, scenario) = through_proxies(fault, "BROKER_URL").await;
    for proxy in &proxies {
        proxy.set(Traffic::Swallowed);
    }
    for side in Side::BOTH {
        behind(&scenario.stack, side).await;
    }
    for proxy in &proxies {
        // The connections of before stay silent: it is the services that have to notice.
        proxy.set(Traffic::Flows);
    }
    let stack = scenario.ends_well().await;
    assert_eq!(put_aside(&stack).await, [0, 0]);
}

#[tokio::test]
#[ignore = "needs PostgreSQL and RabbitMQ: tests/run.sh"]
async fn a_network_that_is_parted_from_the_database_costs_nothing() {
    let fault = "network: parted from the database";
    let (proxies, scenario) = through_proxies(fault, "DATABASE_URL").await;
    for (proxy, side) in proxies.iter().zip(Side::BOTH) {
        proxy.set(Traffic::Parted);
        scenario.load().progress(side.other(), some()).await;
        proxy.set(Traffic::Flows);
        scenario.load().progress_of_both(some()).await;
    }
    let stack = scenario.ends_well().await;
    assert_eq!(put_aside(&stack).await, [0, 0]);
}

/// Services that reach what `setting` names through a proxy each.
async fn through_proxies(
    fault: &'static str,
    setting: &'static str,
) -> ([FaultyProxy; 2], Scenario) {
    let broker_url = own_virtual_host().await;
    let mut stack = Stack::stopped_servers_on(&broker_url).await;
    let mut proxies = Vec::new();
    for side in Side::BOTH {
        let real = match setting {
            "BROKER_URL" => &broker_url,
            _ => stack.database_url(side),
        };
        let mut url: Url = real.parse().unwrap();
        let proxy = FaultyProxy::start(url.port().unwrap()).await;
        url.set_port(Some(proxy.port())).unwrap();
        if setting == "BROKER_URL" {
            // Silence is noticed after two of these, in seconds.
            url.query_pairs_mut()
                .append_pair("heartbeat", full_or("10", "2"));
        }
        stack.set(side, setting, Some(url.to_string()));
        proxies.push(proxy);
    }
    let scenario = Scenario::begin(fault, stack, &broker_url).await;
    let Ok(proxies) = <[FaultyProxy; 2]>::try_from(proxies) else {
        unreachable!("one for each side");
    };
    (proxies, scenario)
}

/// Waits until some events of this side wait to be published.
async fn behind(stack: &Stack, side: Side) {
    eventually(PATIENCE, "events that are not published", async || {
        let published = stack.published_through(side).await;
        (published + 20 < stack.last_sequence(side).await).then_some(())
    })
    .await;
}
