//! One run.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
    time::Duration,
};

use chrono::TimeDelta;
use event_bus::{
    InProcessBus,
    faults::{FaultPlan, FaultyBus},
};
use fastrand::Rng;
use service_kit::clock::Clock;
use shared_events::Producer;
use tokio::time::{Instant, sleep};

use crate::{
    authors, books,
    check::{Wrong, equal, wrongs},
    clock::SkewedClock,
    editors::Editors,
    mishaps::Mishaps,
    side::Service,
};

/// How much is done in a run.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// How many edits are tried.
    pub edits: u32,
}

/// A day has more comparisons than any copy needs.
const PATIENCE: Duration = Duration::from_secs(24 * 3600);
/// How soon to look whether both sides are equal, and how seldom at last: looking costs more than
/// all else.
const LOOK: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(30)];
/// Clocks are wrong by at most so much.
const WORST_SKEW_MS: i64 = 3_600_000;

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Edits that were acknowledged.
    pub acknowledged: usize,
    /// From the end of the faults until both sides were equal, in simulated time.
    pub converged_after: Duration,
    /// Everything that is wrong; empty if all is well.
    pub wrongs: Vec<Wrong>,
    /// Stands for all that was done: the same seed gives the same number.
    pub trace: u64,
}

/// Runs the seed's edits, faults and mishaps to their end.
///
/// # Errors
/// If the runtime can't be made.
pub fn run(seed: u64, size: Size) -> std::io::Result<Outcome> {
    // Back-offs and ids draw from the thread's own generator.
    fastrand::seed(seed);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()?;
    Ok(runtime.block_on(run_world(seed, size)))
}

async fn run_world(seed: u64, size: Size) -> Outcome {
    let mut dice = Rng::with_seed(seed);
    let broker = InProcessBus::new();
    let bus = FaultyBus::new(Arc::new(broker.clone()), FaultPlan::rough(), dice.u64(..));
    let clocks: [Arc<dyn Clock>; 2] = [(); 2].map(|()| {
        let skew = TimeDelta::milliseconds(dice.i64(-WORST_SKEW_MS..=WORST_SKEW_MS));
        Arc::new(SkewedClock::new(skew)) as Arc<dyn Clock>
    });
    let [left, right] = clocks;
    let mut services = [
        Service::new(
            Producer::Authors,
            &bus,
            Arc::clone(&left),
            authors::parts(left),
        ),
        Service::new(
            Producer::Books,
            &bus,
            Arc::clone(&right),
            books::parts(right),
        ),
    ];
    for service in &mut services {
        service.start();
    }

    let mut editors = Editors::default();
    let mut mishaps = Mishaps::default();
    for _ in 0..size.edits {
        sleep(Duration::from_millis(dice.u64(0..300))).await;
        let side = dice.usize(0..2);
        editors.edit(&services, side, &mut dice).await;
        mishaps.strike(&mut services, &broker, &mut dice).await;
    }

    bus.calm_down();
    mishaps.end(&mut services);
    let began = Instant::now();
    let mut is_equal = equal(&services).await;
    let mut look = LOOK[0];
    while !is_equal && began.elapsed() < PATIENCE {
        sleep(look).await;
        look = (look * 5 / 4).min(LOOK[1]);
        is_equal = equal(&services).await;
    }
    let converged_after = began.elapsed();
    let wrongs = wrongs(&services, &editors.acknowledged).await;
    let trace = trace(&services, converged_after).await;
    for service in &mut services {
        service.crash().await;
    }
    Outcome {
        acknowledged: editors.acknowledged.len(),
        converged_after,
        wrongs,
        trace,
    }
}

async fn trace(services: &[Service; 2], converged_after: Duration) -> u64 {
    let mut hasher = DefaultHasher::new();
    converged_after.hash(&mut hasher);
    for service in services {
        for entry in service.whole_log().await {
            (entry.sequence, entry.key, entry.version, entry.payload).hash(&mut hasher);
        }
        service.settled().await.hash(&mut hasher);
    }
    hasher.finish()
}
