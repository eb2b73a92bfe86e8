//! The load on a server that is made for it.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    task::JoinHandle,
};

use super::{ClosedLoop, LoadError, OpenLoop, write_get};

const GOOD: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
const BAD: &str = "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 4\r\n\r\nlate";

/// Answers every request on every connection alike; its port.
async fn server(answer: &'static str) -> (u16, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let task = tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut request = [0; 1_024];
                while matches!(stream.read(&mut request).await, Ok(1..)) {
                    stream.write_all(answer.as_bytes()).await.unwrap();
                }
            });
        }
    });
    (port, task)
}

fn get(request: &mut String) {
    write_get(request, "/");
}

const CLOSED: ClosedLoop = ClosedLoop {
    connections: 4,
    warm_up: Duration::from_millis(20),
    length: Duration::from_millis(100),
};

#[tokio::test]
async fn a_closed_loop_counts_every_answer() {
    let (port, _server) = server(GOOD).await;
    let asked = std::cell::Cell::new(0);
    let count = |request: &mut String| {
        asked.set(asked.get() + 1);
        get(request);
    };
    let got = CLOSED.run(port, count).await.unwrap();
    assert_eq!(got.answers, asked.get());
    assert!(got.per_second > 0.0);
    assert!(got.per_second * CLOSED.length.as_secs_f64() <= got.answers as f64);
}

#[tokio::test]
async fn an_answer_that_is_not_2xx_ends_the_load() {
    let (port, _server) = server(BAD).await;
    let refused = CLOSED.run(port, get).await.unwrap_err();
    let LoadError::Refused { status, body, .. } = refused else {
        panic!("{refused}");
    };
    assert_eq!((status, body.as_str()), (503, "late"));
}

#[tokio::test]
async fn an_open_loop_sends_as_many_requests_as_are_due() {
    let (port, _server) = server(GOOD).await;
    let open_loop = OpenLoop {
        connections: 2,
        per_second: 1_000.0,
        warm_up: Duration::ZERO,
        length: Duration::from_millis(50),
    };
    let mut durations = open_loop.run(port, get).await.unwrap();
    assert_eq!(durations.count(), 50);
    assert!(durations.percentile(100.0).unwrap() < 10_000.0);
}

#[tokio::test]
async fn nobody_there_is_an_error() {
    let (port, server) = server(GOOD).await;
    server.abort();
    assert!(server.await.unwrap_err().is_cancelled());
    assert!(matches!(
        CLOSED.run(port, get).await,
        Err(LoadError::Connection(..))
    ));
}
