//! A request's id is found wherever its effects are.

use reqwest::Method;
use serde_json::Value;
use system_tests::{PATIENCE, Side, Stack, eventually};

#[tokio::test]
async fn the_id_of_a_request_is_found_in_the_log_with_its_event() {
    let mut stack = Stack::embedded().await;
    for side in Side::BOTH {
        is_found(&mut stack, side).await;
    }
}

#[tokio::test]
#[ignore = "needs PostgreSQL and RabbitMQ: tests/run.sh"]
async fn the_id_of_a_request_is_found_in_the_log_of_the_other_service() {
    let mut stack = Stack::servers().await;
    for side in Side::BOTH {
        is_found(&mut stack, side).await;
    }
}

async fn is_found(stack: &mut Stack, side: Side) {
    let id = format!("request-to-{side:?}-0815");
    let (record, headers) = (side.record("Traced"), [("X-Correlation-ID", id.as_str())]);
    let client = stack.client(side).clone();
    let answer = client
        .send(Method::POST, side.records(), &headers, &record)
        .await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    assert_eq!(answer.header("x-correlation-id"), id);

    for (place, message) in [
        (side, "request answered"),
        (side, "event published"),
        (side.other(), "event settled"),
    ] {
        let process = stack.process(place);
        let what = format!("{message:?} with {id} in the log of {place:?}");
        let line = eventually(PATIENCE, &what, async || {
            let found = |line: &Value| line["message"] == message && line["correlation_id"] == id;
            process.log().into_iter().find(found)
        })
        .await;
        if message != "request answered" {
            assert!(line["event_id"].is_string(), "{line}");
        }
        if message != "event published" {
            assert!(line["duration_ms"].is_number(), "{line}");
        }
    }
}
