//! A log and a bus that write down what happens to them and fail when told to; as ports they are
//! in `ports`.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use chrono::DateTime;
use event_bus::{BusError, PublishError, Topology};
use replication::{
    StoreError, Wakeup,
    log::{LogEntry, event_id},
    relay::Relay,
};
use shared_events::control::Heartbeat;
use tokio::{
    sync::{Semaphore, watch},
    task::JoinHandle,
    time::{Instant, timeout},
};
use tokio_util::sync::CancellationToken;

/// Longer than anything here takes, in simulated time.
pub(crate) const HEARTBEAT_INTERVAL: Duration = Duration::from_secs(5);
const PATIENCE: Duration = Duration::from_secs(3600);

pub(crate) const EXCHANGE: &str = "things.events";
pub(crate) const PRODUCER: &str = "things-service";

/// What happened to log and bus.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    Declared,
    Leased,
    /// These sequences were handed to the bus, whatever it made of them.
    Published(Vec<i64>),
    /// `published_through` was to be moved.
    Moved(i64),
}

/// What the log is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Question {
    Head,
    Entries,
    Move,
}

/// Log and bus, and what happened to them.
#[derive(Clone)]
pub(crate) struct World(Arc<Inner>);

struct Inner {
    script: Mutex<Script>,
    steps: watch::Sender<Vec<(Instant, Step)>>,
    wakeup: Wakeup,
    lease_is_held: AtomicBool,
    /// A publish needs a permit.
    gate: Semaphore,
}

/// Answers to give, one a call; `Ok` once there are none left.
#[derive(Default)]
pub(crate) struct Script {
    pub(crate) entries: Vec<LogEntry>,
    pub(crate) published_through: i64,
    pub(crate) declare: VecDeque<Result<(), BusError>>,
    pub(crate) publish: VecDeque<Result<(), PublishError>>,
    pub(crate) heartbeats: Vec<Heartbeat>,
    pub(crate) beat: VecDeque<Result<(), PublishError>>,
    pub(crate) connected: VecDeque<Result<(), BusError>>,
    pub(crate) lease: VecDeque<Result<bool, StoreError>>,
    pub(crate) read: VecDeque<Result<(), StoreError>>,
    pub(crate) moved: VecDeque<Result<(), StoreError>>,
    /// Committed, with a ring, right after the next read that finds nothing.
    pub(crate) committed_after_read: Option<LogEntry>,
    /// The log does not answer this question, once.
    pub(crate) unanswered: Option<Question>,
    /// The broker never answers a declaration.
    pub(crate) declare_hangs: bool,
}

impl World {
    /// A log with `events` events, all of them still to be published, and a bus that works.
    pub(crate) fn with_events(events: i64) -> Self {
        let script = Script {
            entries: (1..=events).map(entry).collect(),
            ..Script::default()
        };
        Self(Arc::new(Inner {
            script: Mutex::new(script),
            steps: watch::Sender::default(),
            wakeup: Wakeup::default(),
            lease_is_held: AtomicBool::new(true),
            gate: Semaphore::new(Semaphore::MAX_PERMITS),
        }))
    }

