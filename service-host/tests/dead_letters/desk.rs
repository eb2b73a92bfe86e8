//! An operator's desk at a service that has nothing but parked messages, in memory.

use std::sync::{Arc, Mutex};

use actix_web::{
    http::{Method, StatusCode, header::HeaderMap},
    test::{self, TestRequest},
    web::Data,
};
use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use replication::{
    StoreError, Wakeup,
    inbox::{Ledger, Position},
    memory::Journal,
    parked::{Chosen, Listed, ParkedCounts, ParkedMessage, ParkedMessages, message_id},
};
use serde_json::Value;
use service_host::dead_letters::{KeepsDeadLetters, configure};
use service_kit::{
    clock::ManualClock,
    health::Startup,
    http::{AppDefaults, app},
};
use shared_events::control::Unapplied;
use uuid::Uuid;

/// Seconds after noon; the service's clock stands at 100.
pub(crate) fn at(seconds: i64) -> DateTime<Utc> {
    let noon: DateTime<Utc> = "2026-11-20T12:00:00Z".parse().unwrap();
    noon + TimeDelta::seconds(seconds)
}

pub(crate) fn with_body(body: &[u8]) -> ParkedMessage {
    ParkedMessage {
        id: message_id(body),
        position: Some(Position {
            producer: "things-service".to_owned(),
            epoch: 1,
            sequence: 7,
        }),
        event_id: Some(Uuid::from_u128(7)),
        event_type: Some("thing.updated".to_owned()),
        body: Bytes::copy_from_slice(body),
        reason: "it breaks a rule".to_owned(),
        attempts: 4,
        first_failed_at: at(0),
        last_failed_at: at(31),
        next_attempt_at: None,
    }
}

pub(crate) fn dead(body: &str) -> ParkedMessage {
    with_body(body.as_bytes())
}

/// To be tried again by itself, later than now.
pub(crate) fn parked(body: &str) -> ParkedMessage {
    ParkedMessage {
        attempts: 3,
        next_attempt_at: Some(at(125)),
        ..dead(body)
    }
}

#[derive(Clone, Default)]
pub(crate) struct Desk {
    state: Arc<Mutex<State>>,
    redriven: Wakeup,
}

#[derive(Default)]
struct State {
    journal: Journal,
    is_away: bool,
}

pub(crate) struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Desk {
    pub(crate) fn new(messages: impl IntoIterator<Item = ParkedMessage>) -> Self {
        let desk = Self::default();
        desk.state.lock().unwrap().journal.write(&Ledger {
            park: messages.into_iter().collect(),
            ..Ledger::default()
        });
        desk
    }

    pub(crate) fn go_away(&self) {
        self.state.lock().unwrap().is_away = true;
    }

    pub(crate) fn held(&self, id: Uuid) -> Option<ParkedMessage> {
        self.state.lock().unwrap().journal.parked(id)
    }

    pub(crate) async fn get(&self, uri: &str) -> Answer {
        self.ask(Method::GET, uri).await
    }

    pub(crate) async fn ask(&self, method: Method, uri: &str) -> Answer {
        let startup = Startup::default();
        startup.is_ready(self.clone());
        let defaults = AppDefaults::new(Arc::new(ManualClock::new(at(100))), []);
        let app = app(&defaults)
            .app_data(Data::new(startup))
            .configure(configure::<Self>);
        let app = test::init_service(app).await;
        let request = TestRequest::with_uri(uri).method(method).to_request();
        let response = test::try_call_service(&app, request).await.unwrap();
        Answer {
            status: response.status(),
            headers: response.headers().clone(),
            body: test::read_body(response).await,
        }
    }

    fn journal<T>(&self, work: impl FnOnce(&mut Journal) -> T) -> Result<T, StoreError> {
        let mut state = self.state.lock().unwrap();
        match state.is_away {
            true => Err(StoreError::Unavailable("connection refused".to_owned())),
            false => Ok(work(&mut state.journal)),
        }
    }
}

impl Answer {
    pub(crate) fn expect(self, status: u16) -> Self {
        let body = String::from_utf8_lossy(&self.body);
        assert_eq!(self.status.as_u16(), status, "{body}");
        self
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The address of the next page.
    pub(crate) fn next(&self) -> Option<String> {
        let link = self.headers.get("link")?.to_str().unwrap();
        let address = link.strip_prefix('<')?.strip_suffix(">; rel=\"next\"");
        Some(address.unwrap().to_owned())
    }
}

impl KeepsDeadLetters for Desk {
    fn parked(&self) -> &dyn ParkedMessages {
        self
    }

    fn now(&self) -> DateTime<Utc> {
        at(100)
    }
}

#[async_trait]
impl ParkedMessages for Desk {
    async fn due(&self, now: DateTime<Utc>, limit: u32) -> Result<Vec<ParkedMessage>, StoreError> {
        self.journal(|journal| journal.due(now, limit))
    }

    async fn next_due(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        self.journal(|journal| journal.next_due())
    }

    async fn counts(&self) -> Result<ParkedCounts, StoreError> {
        self.journal(|journal| journal.parked_counts())
    }

    async fn list(
        &self,
        listed: Listed,
        after: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<ParkedMessage>, StoreError> {
        self.journal(|journal| journal.list(listed, after, limit))
    }

    async fn get(&self, id: Uuid) -> Result<Option<ParkedMessage>, StoreError> {
        self.journal(|journal| journal.parked(id))
    }

    async fn unapplied(
        &self,
        producer: &str,
        epoch: i64,
        limit: u32,
    ) -> Result<Vec<Unapplied>, StoreError> {
        self.journal(|journal| journal.unapplied(producer, epoch, limit))
    }

    async fn redrive(&self, chosen: Chosen, now: DateTime<Utc>) -> Result<u64, StoreError> {
        self.journal(|journal| journal.redrive(chosen, now))
    }

    async fn purge(&self, chosen: Chosen) -> Result<u64, StoreError> {
        self.journal(|journal| journal.purge(chosen))
    }

    fn redriven(&self) -> &Wakeup {
        &self.redriven
    }
}
