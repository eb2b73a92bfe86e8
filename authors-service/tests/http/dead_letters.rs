//! `/dead-letters` is there; what it does in detail is tested where it is made.

use replication::parked::{ParkedMessage, message_id};
use serde_json::json;

use crate::{
    requests::{delete, get, post},
    service::{NOW, Service},
};

/// A message of the books' exchange that could not be applied.
pub(crate) fn dead_letter() -> ParkedMessage {
    let body = br#"{"event_type":"book.renamed"}"#;
    ParkedMessage {
        id: message_id(body),
        position: None,
        event_id: None,
        event_type: Some("book.renamed".to_owned()),
        body: body.as_slice().into(),
        reason: "unknown event type `book.renamed`".to_owned(),
        attempts: 4,
        first_failed_at: NOW.parse().unwrap(),
        last_failed_at: NOW.parse().unwrap(),
        next_attempt_at: None,
    }
}

#[tokio::test]
async fn a_dead_letter_is_listed_shown_redriven_and_purged() {
    let service = Service::new().await;
    assert_eq!(service.get("/dead-letters").await.json(), json!([]));
    service.give_up(dead_letter()).await;
    let listed = service.get("/dead-letters").await.expect(200).json();
    assert_eq!(listed[0]["event_type"], "book.renamed");
    let uri = format!("/dead-letters/{}", dead_letter().id);
    let shown = service.ask(get(&uri)).await.expect(200).json();
    assert_eq!(shown["payload"], json!({ "event_type": "book.renamed" }));
    assert_eq!(service.get("/sync").await.json()["dead"], 1);

    let request = post(&format!("{uri}/redrive"), &json!({}));
    let redriven = service.ask(request).await.expect(202).json();
    assert_eq!(redriven, json!({ "redriven": 1 }));
    assert_eq!(service.get("/sync").await.json()["parked"], 1);
    service.ask(delete(&uri)).await.expect(204);
    assert_eq!(service.get("/sync").await.json()["parked"], 0);
    service.ask(get(&uri)).await.expect(404);
}
