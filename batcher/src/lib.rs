//! Lets concurrent callers share one piece of work, such as a transaction or a statement.
//!
//! A batch is whatever queued up while those before it were in flight. So a caller who is alone waits
//! for nobody, and the more callers there are, the more share a round trip: there is no timer and
//! nothing to tune. If a batch is refused, it is halved until what is refused stands alone.
//!
//! ```
//! use batcher::{Batcher, Bounds, Together};
//!
//! struct Doubling;
//!
//! #[async_trait::async_trait]
//! impl Together for Doubling {
//!     type Job = u64;
//!     type Answer = u64;
//!     type Error = &'static str;
//!
//!     async fn run(&self, jobs: &[u64]) -> Result<Vec<u64>, &'static str> {
//!         Ok(jobs.iter().map(|job| job * 2).collect())
//!     }
//!
//!     fn may_be_one_jobs_fault(_error: &&'static str) -> bool {
//!         true
//!     }
//!
//!     fn stopped() -> &'static str {
//!         "stopped"
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let doubling = Batcher::start(Doubling, Bounds { weight: 256, queue: 1_024, in_flight: 1 });
//! assert_eq!(doubling.submit(21).await, Ok(42));
//! # }
//! ```

mod batches;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use async_trait::async_trait;
use tokio::sync::{mpsc, oneshot};

/// What a batch does.
#[async_trait]
pub trait Together: Send + Sync + 'static {
    /// What a caller wants.
    type Job: Send + Sync + 'static;
    /// What a caller gets.
    type Answer: Send + 'static;
    /// Why nothing was done.
    type Error: Clone + Send + 'static;

    /// Does all `jobs`, and answers each in its place. MUST have done nothing if it fails.
    ///
    /// # Errors
    /// If they can't be done together.
    async fn run(&self, jobs: &[Self::Job]) -> Result<Vec<Self::Answer>, Self::Error>;

    /// Whether one of several jobs may be the only reason for `error`: then the others are tried
    /// without it.
    fn may_be_one_jobs_fault(error: &Self::Error) -> bool;

    /// How much of [`Bounds::weight`] a job takes.
    fn weight(_job: &Self::Job) -> usize {
        1
    }

    /// What a caller gets whose job was given up: the program stops, or the work panicked. The
    /// job may have been done all the same.
    fn stopped() -> Self::Error;
}

/// Answers each of `keys` with what was found under it; what several ask for is copied for all but the
/// last.
pub fn each_its_own<K: Ord, V: Clone>(keys: &[K], mut found: BTreeMap<K, V>) -> Vec<Option<V>> {
    let answers = keys.iter().enumerate().map(|(at, key)| {
        let is_asked_for_again = keys[at + 1..].contains(key);
        match is_asked_for_again {
            true => found.get(key).cloned(),
            false => found.remove(key),
        }
    });
    answers.collect()
}

/// How much is done at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// A batch takes no further job once it weighs so much.
    pub weight: usize,
    /// So many jobs may wait; further callers wait for room.
    pub queue: usize,
    /// So many batches are done at a time, at least one. More than one is for work that is mostly
    /// waiting and that bears company: jobs of different batches are done in no order.
    pub in_flight: usize,
}

/// Takes jobs from any task, and does them in batches. The work goes on in a task of its
/// own, so that a caller who goes away takes nobody's work along. It ends once the batcher is dropped
/// and its queue is empty.
pub struct Batcher<W: Together> {
    queue: mpsc::Sender<Waiting<W>>,
}

/// A job, and who waits for its answer.
struct Waiting<W: Together> {
    job: W::Job,
    caller: oneshot::Sender<Result<W::Answer, W::Error>>,
}

impl<W: Together> Batcher<W> {
    /// Starts to take jobs, in a task of the runtime that it is called in.
    pub fn start(work: W, bounds: Bounds) -> Self {
        let (queue, jobs) = mpsc::channel(bounds.queue.max(1));
        tokio::spawn(batches::run(work, jobs, bounds));
        Self { queue }
    }

    /// Has `job` done together with whatever else waits, and returns its own answer.
    ///
    /// # Errors
    /// [`Together::Error`], if it was refused alone, or with all the others.
    pub async fn submit(&self, job: W::Job) -> Result<W::Answer, W::Error> {
        let (caller, answer) = oneshot::channel();
        let waiting = Waiting { job, caller };
        if self.queue.send(waiting).await.is_err() {
            return Err(W::stopped());
        }
        answer.await.unwrap_or_else(|_gone| Err(W::stopped()))
    }
}
