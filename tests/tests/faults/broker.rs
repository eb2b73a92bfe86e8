//! What can happen to a broker.

use std::{fs, sync::Arc, time::Duration};

use event_bus::private_broker::PrivateBroker;
use system_tests::{PATIENCE, Side, Stack, blocking, eventually, own_broker, own_virtual_host};
use tokio::time::sleep;

use crate::{
    amqp::Amqp,
    report::full_or,
    scenario::{Scenario, put_aside, some},
};

#[tokio::test]
#[ignore = "needs PostgreSQL and RabbitMQ: tests/run.sh"]
async fn a_broker_that_is_killed_costs_nothing() {
    let broker = own_broker().await;
    let scenario = begin("broker: kill -9", &broker).await;
    on(&broker, |broker| broker.kill().unwrap()).await;
    scenario.load().progress_of_both(some()).await;
    on(&broker, |broker| broker.start_again().unwrap()).await;
    let stack = scenario.ends_well().await;
    assert_eq!(put_aside(&stack).await, [0, 0]);
}

#[tokio::test]
#[ignore = "needs PostgreSQL and RabbitMQ: tests/run.sh"]
async fn a_broker_that_is_stopped_costs_nothing() {
    let broker = own_broker().await;
    let scenario = begin("broker: stopped for a while", &broker).await;
    on(&broker, |broker| broker.stop().unwrap()).await;
    scenario.load().progress_of_both(some()).await;
    on(&broker, |broker| broker.start_again().unwrap()).await;
    let stack = scenario.ends_well().await;
    assert_eq!(put_aside(&stack).await, [0, 0]);
}

#[tokio::test]
#[ignore = "needs PostgreSQL and RabbitMQ: tests/run.sh"]
async fn a_memory_alarm_costs_nothing() {
    let broker = own_broker().await;
    let scenario = begin(
        full_or("broker: memory alarm for 60 s", "broker: memory alarm"),
        &broker,
    )
    .await;
    on(&broker, |broker| set_watermark(broker, "0.000001")).await;
    // The alarm itself is what lasts; that it is on shows in events that are not published.
    let stack = &scenario.stack;
    for side in Side::BOTH {
        eventually(PATIENCE, "events that wait for the broker", async || {
            let published = stack.published_through(side).await;
            (published < stack.last_sequence(side).await).then_some(())
        })
        .await;
    }
    sleep(full_or(Duration::from_secs(60), Duration::from_secs(3))).await;
    scenario.load().progress_of_both(some()).await;
    on(&broker, |broker| set_watermark(broker, "0.4")).await;
    let stack = scenario.ends_well().await;
    assert_eq!(put_aside(&stack).await, [0, 0]);
}

#[tokio::test]
#[ignore = "needs PostgreSQL and RabbitMQ: tests/run.sh"]
async fn a_broker_that_has_lost_everything_costs_nothing() {
    let broker = own_broker().await;
    let scenario = begin("broker: wiped", &broker).await;
    on(&broker, |broker| {
        let data = broker.control(&["eval", "os:getenv(\"RABBITMQ_MNESIA_BASE\")."]);
        let data = data.unwrap();
        broker.kill().unwrap();
        fs::remove_dir_all(data.trim().trim_matches('"')).unwrap();
        broker.start_again().unwrap();
    })
    .await;
    let stack = scenario.ends_well().await;
    assert_eq!(put_aside(&stack).await, [0, 0]);
}

#[tokio::test]
#[ignore = "needs PostgreSQL and RabbitMQ: tests/run.sh"]
async fn a_queue_that_is_deleted_costs_nothing() {
    let broker_url = own_virtual_host().await;
    let stack = Stack::stopped_servers_on(&broker_url).await;
    let mut scenario = Scenario::begin("broker: queues deleted", stack, &broker_url).await;
    let amqp = Amqp::connect(&broker_url).await;
    for side in Side::BOTH {
        // With messages in it, and nobody there to notice.
        scenario.stack.process(side).kill_9();
        scenario.load().progress(side.other(), some() / 2).await;
        amqp.delete_queue(side).await;
        scenario.load().progress(side.other(), some() / 2).await;
        scenario.stack.start(side);
        scenario.load().progress_of_both(some() / 2).await;
    }
    amqp.close().await;
    let stack = scenario.ends_well().await;
    assert_eq!(put_aside(&stack).await, [0, 0]);
}

#[tokio::test]
#[ignore = "needs PostgreSQL and RabbitMQ: tests/run.sh"]
async fn a_binding_that_is_removed_costs_nothing() {
    let broker_url = own_virtual_host().await;
    let stack = Stack::stopped_servers_on(&broker_url).await;
    let scenario = Scenario::begin("broker: bindings removed", stack, &broker_url).await;
    let amqp = Amqp::connect(&broker_url).await;
    for side in Side::BOTH {
        amqp.unbind(side).await;
        scenario.load().progress_of_both(some()).await;
    }
    amqp.close().await;
    let stack = scenario.ends_well().await;
    assert_eq!(put_aside(&stack).await, [0, 0]);
}

async fn begin(fault: &'static str, broker: &Arc<PrivateBroker>) -> Scenario {
    let stack = Stack::stopped_servers_on(&broker.url()).await;
    Scenario::begin(fault, stack, &broker.url()).await
}

/// What is done to a broker takes its time.
async fn on(broker: &Arc<PrivateBroker>, what: impl FnOnce(&PrivateBroker) + Send + 'static) {
    let broker = Arc::clone(broker);
    blocking(move || what(&broker)).await;
}

fn set_watermark(broker: &PrivateBroker, fraction: &str) {
    let arguments = ["set_vm_memory_high_watermark", fraction];
    broker.control(&arguments).unwrap();
}
