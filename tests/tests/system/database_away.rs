//! PostgreSQL is not there at the start.

use system_tests::{Client, OwnDatabase, PATIENCE, Process, Side, eventually, free_port};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
};

#[tokio::test]
async fn without_its_database_a_service_lives_and_says_what_it_waits_for() {
    for side in Side::BOTH {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("postgres://app:s3cret@127.0.0.1:{}/catalog", free_port());
        let (process, client) = start(side, folder.path(), &url);
        eventually(PATIENCE, "alive", async || {
            (client.status("/health/live").await == 200).then_some(())
        })
        .await;

        for path in ["/health/ready", side.records(), "/sync", &side.path_of(1)] {
            let answer = client.get(path).await.with_status(503);
            assert_eq!(answer.header("content-type"), "application/problem+json");
            let detail = answer.body["detail"].as_str().unwrap_or_default();
            assert!(detail.contains("database"), "{path}: {}", answer.body);
        }
        let written = client.post(side.records(), &side.record("X")).await;
        assert_eq!(written.status, 503, "{}", written.body);
        let health = client.get("/health").await.with_status(200);
        assert_eq!(health.body["status"], "degraded");

        eventually(PATIENCE, "a line of the log", async || {
            process.has_logged("waiting for the database").then_some(())
        })
        .await;
        assert!(!process.stdout().contains("s3cret"));
        assert_eq!(process.stderr(), "");
    }
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run.sh"]
async fn a_service_that_waited_for_its_database_serves_once_it_is_there() {
    let database = OwnDatabase::create("late").await;
    let port = free_port();
    let mut url = database.url().clone();
    url.set_port(Some(port)).unwrap();
    url.set_host(Some("127.0.0.1")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (process, client) = start(Side::Authors, folder.path(), url.as_str());
    eventually(PATIENCE, "a line of the log", async || {
        process.has_logged("waiting for the database").then_some(())
    })
    .await;
    assert_eq!(client.status("/health/ready").await, 503);

    let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
    let real = database.url().socket_addrs(|| Some(5432)).unwrap();
    let relay = tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let mut server = TcpStream::connect(&*real).await.unwrap();
            tokio::spawn(async move { copy_bidirectional(&mut client, &mut server).await });
        }
    });
    eventually(PATIENCE, "ready", async || {
        (client.status("/health/ready").await == 200).then_some(())
    })
    .await;
    let created = client.post("/authors", &Side::Authors.record("Late")).await;
    assert_eq!(created.status, 201, "{}", created.body);
    relay.abort();
}

/// Starts a service whose broker is away, too.
fn start(side: Side, folder: &std::path::Path, database_url: &str) -> (Process, Client) {
    let port = free_port();
    let broker_url = format!("amqp://guest:guest@127.0.0.1:{}", free_port());
    let settings = [
        ("DATABASE_URL", database_url),
        ("BROKER_URL", &broker_url),
        ("SERVICE_PORT", &port.to_string()),
    ];
    let process = Process::start(side.program(), folder, &[], &settings);
    (process, Client::new(port))
}
