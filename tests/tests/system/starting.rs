//! Starting: soon, where it says, and safely beside another.

use std::time::{Duration, Instant};

use system_tests::{
    Client, OwnDatabase, PATIENCE, Process, Program, Side, Stack, eventually, free_port,
    own_virtual_host,
};

#[tokio::test]
#[expect(clippy::print_stderr, reason = "the figure is worth a line")]
async fn colophon_is_ready_soon_after_it_starts_and_after_it_starts_again() {
    let mut stack = Stack::embedded().await;
    let stopped = stack.process(Side::Authors).terminate().await;
    assert_eq!(stopped.code, Some(0));
    let began = Instant::now();
    stack.start_all();
    stack.ready().await;
    let took = began.elapsed();
    eprintln!("ready after {took:?}");
    // The promise is one second for a release build on an idle machine.
    assert!(took < Duration::from_secs(5), "{took:?}");
}

#[tokio::test]
async fn colophon_says_where_to_look_once_it_is_ready() {
    let folder = tempfile::tempdir().unwrap();
    let settings = [("AUTHORS_PORT", "0"), ("BOOKS_PORT", "0")];
    let mut process = Process::start(Program::Colophon, folder.path(), &[], &settings);
    let banner = eventually(PATIENCE, "where to look", async || {
        let text = process.stderr();
        text.contains("Ctrl-C").then_some(text)
    })
    .await;
    for path in ["authors", "books"] {
        let line = banner.lines().find(|line| line.contains(path)).unwrap();
        let address = line.split("http://127.0.0.1:").nth(1).unwrap();
        let port = address.trim_end_matches("/docs").parse().unwrap();
        let client = Client::new(port);
        assert_eq!(client.status("/docs").await, 200, "{line}");
        assert_eq!(client.status(&format!("/{path}")).await, 200, "{line}");
        assert_eq!(client.status("/health/ready").await, 200, "{line}");
    }
    assert!(folder.path().join("data/authors.db").is_file());
    assert!(folder.path().join("data/books.db").is_file());
    assert_eq!(process.terminate().await.code, Some(0));
}

#[tokio::test]
async fn two_migrations_of_the_same_files_at_once_both_succeed() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data").display().to_string();
    let mut both = ["one", "other"].map(|name| {
        let arguments = ["migrate", "--data-dir", &data];
        Process::start(
            Program::Colophon,
            &folder.path().join(name),
            &arguments,
            &[],
        )
    });
    for process in &mut both {
        let code = process.ended(PATIENCE).await;
        assert_eq!(code, Some(0), "{}", process.stderr());
    }
}

#[tokio::test]
#[ignore = "needs PostgreSQL and RabbitMQ: tests/run.sh"]
async fn two_processes_that_start_at_once_on_a_fresh_database_both_become_ready() {
    let (database, broker) = (
        OwnDatabase::create("shared").await,
        own_virtual_host().await,
    );
    let folder = tempfile::tempdir().unwrap();
    let both = ["one", "other"].map(|name| {
        let port = free_port();
        let settings = [
            ("DATABASE_URL", database.url().as_str()),
            ("BROKER_URL", &broker),
            ("SERVICE_PORT", &port.to_string()),
        ];
        let folder = folder.path().join(name);
        let process = Process::start(Program::AuthorsService, &folder, &[], &settings);
        (process, Client::new(port))
    });
    for (_, client) in &both {
        eventually(PATIENCE, "both ready", async || {
            (client.status("/health/ready").await == 200).then_some(())
        })
        .await;
    }
    let mut ids = Vec::new();
    for (_, client) in &both {
        let created = client
            .post("/authors", &Side::Authors.record("Shared"))
            .await;
        ids.push(created.with_status(201).id());
    }
    assert_ne!(ids[0], ids[1]);
    for (_, client) in &both {
        for id in &ids {
            assert_eq!(client.status(&format!("/authors/{id}")).await, 200);
        }
    }
}
