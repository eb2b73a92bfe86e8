//! The lending desk's copy ends equal to the books' owner, whatever happens on the way.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use chrono::DateTime;
use downstream_example::Lending;
use event_bus::{
    EventBus, Message,
    conformance::consumer::{Change, ConsumerHarness, Held},
    consumer_conformance_tests,
};
use serde_json::value::to_raw_value;
use shared_events::{BookId, BookState, Envelope, EventType, Producer, SCHEMA_VERSION};
use tokio::task::JoinHandle;
use uuid::Uuid;

struct Desk {
    lending: Lending,
    following: Option<JoinHandle<()>>,
}

#[async_trait]
impl ConsumerHarness for Desk {
    async fn empty() -> Self {
        Self {
            lending: Lending::default(),
            following: None,
        }
    }

    fn message(&self, change: &Change) -> Message {
        let event_type = match (&change.text, change.version) {
            (None, _) => EventType::BookDeleted,
            (Some(_), 1) => EventType::BookCreated,
            (Some(_), _) => EventType::BookUpdated,
        };
        event(event_type.as_str(), change)
    }

    fn unreadable(&self) -> Vec<Message> {
        let change = Change {
            key: 1,
            epoch: 1,
            version: 1,
            sequence: 1,
            text: None,
        };
        let of_a_later_release = event("book.lent", &change);
        vec![of_a_later_release]
    }

    async fn start(&mut self, bus: Arc<dyn EventBus>, queue: &str) {
        let (lending, queue) = (self.lending.clone(), queue.to_owned());
        let following = tokio::spawn(async move { lending.follow(bus, &queue).await });
        self.following = Some(following);
    }

    async fn stop(&mut self) {
        // The desk has no other way to stop, and needs none.
        self.crash().await;
    }

    async fn crash(&mut self) {
        if let Some(following) = self.following.take() {
            following.abort();
            drop(following.await);
        }
    }

    async fn held(&self) -> BTreeMap<i64, Held> {
        let books = self.lending.books().into_iter();
        books
            .map(|(id, book)| {
                let held = Held {
                    epoch: book.version.epoch,
                    version: book.version.version,
                    text: book.title,
                };
                (id.get(), held)
            })
            .collect()
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        if let Some(following) = &self.following {
            following.abort();
        }
    }
}

consumer_conformance_tests!(Desk);

/// An event of the books' owner about the book that `change` is about.
fn event(event_type: &str, change: &Change) -> Message {
    let book = BookState {
        book_id: BookId::try_from(change.key).unwrap(),
        title: change
            .text
            .clone()
            .unwrap_or_else(|| "as it was".to_owned()),
        subtitle: None,
        isbn: None,
        publication_year: None,
        language: None,
        publisher: None,
        page_count: None,
        description: None,
        subjects: Vec::new(),
        identifiers: BTreeMap::new(),
        created_at: DateTime::UNIX_EPOCH,
        updated_at: DateTime::UNIX_EPOCH,
    };
    let id = Uuid::from_u128(change.sequence.try_into().unwrap());
    let envelope = Envelope {
        event_type: event_type.to_owned(),
        event_id: id,
        timestamp: DateTime::UNIX_EPOCH,
        correlation_id: "test".to_owned(),
        schema_version: SCHEMA_VERSION,
        producer: Producer::Books.to_string(),
        epoch: change.epoch,
        sequence: change.sequence,
        version: change.version,
        actor: None,
        data: &to_raw_value(&book).unwrap(),
        previous: None,
    };
    Message {
        id,
        routing_key: event_type.to_owned(),
        body: envelope.encode().unwrap().into(),
    }
}
