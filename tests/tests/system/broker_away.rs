//! RabbitMQ goes away, or is not there yet: both services go on answering, and every event arrives
//! once it is back.

use std::{sync::Arc, time::Duration};

use event_bus::private_broker::PrivateBroker;
use serde_json::Value;
use system_tests::{PATIENCE, Side, Stack, blocking, eventually, own_broker};
use tokio::sync::Notify;

use crate::traffic::{Known, arrives, write};

#[tokio::test]
#[ignore = "needs PostgreSQL and RabbitMQ: tests/run.sh"]
async fn a_thousand_writes_are_answered_while_the_broker_stops_and_all_events_arrive_afterwards() {
    let broker = own_broker().await;
    let stack = Stack::servers_on(&broker.url()).await;
    let known = Known::create(&stack, 10).await;
    let (under_way, stopped) = (Notify::new(), Notify::new());

    let writes = async {
        write(&stack, &known, 1_000, |done| {
            if done == 200 {
                under_way.notify_one();
            }
        })
        .await;
        // Else there might be nothing left to arrive.
        stopped.notified().await;
        write(&stack, &known, 100, |_| {}).await;
    };
    let stop = async {
        under_way.notified().await;
        stop(&broker).await;
        stopped.notify_one();
    };
    tokio::join!(writes, stop);
    for side in Side::BOTH {
        is(&stack, side, "degraded", "disconnected").await;
        let (last, published) = (
            stack.last_sequence(side).await,
            stack.published_through(side).await,
        );
        assert!(published < last, "{side:?} published through {published}");
    }

    start(&broker).await;
    for side in Side::BOTH {
        is(&stack, side, "healthy", "connected").await;
    }
    arrives(&stack).await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL and RabbitMQ: tests/run.sh"]
async fn services_start_and_serve_without_their_broker_and_find_it_later() {
    let broker = own_broker().await;
    stop(&broker).await;
    let mut stack = Stack::servers_on(&broker.url()).await;
    for side in Side::BOTH {
        stack.create(side, "Before the broker").await;
        is(&stack, side, "degraded", "disconnected").await;
        let process = stack.process(side);
        let port = broker.port().to_string();
        eventually(PATIENCE, "a line about the broker", async || {
            let says = |line: &Value| line["level"] == "WARN" && line.to_string().contains(&port);
            process.log().iter().any(says).then_some(())
        })
        .await;
    }

    start(&broker).await;
    for side in Side::BOTH {
        is(&stack, side, "healthy", "connected").await;
    }
    arrives(&stack).await;
}

/// Waits until `/health` says so, always with 200 and soon.
async fn is(stack: &Stack, side: Side, status: &str, broker: &str) {
    eventually(PATIENCE, &format!("{side:?} {status}"), async || {
        let answer = stack.client(side).get("/health").await.with_status(200);
        assert!(answer.took < Duration::from_secs(5), "{:?}", answer.took);
        (answer.body["status"] == status && answer.body["broker"] == broker).then_some(())
    })
    .await;
}

async fn stop(broker: &Arc<PrivateBroker>) {
    let broker = Arc::clone(broker);
    blocking(move || broker.stop().unwrap()).await;
}

async fn start(broker: &Arc<PrivateBroker>) {
    let broker = Arc::clone(broker);
    blocking(move || broker.start_again().unwrap()).await;
}
