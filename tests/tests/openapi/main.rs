//! Both services against their own OpenAPI documents: Schemathesis makes requests from a document,
//! right and wrong ones, and checks each answer against it.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::{env, ffi::OsString, path::Path, process::Stdio, time::Duration};

use system_tests::{Side, Stack};
use tokio::{process::Command, time::timeout};

/// A run of 2,000 examples may take an hour, and more beside other work.
const PATIENCE: Duration = Duration::from_hours(3);
const EXAMPLES: u32 = 200;

#[tokio::test]
#[ignore = "needs Schemathesis: tests/run.sh"]
async fn authors_keep_to_their_document_on_sqlite() {
    keeps_to_its_document(&Stack::embedded().await, Side::Authors).await;
}

#[tokio::test]
#[ignore = "needs Schemathesis: tests/run.sh"]
async fn books_keep_to_their_document_on_sqlite() {
    keeps_to_its_document(&Stack::embedded().await, Side::Books).await;
}

#[tokio::test]
#[ignore = "needs Schemathesis, PostgreSQL and RabbitMQ: tests/run.sh"]
async fn authors_keep_to_their_document_on_postgresql() {
    keeps_to_its_document(&Stack::servers().await, Side::Authors).await;
}

#[tokio::test]
#[ignore = "needs Schemathesis, PostgreSQL and RabbitMQ: tests/run.sh"]
async fn books_keep_to_their_document_on_postgresql() {
    keeps_to_its_document(&Stack::servers().await, Side::Books).await;
}

async fn keeps_to_its_document(stack: &Stack, side: Side) {
    let program = env::var_os("SCHEMATHESIS");
    let program = program.unwrap_or_else(|| panic!("SCHEMATHESIS is not set: tests/run.sh"));
    let settings = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi/schemathesis.toml");
    // Something to find, on both sides.
    for number in 1..=3 {
        for side in Side::BOTH {
            stack.create(side, &format!("Record {number}")).await;
        }
    }
    let address = format!("http://127.0.0.1:{}", stack.client(side).port());
    let run = Command::new(program)
        .arg("--config-file")
        .arg(settings)
        .args(["run", &format!("{address}/openapi.json")])
        .arg("--max-examples")
        .arg(examples())
        .current_dir(stack.folder())
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output();
    let run = timeout(PATIENCE, run).await.unwrap().unwrap();
    let report = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success(), "{report}");
    // Nothing that was asked may have ended the program that was asked.
    assert_eq!(stack.client(side).status("/health/ready").await, 200);
}

fn examples() -> OsString {
    env::var_os("OPENAPI_EXAMPLES").unwrap_or_else(|| EXAMPLES.to_string().into())
}
