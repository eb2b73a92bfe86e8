//! The adapter keeps the promises of the ports.

use std::sync::Arc;

use async_trait::async_trait;
use downstream_example::StoredBus;
use event_bus::{
    EventBus,
    conformance::{Features, Harness, Needs},
    conformance_tests,
};

struct Stored(StoredBus);

#[async_trait]
impl Harness for Stored {
    const FEATURES: Features = Features {
        restarts: false,
        passing: false,
        reply: false,
        patterns: false,
        ..Features::ALL
    };

    async fn start(_needs: Needs) -> Self {
        Self(StoredBus::default())
    }

    fn bus(&self) -> Arc<dyn EventBus> {
        Arc::new(self.0.clone())
    }

    async fn lose_connections(&self) {
        self.0.lose_connections();
    }

    async fn restart_broker(&self) {
        panic!("there is no broker to restart");
    }

    async fn delete_queue(&self, queue: &str) {
        self.0.delete_queue(queue);
    }
}

conformance_tests!(Stored);
