//! An owner that comes back from an older backup.

use sea_orm::ConnectionTrait;
use system_tests::{
    Logged, PATIENCE, Process, Program, Side, Stack, Testimony, connect, own_virtual_host,
};
use url::Url;

use crate::scenario::{Scenario, put_aside, some};

#[tokio::test]
#[ignore = "needs PostgreSQL and RabbitMQ: tests/run.sh"]
async fn authors_service_restored_from_an_older_backup_costs_no_more_than_the_backup_lacks() {
    costs_no_more(
        "restore: authors-service from an older backup",
        Side::Authors,
    )
    .await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL and RabbitMQ: tests/run.sh"]
async fn books_service_restored_from_an_older_backup_costs_no_more_than_the_backup_lacks() {
    costs_no_more("restore: books-service from an older backup", Side::Books).await;
}

async fn costs_no_more(fault: &'static str, side: Side) {
    let broker_url = own_virtual_host().await;
    let stack = Stack::stopped_servers_on(&broker_url).await;
    let mut scenario = Scenario::begin(fault, stack, &broker_url).await;
    let database = OwnersDatabase::of(&scenario.stack, side);
    let backup = OwnersDatabase {
        name: format!("{}_backup", database.name),
        ..database.clone()
    };

    scenario.stack.process(side).terminate().await;
    let backed_up = scenario.stack.last_sequence(side).await;
    backup.become_a_copy_of(&database).await;
    scenario.stack.start(side);
    scenario.load().progress_of_both(some()).await;

    // What has reached the other side comes back from there; so all of it is to have done so.
    scenario.stop_load().await;
    scenario.all_hold_the_same().await;
    scenario.stack.process(side).kill_9();
    let lost = Testimony::of(&scenario.stack, side).await.log;
    let lost: Vec<Logged> = lost
        .into_iter()
        .filter(|logged| logged.sequence > backed_up)
        .collect();
    assert!(!lost.is_empty(), "the backup is not older");
    scenario.has_undone(lost);
    database.become_a_copy_of(&backup).await;
    backup.drop().await;

    begin_new_epoch(&scenario.stack, side).await;
    scenario.stack.start(side);
    scenario.stack.ready().await;
    scenario.start_load([&[], &[]]).await;
    let stack = scenario.ends_well().await;
    assert_eq!(put_aside(&stack).await, [0, 0]);
}

/// `colophon new-epoch`, as an operator calls it before the owner serves again.
async fn begin_new_epoch(stack: &Stack, side: Side) {
    let (service, setting) = match side {
        Side::Authors => ("authors", "AUTHORS_DATABASE_URL"),
        Side::Books => ("books", "BOOKS_DATABASE_URL"),
    };
    let arguments = ["new-epoch", "--service", service];
    let settings = [(setting, stack.database_url(side))];
    let folder = stack.folder().join("new-epoch");
    let mut process = Process::start(Program::Colophon, &folder, &arguments, &settings);
    assert_eq!(
        process.ended(PATIENCE).await,
        Some(0),
        "{}",
        process.stderr()
    );
}

/// A database by its name, and its server.
#[derive(Debug, Clone)]
struct OwnersDatabase {
    server: Url,
    name: String,
}

impl OwnersDatabase {
    fn of(stack: &Stack, side: Side) -> Self {
        let mut server: Url = stack.database_url(side).parse().unwrap();
        let name = server.path().trim_start_matches('/').to_owned();
        server.set_path("postgres");
        Self { server, name }
    }

    /// Replaces it by a copy of another, which nobody may use meanwhile.
    async fn become_a_copy_of(&self, other: &Self) {
        self.drop().await;
        let (name, other) = (&self.name, &other.name);
        self.execute(&format!("CREATE DATABASE {name} TEMPLATE {other}"))
            .await;
    }

    async fn drop(&self) {
        let name = &self.name;
        self.execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
            .await;
    }

    async fn execute(&self, statement: &str) {
        let server = connect(self.server.as_str()).await;
        server.execute_unprepared(statement).await.unwrap();
        server.close().await.unwrap();
    }
}
