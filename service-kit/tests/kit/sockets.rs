//! The real server: what only shows on the wire.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use actix_web::web::{self, ServiceConfig};
use service_kit::config::StartError;
use service_kit::http_server::{BoundServer, ServerOptions, bind};
use service_kit::lifecycle::{Lifecycle, Stopped};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::time::timeout;

use crate::sample::{ORIGIN, defaults, routes};

/// Longer than anything here takes; shorter than a server's own time-outs.
const SOON: Duration = Duration::from_secs(4);

struct Running {
    address: SocketAddr,
    lifecycle: Lifecycle,
}

fn options(port: u16) -> ServerOptions {
    ServerOptions {
        host: IpAddr::V4(Ipv4Addr::LOCALHOST),
        port,
        port_setting: "SERVICE_PORT",
        workers: NonZeroUsize::new(1),
    }
}

fn start(more: impl Fn(&mut ServiceConfig) + Clone + Send + 'static) -> Running {
    let lifecycle = Lifecycle::new();
    let server = bind(&options(0), defaults(), &lifecycle, move |config| {
        routes(config);
        more(config);
    })
    .unwrap();
    let address = server.address();
    lifecycle.spawn("http", async move { server.run().await.unwrap() });
    Running { address, lifecycle }
}

impl Running {
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Sends these bytes, and reads until the server closes.
    async fn exchange(&self, request: &[u8]) -> String {
        let mut stream = self.connect().await;
        // The server may have answered and closed before it has all; what it said still counts.
        let _sent = stream.write_all(request).await;
        read_all(&mut stream).await
    }

    async fn stop(self) {
        let stopped = timeout(SOON, self.lifecycle.stop(SOON)).await.unwrap();
        assert_eq!(stopped, Stopped::Clean);
    }
}

async fn read_all(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    let _closed = timeout(SOON, stream.read_to_end(&mut answer))
        .await
        .unwrap();
    String::from_utf8(answer).unwrap()
}

fn request(line: &str, more: &str) -> Vec<u8> {
    format!("{line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{more}\r\n").into_bytes()
}

