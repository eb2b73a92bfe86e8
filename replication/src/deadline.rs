//! How long a database may take.

use std::time::Duration;

use tokio::time::timeout;

use crate::StoreError;

/// So long a piece of work on a database may take, all of its statements together. Most take
/// milliseconds, and PostgreSQL itself ends a statement after 30 s: who waits longer mostly waits for a
/// server that is gone without a word, while the connection to it still looks alive.
pub const DEADLINE: Duration = Duration::from_secs(40);

/// Waits for `work`, but not for ever. What is given up may have been done all the same.
///
/// # Errors
/// That of the work, or [`StoreError::Unavailable`] after [`DEADLINE`].
pub async fn in_time<T, E: From<StoreError>>(
    work: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    timeout(DEADLINE, work).await.unwrap_or_else(|_elapsed| {
        let late = format!("it did not answer within {} s", DEADLINE.as_secs());
        Err(StoreError::Unavailable(late).into())
    })
}

#[cfg(test)]
mod tests {
    use tokio::time::{Instant, sleep};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_takes_its_time_is_waited_for_and_what_never_ends_is_given_up() {
        let slow = async {
            sleep(DEADLINE - Duration::from_secs(1)).await;
            Ok::<_, StoreError>(7)
        };
        assert_eq!(in_time(slow).await, Ok(7));
        let began = Instant::now();
        let never = std::future::pending::<Result<(), StoreError>>();
        assert!(matches!(
            in_time(never).await,
            Err(StoreError::Unavailable(_))
        ));
        assert_eq!(began.elapsed(), DEADLINE);
    }
}
