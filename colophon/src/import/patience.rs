//! How long to try again what failed for a passing reason.

use std::time::Duration;

use tokio::time::Instant;

use super::ImportError;
use crate::client::Failure;

/// Exponential backoff with jitter, within a budget of time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    pub(super) first_pause: Duration,
    pub(super) longest_pause: Duration,
    /// No attempt begins later than this after the first.
    pub(super) budget: Duration,
    /// How long both caches may take to hold what was sent.
    pub(super) settling: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            first_pause: Duration::from_millis(100),
            longest_pause: Duration::from_secs(5),
            budget: Duration::from_secs(60),
            settling: Duration::from_secs(120),
        }
    }
}

impl Patience {
    /// Makes attempts until one succeeds or fails for good. An attempt that creates something must look
    /// first whether it is there: the one before may have been committed without our hearing of it.
    ///
    /// # Errors
    /// The final failure, or [`ImportError::GaveUp`] once the budget is spent.
    pub(super) async fn persist<T>(
        &self,
        attempt: impl AsyncFn() -> Result<T, Failure>,
    ) -> Result<T, ImportError> {
        let started = Instant::now();
        let mut pause = self.first_pause;
        loop {
            let (service, url, reason, retry_after) = match attempt().await {
                Ok(done) => return Ok(done),
                Err(Failure::Unexpected {
                    service,
                    url,
                    reason,
                }) => {
                    return Err(ImportError::Unexpected {
                        service,
                        url,
                        reason,
                    });
                }
                Err(Failure::Passing {
                    service,
                    url,
                    reason,
                    retry_after,
                }) => (service, url, reason, retry_after),
            };
            let wait = pause
                .mul_f64(0.5 + fastrand::f64() / 2.0)
                .max(retry_after.unwrap_or_default());
            if started.elapsed() + wait > self.budget {
                let seconds = started.elapsed().as_secs();
                return Err(ImportError::GaveUp {
                    service,
                    url,
                    seconds,
                    reason,
                });
            }
            if pause == self.first_pause {
                tracing::warn!(service, url, reason, "failed, trying again");
            } else {
                tracing::debug!(service, url, reason, ?wait, "trying again");
            }
            tokio::time::sleep(wait).await;
            pause = (pause * 2).min(self.longest_pause);
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::cell::Cell;

    use super::*;

    fn passing(retry_after: Option<Duration>) -> Failure {
        let (url, reason) = ("http://books/".to_owned(), "connection refused".to_owned());
        Failure::Passing {
            service: "books-service",
            url,
            reason,
            retry_after,
        }
    }

    #[tokio::test(start_paused = true)]
    async fn it_gives_up_within_a_minute_and_says_on_whom() {
        let started = Instant::now();
        let error = Patience::default()
            .persist(async || Err::<(), _>(passing(None)))
            .await
            .unwrap_err();
        assert!(
            matches!(
                error,
                ImportError::GaveUp {
                    service: "books-service",
                    ..
                }
            ),
            "{error}"
        );
        let took = started.elapsed();
        assert!((50..=60).contains(&took.as_secs()), "{took:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn it_waits_as_long_as_the_service_asks() {
        let (attempts, started) = (Cell::new(0), Instant::now());
        let attempt = async || {
            attempts.set(attempts.get() + 1);
            if attempts.get() == 1 {
                Err(passing(Some(Duration::from_secs(7))))
            } else {
                Ok(())
            }
        };
        Patience::default().persist(attempt).await.unwrap();
        assert_eq!((attempts.get(), started.elapsed().as_secs()), (2, 7));
    }

    #[tokio::test(start_paused = true)]
    async fn a_final_failure_is_not_tried_again() {
        let attempts = Cell::new(0);
        let attempt = async || {
            attempts.set(attempts.get() + 1);
            Err::<(), _>(Failure::Unexpected {
                service: "books-service",
                url: "http://books/".to_owned(),
                reason: "no JSON".to_owned(),
            })
        };
        Patience::default().persist(attempt).await.unwrap_err();
        assert_eq!(attempts.get(), 1);
    }
}
