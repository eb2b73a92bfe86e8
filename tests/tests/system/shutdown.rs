//! SIGTERM: requests under way are finished, what was acknowledged is relayed, and the program ends
//! well within ten seconds.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;
use system_tests::{PATIENCE, Side, Stack, compare_everything, eventually};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::Notify,
};

use crate::traffic::write_until_unanswered;

const LONGEST_STOP: Duration = Duration::from_secs(10);

#[tokio::test]
async fn colophon_stops_under_load_without_losing_an_acknowledged_write() {
    let mut stack = Stack::embedded().await;
    stops_under_load(&mut stack).await;
    // The bus within the process hands events over before it is done with them.
    compare_everything(&stack).await;
    stack.start_all();
    stack.ready().await;
    stack.settled().await;
    compare_everything(&stack).await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL and RabbitMQ: tests/run.sh"]
async fn a_service_stops_under_load_without_losing_an_acknowledged_write() {
    let mut stack = Stack::servers().await;
    stops_under_load(&mut stack).await;
    stack.start(Side::Authors);
    stack.ready().await;
    stack.settled().await;
    compare_everything(&stack).await;
}

/// Stops what serves the authors while writers write and one request waits.
async fn stops_under_load(stack: &mut Stack) {
    let author = stack.create(Side::Authors, "Somebody").await;
    let loaded = Notify::new();
    let mut process = stack.take_process(Side::Authors);

    let load = write_until_unanswered(stack, Side::Authors, |acknowledged| {
        if acknowledged == 100 {
            loaded.notify_one();
        }
    });
    let wait = async {
        let body = json!({"book_ids": [999_999]});
        let path = Side::Authors.links_of(author);
        let client = stack.client(Side::Authors);
        client
            .send(Method::POST, &path, &[("Prefer", "wait=30")], &body)
            .await
    };
    let stop = async {
        loaded.notified().await;
        process.terminate().await
    };
    let (acknowledged, waited, stopped) = tokio::join!(load, wait, stop);

    assert_eq!(stopped.code, Some(0), "{}", process.stderr());
    assert!(stopped.took < LONGEST_STOP, "{stopped:?}");
    assert_eq!(waited.status, 404, "{}", waited.body);
    assert!(waited.took < Duration::from_secs(25), "{:?}", waited.took);
    let (last, published) = (
        stack.last_sequence(Side::Authors).await,
        stack.published_through(Side::Authors).await,
    );
    assert_eq!(published, last, "committed and not relayed");
    let held = stack.live_ids(Side::Authors).await;
    let lost: Vec<_> = acknowledged
        .iter()
        .filter(|id| !held.contains(id))
        .collect();
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    assert!(acknowledged.len() >= 100);
}

#[tokio::test]
async fn a_request_that_has_begun_is_finished_after_sigterm() {
    let mut stack = Stack::embedded().await;
    let body = Side::Authors.record("Half a request").to_string();
    let address = stack.client(Side::Authors).base().replace("http://", "");
    let mut connection = TcpStream::connect(&address).await.unwrap();
    let head = format!(
        "POST /authors HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nExpect: 100-continue\r\n\r\n",
        body.len()
    );
    connection.write_all(head.as_bytes()).await.unwrap();
    // The service asks for the body: now the request is under way.
    let mut buffer = vec![0; 4096];
    let read = connection.read(&mut buffer).await.unwrap();
    assert!(buffer[..read].starts_with(b"HTTP/1.1 100"));

    let process = stack.process(Side::Authors);
    process.ask_to_stop();
    eventually(PATIENCE, "the program stopping", async || {
        process.has_logged("stopping").then_some(())
    })
    .await;
    connection.write_all(body.as_bytes()).await.unwrap();
    let read = connection.read(&mut buffer).await.unwrap();
    let answer = String::from_utf8_lossy(&buffer[..read]).into_owned();
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");

    assert_eq!(process.ended(LONGEST_STOP).await, Some(0));
    assert_eq!(stack.last_sequence(Side::Authors).await, 1);
    compare_everything(&stack).await;
}
