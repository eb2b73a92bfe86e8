//! One line in the log for each request.

use std::io;
use std::sync::{Arc, Mutex};

use tracing::Level;
use tracing_subscriber::fmt::MakeWriter;

use crate::sample::{ask, get};

#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl io::Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Captured {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// What is logged at `info` while this path is asked for.
async fn logged(uri: &str) -> Vec<serde_json::Value> {
    let captured = Captured::default();
    let subscriber = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_max_level(Level::INFO)
        .with_writer(captured.clone())
        .finish();
    {
        let _default = tracing::subscriber::set_default(subscriber);
        ask(get(uri).insert_header(("X-Correlation-ID", "mine"))).await;
    }
    let text = String::from_utf8(captured.0.lock().unwrap().clone()).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[actix_web::test]
async fn a_request_is_one_line_with_id_status_and_duration() {
    let lines = logged("/things?name=private").await;
    assert_eq!(lines.len(), 1, "{lines:?}");
    let line = &lines[0];
    assert_eq!(line["status"], 200);
    assert!(line["duration_ms"].as_f64().unwrap() > 0.0);
    assert_eq!(line["span"]["correlation_id"], "mine");
    assert_eq!(line["span"]["method"], "GET");
    assert_eq!(line["span"]["path"], "/things");
    assert!(!line.to_string().contains("private"));
}

#[actix_web::test]
async fn the_source_of_an_internal_error_is_logged_with_the_id() {
    let lines = logged("/broken").await;
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert_eq!(lines[0]["error"], "password=s3cret");
    assert_eq!(lines[0]["span"]["correlation_id"], "mine");
    assert_eq!(lines[1]["status"], 500);
}

#[actix_web::test]
async fn probes_are_not_logged_at_info() {
    assert_eq!(logged("/health").await.len(), 0);
}
