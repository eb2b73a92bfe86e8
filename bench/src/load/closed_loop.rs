//! As many requests as get through: each connection sends its next one when it has its answer.

use std::{
    cell::{Cell, RefCell},
    time::{Duration, Instant},
};

use futures_util::future::try_join_all;

use super::{Connection, LoadError};
use crate::options::Plan;

/// How a closed loop is run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ClosedLoop {
    /// Connections, each with one request under way.
    pub(crate) connections: usize,
    /// What is sent before anything counts.
    pub(crate) warm_up: Duration,
    /// What counts.
    pub(crate) length: Duration,
}

/// What got through.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Throughput {
    /// Answers a second, while it counted.
    pub(crate) per_second: f64,
    /// All answers, of the warm-up and of what was under way at the end, too.
    pub(crate) answers: u64,
}

impl ClosedLoop {
    /// As planned.
    pub(crate) fn of(plan: &Plan) -> Self {
        Self {
            connections: plan.connections,
            warm_up: plan.warm_up,
            length: plan.length,
        }
    }

    /// Sends to `port` what `next` writes into the buffer it is given.
    ///
    /// # Errors
    /// [`LoadError`], at the first request that fails.
    pub(crate) async fn run(
        &self,
        port: u16,
        next: impl FnMut(&mut String),
    ) -> Result<Throughput, LoadError> {
        let next = RefCell::new(next);
        let (counted, answers) = (Cell::new(0_u64), Cell::new(0_u64));
        let open = (0..self.connections).map(|_| Connection::open(port));
        let connections = try_join_all(open).await?;
        let begin = Instant::now() + self.warm_up;
        let end = begin + self.length;
        try_join_all(connections.into_iter().map(async |mut connection| {
            let mut request = String::new();
            let mut now = Instant::now();
            while now < end {
                request.clear();
                (next.borrow_mut())(&mut request);
                connection.exchange(&request).await?;
                now = Instant::now();
                answers.set(answers.get() + 1);
                if now >= begin && now < end {
                    counted.set(counted.get() + 1);
                }
            }
            Ok::<(), LoadError>(())
        }))
        .await?;
        Ok(Throughput {
            per_second: counted.get() as f64 / self.length.as_secs_f64(),
            answers: answers.get(),
        })
    }
}
