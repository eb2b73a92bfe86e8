//! `colophon new-epoch`, before an owner serves again from a backup.

use std::path::Path;

use system_tests::{PATIENCE, Process, Program, Side, Stack};

/// Runs the command to its end; returns its code, and what it said on either output.
async fn new_epoch(service: &str, data: &Path) -> (Option<i32>, String, String) {
    let folder = tempfile::tempdir().unwrap();
    let data = data.display().to_string();
    let arguments = ["new-epoch", "--service", service, "--data-dir", &data];
    let mut process = Process::start(Program::Colophon, folder.path(), &arguments, &[]);
    let code = process.ended(PATIENCE).await;
    (code, process.stdout(), process.stderr())
}

#[tokio::test]
async fn a_new_epoch_is_told_in_one_line_and_refused_while_the_service_is_at_work() {
    let mut stack = Stack::embedded().await;
    stack.create(Side::Authors, "Before the backup").await;
    let data = stack.folder().join("data");
    let (code, told, why) = new_epoch("authors", &data).await;
    assert_eq!((code, told.as_str()), (Some(1), ""));
    assert!(why.contains("a service is at work"), "{why}");
    assert_eq!(why.lines().count(), 1, "{why}");

    stack.process(Side::Authors).terminate().await;
    for service in ["authors", "books"] {
        let (code, told, why) = new_epoch(service, &data).await;
        assert_eq!(code, Some(0), "{why}");
        let beginning = format!("{service}-service: epoch 1 -> ");
        assert!(told.starts_with(&beginning), "{told}");
        assert_eq!(told.lines().count(), 1, "{told}");
    }
    stack.start_all();
    stack.ready().await;
    let id = stack.create(Side::Authors, "After it").await;
    assert!(id > 1_000_000, "{id}");
}
