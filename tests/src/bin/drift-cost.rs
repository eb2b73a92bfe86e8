//! What a comparison costs: fills a database with records and copies, and takes the digests that
//! one side takes in one round. Prints the median of three and the memory held.
//!
//! ```text
//! cargo run --release -p system-tests --bin drift-cost -- sqlite:///tmp/cost.db 1000000
//! cargo run --release -p system-tests --bin drift-cost -- postgres://…/an_empty_database 1000000
//! ```
#![expect(clippy::print_stdout, reason = "what it has measured")]

use std::{env, error::Error, fs, sync::Arc, time::Instant};

use authors_service::adapters::persistence::SqlStore;
use migrations::{AuthorsMigrator, prepare};
use replication::{
    Wakeup,
    records::{Records, Table},
    repair::digests,
    sql::{Database, Engine},
};
use sea_orm::ConnectionTrait;

const ROUNDS: usize = 3;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let (Some(url), Some(rows)) = (arguments.next(), arguments.next()) else {
        return Err("usage: drift-cost DATABASE_URL ROWS".into());
    };
    let rows: u64 = rows.parse()?;
    let database = Database::open(&url)?;
    prepare::<AuthorsMigrator>(&database, |_| {}).await?;
    fill(&database, rows).await?;
    let store: Arc<dyn Records> = Arc::new(SqlStore::new(database, Wakeup::default()));
    for (name, table) in [
        ("records", Table::Owned),
        ("copies", Table::Cached),
        ("links", Table::Links),
    ] {
        let mut seconds = Vec::new();
        for _ in 0..ROUNDS {
            let began = Instant::now();
            digests(store.as_ref(), table).await?;
            seconds.push(began.elapsed().as_secs_f64());
        }
        seconds.sort_by(f64::total_cmp);
        let median = seconds[ROUNDS / 2];
        let rate = rows as f64 / median;
        println!("{rows} {name}: {median:.1} s, {rate:.0} rows/s");
    }
    let status = fs::read_to_string("/proc/self/status")?;
    let peak = status.lines().find(|line| line.starts_with("VmHWM"));
    println!("{}", peak.unwrap_or("no figure for memory here"));
    Ok(())
}

/// Rows `1..=rows` of each table, unless they are there.
async fn fill(database: &Database, rows: u64) -> Result<(), Box<dyn Error>> {
    let numbers = match database.engine() {
        Engine::Postgres => format!("SELECT n FROM generate_series(1, {rows}) AS n"),
        Engine::Sqlite => format!(
            "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers \
             WHERE n < {rows}) SELECT n FROM numbers"
        ),
    };
    let text = |suffix: &str| format!("'A name of the usual length, number ' || n || '{suffix}'");
    let (name, prose) = (
        text(""),
        text(", and some words more about whom it belongs to"),
    );
    let time = "'2026-01-01T00:00:00+00:00'";
    for statement in [
        format!(
            "INSERT INTO authors (id, version, deleted, name, biography, aliases, identifiers, \
             created_at, updated_at) SELECT n, 1, false, {name}, {prose}, '[]', \
             '{{\"viaf\": \"95218067\"}}', {time}, {time} FROM ({numbers}) AS numbers \
             ON CONFLICT DO NOTHING"
        ),
        format!(
            "INSERT INTO books_cache (id, epoch, version, deleted, title, description, subjects, \
             identifiers, created_at, updated_at) SELECT n, 1, 1, false, {name}, {prose}, '[]', \
             '{{}}', {time}, {time} FROM ({numbers}) AS numbers ON CONFLICT DO NOTHING"
        ),
        format!(
            "INSERT INTO author_books (author_id, book_id, present, presence_revision, role, \
             position, credit_revision) SELECT n, n, true, 1838080000000000, 'author', 1, \
             1838080000000000 FROM ({numbers}) AS numbers ON CONFLICT DO NOTHING"
        ),
    ] {
        // SQLite would take `WHERE true` for an `ON CONFLICT` behind a `SELECT` without one.
        let statement = statement.replace("AS numbers ON", "AS numbers WHERE true ON");
        let transaction = database.begin().await?;
        if database.engine() == Engine::Postgres {
            let no_limit = "SET LOCAL statement_timeout = 0";
            transaction.execute_unprepared(no_limit).await?;
        }
        transaction
            .execute_unprepared(&statement.replace("              ", " "))
            .await?;
        transaction.commit().await?;
    }
    Ok(())
}