#[actix_web::test]
async fn a_handler_that_panics_is_answered_and_the_server_lives_on() {
    let running = start(|_| {});
    let headers = format!("X-Correlation-ID: mine\r\nOrigin: {ORIGIN}\r\n");
    for _ in 0..3 {
        let answer = running.exchange(&request("GET /panic", &headers)).await;
        assert!(answer.starts_with("HTTP/1.1 500 "), "{answer}");
        assert!(
            answer.contains("content-type: application/problem+json\r\n"),
            "{answer}"
        );
        assert!(answer.contains("x-correlation-id: mine\r\n"), "{answer}");
        assert!(
            answer.contains("x-content-type-options: nosniff\r\n"),
            "{answer}"
        );
        assert!(answer.contains(&format!("access-control-allow-origin: {ORIGIN}\r\n")));
        assert!(
            answer.contains(r#""instance":"/panic","correlation_id":"mine""#),
            "{answer}"
        );
        assert!(!answer.contains("unwrap"), "{answer}");
    }
    running.stop().await;
}

#[actix_web::test]
async fn head_is_the_get_without_its_body() {
    let running = start(|_| {});
    let get = running.exchange(&request("GET /things/1", "")).await;
    let head = running.exchange(&request("HEAD /things/1", "")).await;
    let (get_head, body) = get.split_once("\r\n\r\n").unwrap();
    assert_eq!(body, r#"{"id":1}"#);
    let comparable = |head: &str| {
        let mut lines: Vec<_> = head
            .lines()
            .filter(|line| !line.starts_with("x-correlation-id") && !line.starts_with("date"))
            .map(str::to_owned)
            .collect();
        lines.sort();
        lines
    };
    assert_eq!(
        comparable(head.strip_suffix("\r\n\r\n").unwrap()),
        comparable(get_head)
    );
    running.stop().await;
}

#[actix_web::test]
async fn head_leaves_the_connection_in_step() {
    let running = start(|_| {});
    let mut both = b"HEAD /nowhere HTTP/1.1\r\nHost: x\r\n\r\n".to_vec();
    both.extend(request("GET /whoami", "X-Correlation-ID: second\r\n"));
    let answers = running.exchange(&both).await;
    assert!(answers.starts_with("HTTP/1.1 404 "), "{answers}");
    assert!(answers.ends_with("\r\n\r\nsecond"), "{answers}");
    running.stop().await;
}

#[actix_web::test]
async fn a_body_far_too_large_is_answered_before_the_connection_ends() {
    let running = start(|_| {});
    let head = "Content-Type: application/json\r\n";
    let announced = format!("{head}Content-Length: 3000000\r\n");
    let mut bytes = request("POST /things", &announced);
    bytes.resize(bytes.len() + 3_000_000, b' ');
    let answer = running.exchange(&bytes).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");

    let chunked = format!("{head}Transfer-Encoding: chunked\r\n");
    let mut bytes = request("POST /things", &chunked);
    for _ in 0..48 {
        bytes.extend(b"10000\r\n");
        bytes.resize(bytes.len() + 0x1_0000, b' ');
        bytes.extend(b"\r\n");
    }
    bytes.extend(b"0\r\n\r\n");
    let answer = running.exchange(&bytes).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    assert!(answer.contains("/problems/content-too-large"), "{answer}");
    running.stop().await;
}

#[actix_web::test]
async fn a_body_that_breaks_off_does_no_harm() {
    let running = start(|_| {});
    let head = "Content-Type: application/json\r\nContent-Length: 100\r\n";
    let mut stream = running.connect().await;
    stream
        .write_all(&request("POST /things", head))
        .await
        .unwrap();
    stream.write_all(b"{\"name\":").await.unwrap();
    stream.shutdown().await.unwrap();
    let answer = read_all(&mut stream).await;
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 400 "),
        "{answer}"
    );
    let answer = running.exchange(&request("GET /things", "")).await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    running.stop().await;
}

#[actix_web::test]
async fn garbage_is_answered_with_an_error() {
    let running = start(|_| {});
    let long = format!("X-Long: {}\r\n", "x".repeat(200_000));
    for garbage in [
        b"\x16\x03\x01\x02\x00\x01\r\n\r\n".to_vec(),
        b"GET\r\n\r\n".to_vec(),
        request("GET /things", "Content-Length: -1\r\n"),
        request(
            "GET /things",
            "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n",
        ),
        request("GET /things", &long),
    ] {
        let answer = running.exchange(&garbage).await;
        assert!(answer.starts_with("HTTP/1.1 4"), "{answer:?}");
    }
    running.stop().await;
}

#[derive(Default)]
struct Gate {
    entered: Notify,
    open: Notify,
}

#[actix_web::test]
async fn a_soft_stop_finishes_what_is_under_way_and_drops_idle_connections() {
    let gate = Arc::new(Gate::default());
    let shared = web::Data::from(Arc::clone(&gate));
    let running = start(move |config| {
        let wait = async |gate: web::Data<Gate>| {
            gate.entered.notify_one();
            gate.open.notified().await;
            "done"
        };
        config
            .app_data(shared.clone())
            .service(web::resource("/gate").route(web::get().to(wait)));
    });
    let mut idle = running.connect().await;
    idle.write_all(b"GET /things HTTP/1.1\r\nHost: x\r\n\r\n")
        .await
        .unwrap();
    let mut first = [0; 15];
    idle.read_exact(&mut first).await.unwrap();

    let mut busy = running.connect().await;
    busy.write_all(b"GET /gate HTTP/1.1\r\nHost: x\r\n\r\n")
        .await
        .unwrap();
    timeout(SOON, gate.entered.notified()).await.unwrap();
    running.lifecycle.soft().cancel();
    gate.open.notify_one();
    assert!(read_all(&mut busy).await.ends_with("done"));
    let address = running.address;
    running.stop().await;
    assert!(TcpStream::connect(address).await.is_err());
}

#[actix_web::test]
async fn a_hard_stop_does_not_wait() {
    let running = start(|config| {
        let never = async || std::future::pending::<&str>().await;
        config.service(web::resource("/never").route(web::get().to(never)));
    });
    let mut busy = running.connect().await;
    busy.write_all(b"GET /never HTTP/1.1\r\nHost: x\r\n\r\n")
        .await
        .unwrap();
    running.lifecycle.hard().cancel();
    let stopped = timeout(SOON, running.lifecycle.stop(Duration::from_secs(60))).await;
    assert!(stopped.is_ok());
}

#[actix_web::test]
async fn a_port_in_use_is_one_line_that_names_the_setting() {
    let lifecycle = Lifecycle::new();
    let bind_to = |port| -> Result<BoundServer, StartError> {
        bind(&options(port), defaults(), &lifecycle, routes)
    };
    let first = bind_to(0).unwrap();
    let port = first.address().port();
    let error = bind_to(port).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("SERVICE_PORT: 127.0.0.1:{port} is already in use; set another port")
    );
}
