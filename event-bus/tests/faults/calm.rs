//! Without faults the bus keeps every promise of the ports.

use std::sync::Arc;

use async_trait::async_trait;
use event_bus::{
    EventBus, InProcessBus,
    conformance::{Features, Harness, Needs},
    conformance_tests,
    faults::{FaultPlan, FaultyBus},
};

struct Calm {
    inside: InProcessBus,
    bus: FaultyBus,
}

#[async_trait]
impl Harness for Calm {
    const FEATURES: Features = Features {
        restarts: false,
        stores: false,
        ..Features::ALL
    };

    async fn start(_needs: Needs) -> Self {
        let inside = InProcessBus::new();
        let bus = FaultyBus::new(Arc::new(inside.clone()), FaultPlan::calm(), 1);
        Self { inside, bus }
    }

    fn bus(&self) -> Arc<dyn EventBus> {
        Arc::new(self.bus.clone())
    }

    async fn lose_connections(&self) {
        self.inside.drop_connections();
    }

    async fn restart_broker(&self) {
        panic!("the in-process bus has no broker to restart");
    }

    async fn delete_queue(&self, queue: &str) {
        self.inside.delete_queue(queue);
    }
}

conformance_tests!(Calm);
