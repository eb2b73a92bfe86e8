//! What lies between the programs and the bus inside: the dice, the partitions, and the messages
//! that are late.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use fastrand::Rng;
use tokio::{
    sync::{Notify, futures::Notified},
    task::JoinSet,
    time::sleep,
};
use tokio_util::sync::CancellationToken;

use super::{
    FaultPlan,
    fate::{AckFate, PublishFate},
    seed,
};
use crate::{EventBus, EventPublisher, Message, PublishError};

/// The most messages that are late at a time; what would be one more comes at once.
const MOST_LATE: usize = 4096;

/// Before a late message that the bus did not take is tried again.
const RETRY_AFTER: Duration = Duration::from_millis(50);

/// Wakes with `Notify` and with tokens, which wake in the order of arrival. (A `watch` wakes in a
/// random one, and a run could not be repeated.)
pub(super) struct Air {
    inner: Arc<dyn EventBus>,
    plan: FaultPlan,
    seed: u64,
    seed_was_told: AtomicBool,
    dice: Mutex<Rng>,
    /// Names of the clients that are cut off.
    partitions: Mutex<BTreeSet<String>>,
    partitions_changed: Notify,
    /// One task for each message that is late; they end with this.
    late: Mutex<JoinSet<()>>,
    calm: CancellationToken,
}

impl Air {
    pub(super) fn new(inner: Arc<dyn EventBus>, plan: FaultPlan, seed: u64) -> Self {
        Self {
            inner,
            plan,
            seed,
            seed_was_told: AtomicBool::new(false),
            dice: Mutex::new(Rng::with_seed(seed)),
            partitions: Mutex::default(),
            partitions_changed: Notify::new(),
            late: Mutex::default(),
            calm: CancellationToken::new(),
        }
    }

    pub(super) fn inner(&self) -> &dyn EventBus {
        &*self.inner
    }

    pub(super) fn publish_fate(&self, messages: &[Message]) -> PublishFate {
        self.plan().publish_fate(&mut self.dice(), messages)
    }

    pub(super) fn ack_fate(&self) -> AckFate {
        self.plan().ack_fate(&mut self.dice())
    }

    pub(super) fn connection_is_lost(&self) -> bool {
        self.plan().lose_connection.happens(&mut self.dice())
    }

    /// Publishes `message` after `delay`, or as soon as it is calm. It is as if the bus had stored
    /// it: tried again until it is taken, and gone only if no queue would have it.
    pub(super) fn deliver_later(
        &self,
        publisher: Arc<dyn EventPublisher>,
        exchange: &str,
        message: Message,
        delay: Duration,
    ) {
        let calm = self.calm.clone();
        let exchange = exchange.to_owned();
        let mut late = lock(&self.late);
        while late.try_join_next().is_some() {}
        let delay = if late.len() < MOST_LATE {
            delay
        } else {
            Duration::ZERO
        };
        late.spawn(async move {
            let _calm = calm.run_until_cancelled_owned(sleep(delay)).await;
            loop {
                let batch = std::slice::from_ref(&message);
                match publisher.publish(&exchange, batch).await {
                    Ok(()) | Err(PublishError::Unroutable { .. }) => return,
                    Err(
                        PublishError::Bus(_)
                        | PublishError::Nacked { .. }
                        | PublishError::Unconfirmed { .. },
                    ) => sleep(RETRY_AFTER).await,
                }
            }
        });
    }

    pub(super) fn late(&self) -> usize {
        let mut late = lock(&self.late);
        while late.try_join_next().is_some() {}
        late.len()
    }

    pub(super) fn calm_down(&self) {
        self.calm.cancel();
        lock(&self.partitions).clear();
        self.partitions_changed.notify_waiters();
    }

    pub(super) fn partition(&self, client: &str) {
        lock(&self.partitions).insert(client.to_owned());
        self.partitions_changed.notify_waiters();
    }

    pub(super) fn heal(&self, client: &str) {
        lock(&self.partitions).remove(client);
    }

    pub(super) fn is_cut_off(&self, client: &str) -> bool {
        lock(&self.partitions).contains(client)
    }

    /// Completes at the next partition. It counts from its creation on, polled or not.
    pub(super) fn partitions_change(&self) -> Notified<'_> {
        self.partitions_changed.notified()
    }

    /// Tells the seed, once, if the test that uses it is failing.
    pub(super) fn tell_if_failing(&self) {
        if std::thread::panicking() && !self.seed_was_told.swap(true, Ordering::Relaxed) {
            seed::tell(self.seed);
        }
    }

    fn plan(&self) -> &FaultPlan {
        const CALM: &FaultPlan = &FaultPlan::calm();
        if self.calm.is_cancelled() {
            CALM
        } else {
            &self.plan
        }
    }

    fn dice(&self) -> MutexGuard<'_, Rng> {
        lock(&self.dice)
    }
}

/// No code panics while it holds one of these locks, and each change leaves them whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