    pub(crate) fn script(&self) -> MutexGuard<'_, Script> {
        self.0.script.lock().unwrap()
    }

    /// Another event is committed, by another process if nobody rings.
    pub(crate) fn commit(&self) {
        let mut script = self.script();
        let next = script.entries.len() as i64 + 1;
        script.entries.push(entry(next));
    }

    pub(crate) fn ring(&self) {
        self.0.wakeup.ring();
    }

    pub(crate) fn close_gate(&self) {
        self.0.gate.forget_permits(Semaphore::MAX_PERMITS);
    }

    /// Lets one publish through.
    pub(crate) fn open_gate_once(&self) {
        self.0.gate.add_permits(1);
    }

    pub(crate) fn set_lease_is_held(&self, held: bool) {
        self.0.lease_is_held.store(held, Ordering::SeqCst);
    }

    pub(crate) fn lease_is_held(&self) -> bool {
        self.0.lease_is_held.load(Ordering::SeqCst)
    }

    /// Never returns if this question is not to be answered.
    pub(crate) async fn hear(&self, question: Question) {
        let unanswered = self.script().unanswered.take_if(|one| *one == question);
        if unanswered.is_some() {
            std::future::pending().await
        }
    }

    /// Waits for a permit to publish, and uses it up.
    pub(crate) async fn pass_gate(&self) {
        self.0.gate.acquire().await.unwrap().forget();
    }

    pub(crate) fn wakeup(&self) -> &Wakeup {
        &self.0.wakeup
    }

    pub(crate) fn note(&self, step: Step) {
        self.0
            .steps
            .send_modify(|steps| steps.push((Instant::now(), step)));
    }

    pub(crate) fn steps(&self) -> Vec<Step> {
        let steps = self.0.steps.borrow();
        steps.iter().map(|(_, step)| step.clone()).collect()
    }

    /// When each publish was tried.
    pub(crate) fn publish_times(&self) -> Vec<Instant> {
        let steps = self.0.steps.borrow();
        let published = steps
            .iter()
            .filter(|(_, step)| matches!(step, Step::Published(_)));
        published.map(|(at, _)| *at).collect()
    }

    pub(crate) fn count(&self, step: &Step) -> usize {
        self.steps().iter().filter(|known| *known == step).count()
    }

    /// Waits, without moving the clock by itself, until so much has happened.
    pub(crate) async fn until(&self, mut enough: impl FnMut(&[Step]) -> bool) {
        let mut steps = self.0.steps.subscribe();
        let happened = steps.wait_for(|steps| {
            let steps: Vec<_> = steps.iter().map(|(_, step)| step.clone()).collect();
            enough(&steps)
        });
        let outcome = timeout(PATIENCE, happened).await;
        assert!(outcome.is_ok(), "it only came to {:?}", self.steps());
    }

    pub(crate) async fn until_step(&self, step: Step) {
        self.until(|steps| steps.contains(&step)).await;
    }

    pub(crate) fn relay(&self) -> Running {
        let relay = Relay::new(
            PRODUCER,
            EXCHANGE,
            topology(),
            Arc::new(self.clone()),
            Arc::new(self.clone()),
            HEARTBEAT_INTERVAL,
        );
        Running::start(relay)
    }
}

/// A relay at work.
pub(crate) struct Running {
    pub(crate) stop: CancellationToken,
    pub(crate) hard: CancellationToken,
    task: JoinHandle<Result<(), BusError>>,
}

impl Running {
    pub(crate) fn start(relay: Relay) -> Self {
        let (stop, hard) = (CancellationToken::new(), CancellationToken::new());
        Self {
            task: tokio::spawn(relay.run(stop.clone(), hard.clone())),
            stop,
            hard,
        }
    }

    pub(crate) async fn ended(self) -> Result<(), BusError> {
        timeout(PATIENCE, self.task).await.unwrap().unwrap()
    }
}

pub(crate) fn topology() -> Topology {
    Topology {
        exchanges: vec![EXCHANGE.to_owned()],
        queues: vec![
            event_bus::Queue::new("others.things", event_bus::QueueKind::Lasting)
                .hearing_all(EXCHANGE),
        ],
    }
}

pub(crate) fn entry(sequence: i64) -> LogEntry {
    LogEntry {
        epoch: 1,
        sequence,
        event_id: event_id(DateTime::UNIX_EPOCH),
        event_type: "thing.updated".to_owned(),
        key: format!("thing:{sequence}"),
        version: 1,
        correlation_id: format!("request-{sequence}"),
        actor: None,
        timestamp: DateTime::UNIX_EPOCH,
        payload: format!(r#"{{"data":{{"thing":{sequence}}}}}"#),
        traceparent: None,
    }
}
