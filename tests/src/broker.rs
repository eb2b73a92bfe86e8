//! RabbitMQ brokers. They are always the tests' own: queue names are fixed, a virtual host can't be
//! made over AMQP, and some tests stop the broker.

use std::sync::{Arc, OnceLock};

use event_bus::private_broker::PrivateBroker;

/// A broker that no test stops. It ends with the test process, by its watchdog.
///
/// # Panics
/// If RabbitMQ is not installed or does not start.
pub async fn shared_broker() -> Arc<PrivateBroker> {
    static SHARED: OnceLock<Arc<PrivateBroker>> = OnceLock::new();
    blocking(|| Arc::clone(SHARED.get_or_init(start))).await
}

/// A broker of the test's own.
///
/// # Panics
/// If RabbitMQ is not installed or does not start.
pub async fn own_broker() -> Arc<PrivateBroker> {
    blocking(start).await
}

/// The URL of a new virtual host on the shared broker.
///
/// # Panics
/// If there is no broker, or it refuses.
pub async fn own_virtual_host() -> String {
    let broker = shared_broker().await;
    blocking(move || {
        let name = format!("test-{:08x}", fastrand::u32(..));
        broker.control(&["add_vhost", &name]).unwrap();
        let everything = ["set_permissions", "-p", &name, "guest", ".*", ".*", ".*"];
        broker.control(&everything).unwrap();
        format!("{}/{name}", broker.url())
    })
    .await
}

/// Does what blocks without holding up the test's other tasks.
///
/// # Panics
/// If it panics.
pub async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.unwrap()
}

fn start() -> Arc<PrivateBroker> {
    match PrivateBroker::start() {
        Ok(broker) => Arc::new(broker),
        Err(error) => panic!("{error}"),
    }
}
