//! The service under test: the real application on a store in memory and a clock that stands.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    time::Duration,
};

use actix_web::{
    test::{self, TestRequest},
    web::ServiceConfig,
};
use async_trait::async_trait;
use authors_service::{
    adapters::{
        http::{Api, routes},
        persistence::{LoggedAuthors, MemoryStore},
    },
    application::{apply_events::ApplyEvents, commands::Commands, queries::Queries},
};
use chrono::TimeDelta;
use replication::{
    Wakeup,
    inbox::{Incoming, Ledger, Position, Settle},
    log::{EventLog, LogEntry},
    parked::ParkedMessage,
    receipts::{Consumers, Receipts},
    repair::RepairStatus,
};
use service_kit::{
    clock::{Clock, ManualClock},
    health::{Health, Probe, Startup},
    http::{AppDefaults, app},
};
use shared_events::{Event, Producer, RecordVersion, control::CheckpointReport};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{answer::Answer, documented::Document, others::Others};

/// The present moment of every test.
pub(crate) const NOW: &str = "2026-11-20T09:30:00.123456Z";

pub(crate) struct Service {
    pub(crate) ground: Arc<Ground>,
    pub(crate) startup: Arc<Startup<Api>>,
    pub(crate) stopping: CancellationToken,
    /// Those that consume this service's log, as far as they have told.
    consumers: Consumers,
    pub(crate) others: Arc<Others>,
    store: Arc<MemoryStore>,
    apply: ApplyEvents,
    heard: AtomicI64,
    clock: Arc<ManualClock>,
    document: Option<Document>,
    if_match_required: bool,
    api: Api,
    routes: Box<dyn Fn(&mut ServiceConfig)>,
}

/// What the service stands on, which may break.
#[derive(Default)]
pub(crate) struct Ground {
    pub(crate) database_is_away: AtomicBool,
    pub(crate) broker_is_away: AtomicBool,
}

#[async_trait]
impl Probe for Ground {
    async fn database(&self) -> Result<(), String> {
        match self.database_is_away.load(Ordering::SeqCst) {
            true => Err("connection refused".to_owned()),
            false => Ok(()),
        }
    }

    fn broker_connected(&self) -> bool {
        !self.broker_is_away.load(Ordering::SeqCst)
    }
}

impl Service {
    /// Ready for requests.
    pub(crate) async fn new() -> Self {
        let service = Self::starting().await;
        service.startup.is_ready(service.api.clone());
        service
    }

    /// Not ready yet.
    pub(crate) async fn starting() -> Self {
        let store = Arc::new(MemoryStore::default());
        let clock = Arc::new(ManualClock::new(NOW.parse().unwrap()));
        let cache_changed = Wakeup::default();
        let stopping = CancellationToken::new();
        let others = Arc::new(Others::on(store.clone()));
        let commands = Commands::new(
            others.clone(),
            clock.clone(),
            cache_changed.clone(),
            stopping.clone(),
        );
        let consumers = Consumers::new(Duration::from_secs(5));
        let queries = Queries {
            authors: store.clone(),
            cache: store.clone(),
            log: store.clone(),
            history: store.clone(),
            past: Arc::new(LoggedAuthors::new(store.clone())),
            checkpoints: store.clone(),
            parked: store.clone(),
            answers: store.clone(),
            records: store.clone(),
            receipts: Receipts::new(store.clone(), consumers.clone(), stopping.clone()),
            repair: RepairStatus::default(),
        };
        let (ground, startup) = (Arc::<Ground>::default(), Arc::<Startup<Api>>::default());
        let name = Producer::Authors.name();
        let health = Health::new(name, startup.clone(), ground.clone());
        let mut service = Self {
            routes: Box::new(routes(startup.clone(), health).unwrap()),
            ground,
            startup,
            stopping,
            consumers,
            others,
            apply: ApplyEvents::new(store.clone(), cache_changed),
            heard: AtomicI64::new(0),
            store,
            api: Api::new(commands, queries, clock.clone(), 1),
            clock,
            document: None,
            if_match_required: false,
        };
        let answer = service.ask(TestRequest::get().uri("/openapi.json")).await;
        service.document = Some(Document::new(answer.json()));
        service
    }

    pub(crate) fn require_if_match(&mut self) {
        self.if_match_required = true;
    }

    pub(crate) fn let_pass(&self, time: TimeDelta) {
        self.clock.advance(time);
    }

    /// A consumer of its log tells how far it is.
    pub(crate) fn hear_report(&self, report: CheckpointReport) {
        self.consumers.hear(report, self.clock.now());
    }

    pub(crate) fn become_ready(&self) {
        self.startup.is_ready(self.api.clone());
    }

    pub(crate) fn document(&self) -> &Document {
        self.document.as_ref().unwrap()
    }

    /// Sends a request. The answer is as the API promises of every answer, whatever it is.
    pub(crate) async fn ask(&self, request: TestRequest) -> Answer {
        let request = request.to_request();
        let (method, path) = (request.method().clone(), request.path().to_owned());
        let defaults = AppDefaults::new(self.clock.clone(), [])
            .requiring_if_match(self.if_match_required)
            .with_actor_header("X-Forwarded-User".parse().unwrap());
        let app = app(&defaults).configure(|config| (self.routes)(config));
        let app = test::init_service(app).await;
        let response = test::try_call_service(&app, request).await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = test::read_body(response).await;
        let answer = Answer::new(method, path, status, headers, body.to_vec());
        answer.check();
        if let Some(document) = &self.document {
            document.check(&answer);
        }
        answer
    }

    /// Hears from the other side.
    pub(crate) async fn hear(&self, version: i64, event: Event) {
        let sequence = self.heard.fetch_add(1, Ordering::SeqCst) + 1;
        let incoming = Incoming {
            position: Position {
                producer: Producer::Books.name().to_owned(),
                epoch: 1,
                sequence,
            },
            event_id: Uuid::nil(),
            event_type: event.kind().as_str().to_owned(),
            correlation_id: "on the other side".to_owned(),
            version: RecordVersion { epoch: 1, version },
            event: Some(event),
        };
        let ledger = Ledger {
            settled: vec![incoming.position.clone()],
            ..Ledger::default()
        };
        self.apply.settle(&[&incoming], &ledger).await.unwrap();
    }

    /// Gives a message up that it could not apply.
    pub(crate) async fn give_up(&self, message: ParkedMessage) {
        let ledger = Ledger {
            park: vec![message],
            ..Ledger::default()
        };
        self.apply.settle(&[], &ledger).await.unwrap();
    }

    /// Every event so far.
    pub(crate) async fn log(&self) -> Vec<LogEntry> {
        self.store.read_after(0, 100_000).await.unwrap()
    }
}
