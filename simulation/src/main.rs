//! Runs many seeds and says how they ended.
//!
//! ```text
//! cargo run --release -p simulation                        10,000 seeds
//! cargo run --release -p simulation -- --first 42 --seeds 1 --edits 300
//! ```

use std::{
    io::{self, Write as _},
    process::ExitCode,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use clap::Parser;
use simulation::{Outcome, Size, run};

/// Runs both services on a failing bus in simulated time, once for each seed
#[derive(Debug, Parser)]
struct Arguments {
    /// The first seed
    #[arg(long, default_value_t = 0)]
    first: u64,
    /// How many seeds
    #[arg(long, default_value_t = 10_000)]
    seeds: u64,
    /// How many edits in each run
    #[arg(long, default_value_t = 200)]
    edits: u32,
}

/// How the runs ended.
#[derive(Default)]
struct Sum {
    runs: u64,
    acknowledged: u64,
    converged_after: Vec<Duration>,
    failed: Vec<(u64, Outcome)>,
}

fn main() -> io::Result<ExitCode> {
    let arguments = Arguments::parse();
    let began = Instant::now();
    let sum = run_all(&arguments)?;
    let mut out = io::stdout().lock();
    let mut times = sum.converged_after;
    times.sort_unstable();
    let at = |share: f64| {
        let index = (times.len().saturating_sub(1) as f64 * share) as usize;
        times.get(index).copied().unwrap_or_default().as_secs()
    };
    writeln!(
        out,
        "{} runs, {} edits acknowledged, {} runs failed; equal after (simulated) p50 {} s, p99 {} s, \
         at most {} s; took {:.0} s",
        sum.runs,
        sum.acknowledged,
        sum.failed.len(),
        at(0.5),
        at(0.99),
        at(1.0),
        began.elapsed().as_secs_f64(),
    )?;
    for (seed, outcome) in &sum.failed {
        writeln!(out, "seed {seed}:")?;
        for wrong in outcome.wrongs.iter().take(5) {
            writeln!(out, "  {}", wrong.0)?;
        }
    }
    Ok(if sum.failed.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn run_all(arguments: &Arguments) -> io::Result<Sum> {
    let size = Size {
        edits: arguments.edits,
    };
    let next = AtomicU64::new(0);
    let sum = Mutex::new(Sum::default());
    let work = || -> io::Result<()> {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= arguments.seeds {
                return Ok(());
            }
            let seed = arguments.first + number;
            let outcome = run(seed, size)?;
            let mut sum = sum.lock().unwrap_or_else(PoisonError::into_inner);
            sum.runs += 1;
            sum.acknowledged += outcome.acknowledged as u64;
            sum.converged_after.push(outcome.converged_after);
            if !outcome.wrongs.is_empty() {
                sum.failed.push((seed, outcome));
            }
        }
    };
    let threads = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        for worker in workers {
            match worker.join() {
                Ok(done) => done?,
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        Ok::<_, io::Error>(())
    })?;
    Ok(sum.into_inner().unwrap_or_else(PoisonError::into_inner))
}
