//! A system under load, to which something happens.

use std::time::Duration;

use system_tests::{Load, LoadPlan, Logged, Side, Stack, Subscriber, Write, judge};

use crate::report::{full_or, write};

/// Records of each side that all editors edit and link.
const SHARED: usize = 8;

/// After a fault, so long may it take until all hold the same: in full, and else.
const LONGEST: [Duration; 2] = [Duration::from_secs(600), Duration::from_secs(90)];

/// In tests, services look for what is wrong twice a second, and not every five seconds or minutes.
pub(crate) const INTERVALS: [(&str, &str); 2] =
    [("HEARTBEAT_INTERVAL", "0.5"), ("DRIFT_INTERVAL", "1")];

/// How much of the load there is before a fault, and after it.
pub(crate) fn some() -> usize {
    full_or(150, 60)
}

/// A system under load.
pub(crate) struct Scenario {
    /// What is written in the report.
    fault: &'static str,
    pub(crate) stack: Stack,
    /// Where a third party reaches the broker, whatever the services' own way.
    broker_url: String,
    third: Option<Subscriber>,
    load: Option<Load>,
    shared: [Vec<i64>; 2],
    /// What earlier loads wrote.
    writes: Vec<Write>,
    undone: Vec<Logged>,
    /// What convergence took that was measured before the end.
    took: Duration,
}

impl Scenario {
    /// Starts the services, a third party that subscribes, and the load, and waits until that is
    /// under way.
    pub(crate) async fn begin(fault: &'static str, stack: Stack, broker_url: &str) -> Self {
        let mut scenario = Self::begin_idle(fault, stack, broker_url).await;
        scenario.subscribe();
        scenario.start_load([&[], &[]]).await;
        scenario
    }

    /// Starts the services.
    pub(crate) async fn begin_idle(
        fault: &'static str,
        mut stack: Stack,
        broker_url: &str,
    ) -> Self {
        for (side, (name, value)) in pairs(Side::BOTH, INTERVALS) {
            stack.set(side, name, Some(value.to_owned()));
        }
        stack.start_all();
        stack.ready().await;
        Self {
            fault,
            stack,
            broker_url: broker_url.to_owned(),
            third: None,
            load: None,
            shared: [Vec::new(), Vec::new()],
            writes: Vec::new(),
            undone: Vec::new(),
            took: Duration::ZERO,
        }
    }

    /// Lets the third party subscribe.
    pub(crate) fn subscribe(&mut self) {
        self.third = Some(Subscriber::start(&self.broker_url));
    }

    /// Starts the load, also through these other ports of each side, and waits until it is under
    /// way.
    pub(crate) async fn start_load(&mut self, others: [&[u16]; 2]) {
        if self.shared[0].is_empty() {
            for number in 0..SHARED {
                for side in Side::BOTH {
                    let id = self.stack.create(side, &format!("Shared {number}")).await;
                    self.shared[side.index()].push(id);
                }
            }
        }
        let ports = Side::BOTH.map(|side| {
            let mut ports = vec![self.stack.client(side).port()];
            ports.extend(others[side.index()]);
            ports
        });
        let plan = LoadPlan {
            editors: full_or(4, 3),
            ..LoadPlan::default()
        };
        let seed = fastrand::u64(..);
        let load = Load::start(
            plan,
            ports.each_ref().map(Vec::as_slice),
            self.shared.clone(),
            seed,
        );
        load.progress_of_both(some()).await;
        self.load = Some(load);
    }

    /// The load.
    pub(crate) fn load(&self) -> &Load {
        self.load.as_ref().unwrap()
    }

    /// Ends the load; another can follow.
    pub(crate) async fn stop_load(&mut self) {
        if let Some(load) = self.load.take() {
            self.writes.extend(load.stop().await);
        }
    }

    /// Waits until all hold the same; the time it took.
    pub(crate) async fn all_hold_the_same(&self) -> Duration {
        let third = self.third.as_ref().unwrap();
        let patience = full_or(LONGEST[0], LONGEST[1]);
        let (evidence, took) = self.stack.converged(third, Vec::new(), patience).await;
        let verdict = judge(&evidence, &self.writes);
        assert!(verdict.is_clean(), "after {took:?}: {verdict:?}");
        took
    }

    /// What was found to be so before the end is told in the report, too.
    pub(crate) fn has_taken(&mut self, took: Duration) {
        self.took = took;
    }

    /// What a restore has undone is judged by other rules.
    pub(crate) fn has_undone(&mut self, undone: Vec<Logged>) {
        self.undone = undone;
    }

    /// After some more load: ends it, waits until all hold the same, judges, and reports.
    pub(crate) async fn ends_well(mut self) -> Stack {
        if let Some(load) = &self.load {
            load.progress_of_both(some()).await;
        }
        self.stop_load().await;
        let third = self.third.take().unwrap();
        let undone = std::mem::take(&mut self.undone);
        let patience = full_or(LONGEST[0], LONGEST[1]);
        let (evidence, took) = self.stack.converged(&third, undone, patience).await;
        let verdict = judge(&evidence, &self.writes);
        third.stop().await;
        write(self.fault, &verdict, took.max(self.took));
        let findings = verdict.findings.join("\n");
        assert!(verdict.is_clean(), "{verdict:?}\n{findings}");
        assert!(verdict.acknowledged > 0, "nothing was written");
        self.stack
    }
}

/// What both services have parked or given up, which is often to be nothing.
pub(crate) async fn put_aside(stack: &Stack) -> [u64; 2] {
    let mut counts = [0; 2];
    for side in Side::BOTH {
        counts[side.index()] = system_tests::Testimony::of(stack, side).await.put_aside;
    }
    counts
}

fn pairs<A: Copy, B: Copy, const N: usize, const M: usize>(
    these: [A; N],
    those: [B; M],
) -> impl Iterator<Item = (A, B)> {
    these
        .into_iter()
        .flat_map(move |this| those.into_iter().map(move |that| (this, that)))
}
