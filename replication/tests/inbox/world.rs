//! One inbox with its bus and its cache, and what happened to them.

use std::{future::poll_fn, sync::Arc, task::Poll, time::Duration};

use bytes::Bytes;
use chrono::{DateTime, Utc};
use event_bus::{
    BusError, EventBus, InProcessBus, InProcessOptions, Message, PublishError, Queue, QueueKind,
    Topology,
};
use replication::{
    inbox::Inbox,
    parked::{ParkedMessage, RetrySchedule, message_id},
};
use tokio::{
    sync::watch,
    task::{JoinError, JoinHandle},
    time::{Instant, timeout},
};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{
    bus::ScriptedBus,
    cache::Cache,
    messages::{Kind, decode, message},
};

/// Longer than anything here takes, in simulated time.
pub(crate) const PATIENCE: Duration = Duration::from_secs(3600);

pub(crate) const QUEUE: &str = "others.things";
const EXCHANGE: &str = "things.events";

/// What happened to bus and cache.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    Declared,
    /// So many deliveries were handed out.
    Taken(usize),
    /// The cache was asked to settle something, and next says how it went.
    Asked,
    /// These sequences are settled for good.
    Committed(Vec<i64>),
    /// So many events, one of them bad, were refused together.
    Refused(usize),
    /// The database could not be used.
    Away,
    Acknowledged,
    NotAcknowledged,
}

/// Where steps are written down.
#[derive(Clone, Default)]
pub(crate) struct Record(Arc<watch::Sender<Vec<Step>>>);

impl Record {
    pub(crate) fn note(&self, step: Step) {
        self.0.send_modify(|steps| steps.push(step));
    }
}

pub(crate) struct World {
    pub(crate) bus: ScriptedBus,
    pub(crate) cache: Cache,
    record: Record,
    started: Instant,
}

/// The time at which each world begins.
pub(crate) fn beginning() -> DateTime<Utc> {
    "2026-11-20T09:30:00.123456Z".parse().unwrap()
}

fn topology() -> Topology {
    Topology {
        exchanges: vec![EXCHANGE.to_owned()],
        queues: vec![Queue::new(QUEUE, QueueKind::Lasting).hearing_all(EXCHANGE)],
    }
}

impl World {
    pub(crate) async fn new() -> Self {
        let record = Record::default();
        let inner = InProcessBus::with_options(InProcessOptions {
            publish_deadline: PATIENCE * 100,
            ..InProcessOptions::default()
        });
        inner.declare(&topology()).await.unwrap();
        let cache = Cache::new(record.clone());
        Self {
            bus: ScriptedBus::new(inner, cache.clone(), record.clone()),
            cache,
            record,
            started: Instant::now(),
        }
    }

    /// Simulated time.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        beginning() + self.started.elapsed()
    }

    /// Publishes, and ends once everything is acknowledged. The messages are in the queue when
    /// this returns.
    pub(crate) async fn publish(&self, bodies: Vec<Bytes>) -> JoinHandle<Result<(), PublishError>> {
        let message = |body: Bytes| Message {
            id: Uuid::nil(),
            routing_key: "thing".to_owned(),
            body,
        };
        let messages: Vec<_> = bodies.into_iter().map(message).collect();
        let publisher = self.bus.publisher();
        let mut publishing = Box::pin(async move { publisher.publish(EXCHANGE, &messages).await });
        // The first poll puts everything into the queue; what is left is to wait.
        match poll_fn(|context| Poll::Ready(publishing.as_mut().poll(context))).await {
            Poll::Ready(outcome) => tokio::spawn(async move { outcome }),
            Poll::Pending => tokio::spawn(publishing),
        }
    }

    /// Publishes messages 1, 2, 3… of these kinds.
    pub(crate) async fn publish_kinds(
        &self,
        kinds: &[Kind],
    ) -> JoinHandle<Result<(), PublishError>> {
        let bodies = (1..).zip(kinds).map(|(at, kind)| message(at, *kind));
        self.publish(bodies.collect()).await
    }

    pub(crate) fn inbox(&self) -> Running {
        let (started, stop) = (self.started, CancellationToken::new());
        let inbox = Inbox::new(
            QUEUE,
            topology(),
            Arc::new(self.bus.clone()),
            decode,
            Arc::new(self.cache.clone()),
            Arc::new(self.cache.clone()),
            Arc::new(move || beginning() + started.elapsed()),
            RetrySchedule::default(),
        );
        let hard = CancellationToken::new();
        Running {
            task: tokio::spawn(inbox.run(stop.clone(), hard.clone())),
            stop,
            hard,
        }
    }

    pub(crate) fn steps(&self) -> Vec<Step> {
        self.record.0.borrow().clone()
    }

    pub(crate) fn count(&self, wanted: &Step) -> usize {
        self.steps().iter().filter(|step| *step == wanted).count()
    }

    /// Waits, without moving the clock by itself, until so much has happened.
    pub(crate) async fn until(&self, mut enough: impl FnMut(&[Step]) -> bool) {
        let mut steps = self.record.0.subscribe();
        let outcome = timeout(PATIENCE, steps.wait_for(|steps| enough(steps))).await;
        assert!(outcome.is_ok(), "it only came to {:?}", self.steps());
    }

    pub(crate) async fn until_acknowledged(
        &self,
        publishing: JoinHandle<Result<(), PublishError>>,
    ) {
        let outcome = timeout(PATIENCE, publishing).await;
        assert!(outcome.is_ok(), "it only came to {:?}", self.steps());
        assert_eq!(outcome.unwrap().unwrap(), Ok(()));
        assert_eq!(self.bus.inner.depth(QUEUE), Some(0));
    }

    /// The parked message with these bytes, looked for among those that are due some day.
    pub(crate) fn parked(&self, body: &Bytes) -> Option<ParkedMessage> {
        let far_future = beginning() + Duration::from_secs(1_000_000);
        let due = self.cache.state().journal.due(far_future, u32::MAX);
        due.into_iter().find(|parked| parked.id == message_id(body))
    }

    pub(crate) fn applied(&self) -> Vec<(i64, u32)> {
        let state = self.cache.state();
        state
            .applied
            .iter()
            .map(|(at, times)| (*at, *times))
            .collect()
    }

    /// Everything through here is settled, and nothing above.
    pub(crate) fn settled_through(&self) -> i64 {
        let checkpoints = self.cache.state().journal.checkpoints();
        let held = checkpoints.get(&(crate::messages::PRODUCER.to_owned(), 1));
        held.map_or(0, |held| {
            assert!(held.gaps().is_empty(), "gaps {:?}", held.gaps());
            held.through()
        })
    }
}

/// An inbox at work.
pub(crate) struct Running {
    pub(crate) stop: CancellationToken,
    pub(crate) hard: CancellationToken,
    task: JoinHandle<Result<(), BusError>>,
}

impl Running {
    pub(crate) async fn ended(self) -> Result<(), BusError> {
        self.joined().await.unwrap()
    }

    pub(crate) async fn joined(self) -> Result<Result<(), BusError>, JoinError> {
        timeout(PATIENCE, self.task).await.unwrap()
    }
}
