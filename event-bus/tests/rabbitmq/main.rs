//! RabbitMQ keeps the promises of the ports, and the adapter its own.
//!
//! The tests share a private broker behind a proxy each; a test that stops or restarts its broker
//! has one of its own.

#![expect(clippy::unwrap_used, reason = "tests")]

mod absence;
mod refusals;
mod support;
mod wire;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use event_bus::{
    EventBus,
    conformance::{Features, Harness, Needs, TcpProxy},
    conformance_tests,
    private_broker::PrivateBroker,
};
use lapin::options::QueueDeleteOptions;
use support::{blocking, bus_at, own_broker, raw, shared_broker};

struct RabbitMq {
    broker: Arc<PrivateBroker>,
    proxy: TcpProxy,
}

#[async_trait]
impl Harness for RabbitMq {
    const FEATURES: Features = Features::ALL;

    async fn start(needs: Needs) -> Self {
        let broker = if needs.restarts {
            own_broker().await
        } else {
            shared_broker().await
        };
        let proxy = TcpProxy::start(broker.port()).await;
        Self {
            broker,
            proxy: proxy.unwrap(),
        }
    }

    fn bus(&self) -> Arc<dyn EventBus> {
        Arc::new(bus_at(self.proxy.port(), Duration::from_secs(30)))
    }

    async fn lose_connections(&self) {
        self.proxy.cut();
    }

    async fn restart_broker(&self) {
        let broker = Arc::clone(&self.broker);
        blocking(move || {
            broker.stop().unwrap();
            broker.start_again().unwrap();
        })
        .await;
    }

    async fn delete_queue(&self, queue: &str) {
        let connection = raw(&self.broker).await;
        let channel = connection.create_channel().await.unwrap();
        let options = QueueDeleteOptions::default();
        channel.queue_delete(queue.into(), options).await.unwrap();
    }
}

conformance_tests!(RabbitMq, ignore = "needs RabbitMQ: tests/run.sh");
