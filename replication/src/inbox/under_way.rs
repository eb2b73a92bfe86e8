//! Batches that are being settled, each in a task of its own.

use std::{future::pending, panic::resume_unwind};

use futures_util::{StreamExt, stream::FuturesOrdered};
use tokio_util::task::AbortOnDropHandle;
use tracing::Instrument;

use super::settle::Settled;

/// So many are settled at the same time: while one waits for its commit, the database has another
/// to work on.
const AT_ONCE: usize = 2;

/// Those that are not acknowledged yet, oldest first. Dropping it ends their tasks.
pub(super) struct UnderWay(FuturesOrdered<AbortOnDropHandle<Option<Settled>>>);

impl UnderWay {
    /// None yet.
    pub(super) fn new() -> Self {
        Self(FuturesOrdered::new())
    }

    /// Whether another one may be begun.
    pub(super) fn has_room(&self) -> bool {
        self.0.len() < AT_ONCE
    }

    /// Begins another one.
    pub(super) fn begin(
        &mut self,
        settling: impl Future<Output = Option<Settled>> + Send + 'static,
    ) {
        let task = tokio::spawn(settling.in_current_span());
        self.0.push_back(AbortOnDropHandle::new(task));
    }

    /// Waits for the oldest one, and says how it ended; `None` if there is none. To be cancelled at
    /// any time.
    pub(super) async fn next(&mut self) -> Option<Option<Settled>> {
        match self.0.next().await? {
            Ok(ended) => Some(ended),
            Err(error) => match error.try_into_panic() {
                Ok(panic) => resume_unwind(panic),
                // The runtime shuts down, and this task with it.
                Err(_) => pending().await,
            },
        }
    }
}
