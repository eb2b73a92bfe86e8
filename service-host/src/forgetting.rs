//! Forgets kept answers once they are too old to be given.

use std::{sync::Arc, time::Duration};

use replication::answers::KeptAnswers;
use service_kit::clock::Clock;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;
use tracing::{debug, warn};

/// How often it looks.
const PAUSE: Duration = Duration::from_secs(600);
/// So many are forgotten by one transaction.
const BATCH: u64 = 1_000;

/// Works until `stop`.
pub(crate) async fn forget_old_answers(
    answers: Arc<dyn KeptAnswers>,
    clock: Arc<dyn Clock>,
    stop: CancellationToken,
) {
    let mut ticks = interval(PAUSE);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            biased;
            () = stop.cancelled() => return,
            _ = ticks.tick() => {}
        }
        while !stop.is_cancelled() {
            match answers.forget(clock.now(), BATCH).await {
                Ok(forgotten) if forgotten >= BATCH => {}
                Ok(forgotten) => {
                    debug!(forgotten, "old answers forgotten");
                    break;
                }
                Err(error) => {
                    warn!(%error, "old answers can't be forgotten now");
                    break;
                }
            }
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::sync::Mutex;

    use async_trait::async_trait;
    use chrono::{DateTime, Utc};
    use replication::{StoreError, answers::KeptAnswer};
    use service_kit::clock::ManualClock;
    use tokio::sync::Notify;

    use super::*;

    /// Old answers, and whether the database is away the first time.
    struct Old {
        left: Mutex<u64>,
        away: Mutex<bool>,
        none_left: Notify,
    }

    #[async_trait]
    impl KeptAnswers for Old {
        async fn find(&self, _: &str, _: DateTime<Utc>) -> Result<Option<KeptAnswer>, StoreError> {
            Ok(None)
        }

        async fn forget(&self, _: DateTime<Utc>, most: u64) -> Result<u64, StoreError> {
            if std::mem::take(&mut *self.away.lock().unwrap()) {
                return Err(StoreError::Unavailable("away".to_owned()));
            }
            let mut left = self.left.lock().unwrap();
            let forgotten = most.min(*left);
            *left -= forgotten;
            if *left == 0 {
                self.none_left.notify_one();
            }
            Ok(forgotten)
        }
    }

    #[tokio::test(start_paused = true)]
    async fn all_old_answers_go_in_batches_also_when_the_database_was_away() {
        let answers = Arc::new(Old {
            left: Mutex::new(2 * BATCH + 1),
            away: Mutex::new(true),
            none_left: Notify::new(),
        });
        let clock = Arc::new(ManualClock::new(DateTime::UNIX_EPOCH));
        let stop = CancellationToken::new();
        let task = tokio::spawn(forget_old_answers(answers.clone(), clock, stop.clone()));
        answers.none_left.notified().await;
        assert_eq!(*answers.left.lock().unwrap(), 0);
        stop.cancel();
        task.await.unwrap();
    }
}
