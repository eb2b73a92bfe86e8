//! Takes batches, no more at a time than may be in flight.

use std::{panic::AssertUnwindSafe, sync::Arc};

use futures_util::FutureExt as _;
use tokio::{
    sync::{Semaphore, mpsc, oneshot},
    task,
};

use crate::{Bounds, Together, Waiting};

type Caller<W> = oneshot::Sender<Result<<W as Together>::Answer, <W as Together>::Error>>;

/// Runs until nobody can hand in any more jobs.
pub(crate) async fn run<W: Together>(
    work: W,
    mut queue: mpsc::Receiver<Waiting<W>>,
    bounds: Bounds,
) {
    let work = Arc::new(work);
    let places = Arc::new(Semaphore::new(bounds.in_flight.max(1)));
    // The semaphore is never closed.
    while let Ok(place) = Arc::clone(&places).acquire_owned().await {
        let batch = take::<W>(&mut queue, bounds.weight).await;
        if batch.is_empty() {
            return;
        }
        let (jobs, callers) = batch
            .into_iter()
            .map(|Waiting { job, caller }| (job, caller))
            .unzip();
        let work = Arc::clone(&work);
        task::spawn(async move {
            answer(work.as_ref(), jobs, callers).await;
            drop(place);
        });
    }
}

/// Waits for a job and takes what is there; empty once nobody can hand in any more.
async fn take<W: Together>(queue: &mut mpsc::Receiver<Waiting<W>>, most: usize) -> Vec<Waiting<W>> {
    let mut batch: Vec<_> = queue.recv().await.into_iter().collect();
    let mut weight: usize = batch.iter().map(|waiting| W::weight(&waiting.job)).sum();
    while !batch.is_empty() && weight < most {
        let Ok(waiting) = queue.try_recv() else { break };
        weight += W::weight(&waiting.job);
        batch.push(waiting);
    }
    batch
}

/// Does `jobs` together, halving what is refused, and answers each caller as soon as its part is
/// done.
async fn answer<W: Together>(work: &W, jobs: Vec<W::Job>, callers: Vec<Caller<W>>) {
    let mut callers = callers.into_iter();
    // A stack rather than recursion; the left half on top, so that jobs and callers go in step.
    let mut parts = vec![jobs.as_slice()];
    while let Some(part) = parts.pop() {
        let callers = callers.by_ref();
        // A panic ends this part, not the task: others will come.
        match AssertUnwindSafe(work.run(part)).catch_unwind().await {
            Ok(Ok(answers)) => {
                let mut answers = answers.into_iter();
                for caller in callers.take(part.len()) {
                    if let Some(answer) = answers.next() {
                        // Who does not wait any more needs no answer.
                        let _ = caller.send(Ok(answer));
                    }
                }
            }
            Ok(Err(error)) if part.len() > 1 && W::may_be_one_jobs_fault(&error) => {
                let (left, right) = part.split_at(part.len() / 2);
                parts.extend([right, left]);
            }
            Ok(Err(error)) => {
                for caller in callers.take(part.len()) {
                    let _ = caller.send(Err(error.clone()));
                }
            }
            Err(_panic) => callers.take(part.len()).for_each(drop),
        }
    }
}
