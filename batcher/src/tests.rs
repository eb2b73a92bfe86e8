#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{sync::Semaphore, time::timeout};

use super::*;

/// A job's number says what comes of it.
const POISON: u32 = 666;
const PANIC: u32 = 999;

/// Answers with the number; notes which jobs went together; works only when it is let.
#[derive(Default, Clone)]
struct Echo(Arc<Parts>);

struct Parts {
    batches: Mutex<Vec<Vec<u32>>>,
    gate: Semaphore,
    away: bool,
}

impl Default for Parts {
    fn default() -> Self {
        Self {
            batches: Mutex::default(),
            gate: Semaphore::new(0),
            away: false,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Refusal {
    Poison,
    Away,
    Stopped,
}

#[async_trait]
impl Together for Echo {
    type Job = u32;
    type Answer = u32;
    type Error = Refusal;

    async fn run(&self, jobs: &[u32]) -> Result<Vec<u32>, Refusal> {
        self.note(jobs.to_vec());
        self.0.gate.acquire().await.unwrap().forget();
        if self.0.away {
            return Err(Refusal::Away);
        }
        if jobs.contains(&POISON) {
            return Err(Refusal::Poison);
        }
        assert!(!jobs.contains(&PANIC), "as asked");
        Ok(jobs.to_vec())
    }

    fn may_be_one_jobs_fault(error: &Refusal) -> bool {
        *error == Refusal::Poison
    }

    fn weight(job: &u32) -> usize {
        if *job >= 10_000 { 10 } else { 1 }
    }

    fn stopped() -> Refusal {
        Refusal::Stopped
    }
}

impl Echo {
    fn batches(&self) -> Vec<Vec<u32>> {
        let batches = self.0.batches.lock();
        batches.unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note(&self, jobs: Vec<u32>) {
        let batches = self.0.batches.lock();
        batches.unwrap_or_else(PoisonError::into_inner).push(jobs);
    }

    fn let_run(&self, times: usize) {
        self.0.gate.add_permits(times);
    }
}

const BOUNDS: Bounds = Bounds {
    weight: 20,
    queue: 64,
    in_flight: 1,
};

type Answers = Vec<tokio::task::JoinHandle<Result<u32, Refusal>>>;

/// The first job is in flight, and the others have queued up behind it.
async fn queued(batcher: &Arc<Batcher<Echo>>, echo: &Echo, jobs: &[u32]) -> Answers {
    let mut answers = Vec::new();
    for (at, job) in jobs.iter().copied().enumerate() {
        answers.push(tokio::spawn(submitted(batcher, job)));
        let is_there = || match at {
            0 => echo.batches().len() == 1,
            waiting => batcher.queue.max_capacity() - batcher.queue.capacity() == waiting,
        };
        until(is_there).await;
    }
    answers
}

fn submitted(
    batcher: &Arc<Batcher<Echo>>,
    job: u32,
) -> impl Future<Output = Result<u32, Refusal>> + use<> {
    let batcher = Arc::clone(batcher);
    async move { batcher.submit(job).await }
}

async fn until(condition: impl Fn() -> bool) {
    let waiting = async {
        while !condition() {
            tokio::task::yield_now().await;
        }
    };
    timeout(Duration::from_secs(10), waiting).await.unwrap();
}

async fn all(answers: Answers) -> Vec<Result<u32, Refusal>> {
    let mut given = Vec::new();
    for answer in answers {
        given.push(answer.await.unwrap());
    }
    given
}

fn started(echo: &Echo, bounds: Bounds) -> Arc<Batcher<Echo>> {
    Arc::new(Batcher::start(echo.clone(), bounds))
}

#[tokio::test]
async fn who_is_alone_waits_for_nobody() {
    let echo = Echo::default();
    echo.let_run(1);
    assert_eq!(started(&echo, BOUNDS).submit(1).await, Ok(1));
}

#[tokio::test]
async fn what_queued_up_goes_together_and_each_gets_its_own_answer() {
    let echo = Echo::default();
    let batcher = started(&echo, BOUNDS);
    let answers = queued(&batcher, &echo, &[1, 2, 3, 4]).await;
    echo.let_run(2);
    assert_eq!(all(answers).await, [Ok(1), Ok(2), Ok(3), Ok(4)]);
    assert_eq!(echo.batches(), [vec![1], vec![2, 3, 4]]);
}

#[tokio::test]
async fn a_bad_job_fails_alone() {
    let echo = Echo::default();
    let batcher = started(&echo, BOUNDS);
    let answers = queued(&batcher, &echo, &[1, 2, 3, POISON, 5]).await;
    echo.let_run(10);
    let expected = [Ok(1), Ok(2), Ok(3), Err(Refusal::Poison), Ok(5)];
    assert_eq!(all(answers).await, expected);
}

#[tokio::test]
async fn what_is_nobodys_fault_fails_all_at_once() {
    let echo = Echo(Arc::new(Parts {
        away: true,
        ..Parts::default()
    }));
    let batcher = started(&echo, BOUNDS);
    let answers = queued(&batcher, &echo, &[1, 2, 3]).await;
    echo.let_run(10);
    assert!(all(answers).await.iter().all(|a| *a == Err(Refusal::Away)));
    assert_eq!(echo.batches().len(), 2);
}

#[tokio::test]
async fn a_panic_gives_up_its_batch_and_no_later_one() {
    let echo = Echo::default();
    let batcher = started(&echo, BOUNDS);
    let answers = queued(&batcher, &echo, &[1, PANIC, 3]).await;
    echo.let_run(3);
    let expected = [Ok(1), Err(Refusal::Stopped), Err(Refusal::Stopped)];
    assert_eq!(all(answers).await, expected);
    assert_eq!(batcher.submit(4).await, Ok(4));
}

#[tokio::test]
async fn a_batch_takes_no_more_than_its_weight() {
    let echo = Echo::default();
    let batcher = started(&echo, BOUNDS);
    let answers = queued(&batcher, &echo, &[1, 10_001, 10_002, 2, 3]).await;
    echo.let_run(3);
    all(answers).await.into_iter().for_each(|answer| {
        answer.unwrap();
    });
    assert_eq!(echo.batches(), [vec![1], vec![10_001, 10_002], vec![2, 3]]);
}

#[tokio::test]
async fn no_more_batches_are_in_flight_than_may_be() {
    let echo = Echo::default();
    let two = Bounds {
        in_flight: 2,
        ..BOUNDS
    };
    let batcher = started(&echo, two);
    let first = tokio::spawn(submitted(&batcher, 1));
    until(|| echo.batches().len() == 1).await;
    let second = tokio::spawn(submitted(&batcher, 2));
    until(|| echo.batches().len() == 2).await;
    let waiting: Vec<_> = [3, 4]
        .map(|job| tokio::spawn(submitted(&batcher, job)))
        .into();
    until(|| batcher.queue.max_capacity() - batcher.queue.capacity() == 2).await;
    assert_eq!(echo.batches(), [[1], [2]]);
    echo.let_run(3);
    let answers = all([vec![first, second], waiting]
        .into_iter()
        .flatten()
        .collect())
    .await;
    assert_eq!(answers, [1, 2, 3, 4].map(Ok));
    assert_eq!(echo.batches(), [vec![1], vec![2], vec![3, 4]]);
}

#[tokio::test]
async fn who_goes_away_takes_nobodys_work_along() {
    let echo = Echo::default();
    let batcher = started(&echo, BOUNDS);
    let mut answers = queued(&batcher, &echo, &[1, 2, 3]).await;
    let gone = answers.remove(0);
    gone.abort();
    let Err(_cancelled) = gone.await else {
        panic!("it was let go before it had an answer")
    };
    echo.let_run(2);
    assert_eq!(all(answers).await, [Ok(2), Ok(3)]);
}

#[test]
fn what_several_ask_for_each_of_them_gets() {
    let found = BTreeMap::from([(1, "one"), (2, "two")]);
    let answers = each_its_own(&[2, 1, 2, 3, 2], found);
    assert_eq!(
        answers,
        [Some("two"), Some("one"), Some("two"), None, Some("two")]
    );
}
