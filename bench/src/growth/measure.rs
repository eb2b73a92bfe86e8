//! Measuring a catalog of one size.

use std::time::{Duration, Instant};

use tokio::time::sleep;

use crate::{
    failure::{Failure, Result},
    load::{ClosedLoop, Connection, write_get},
    options::Plan,
    scenarios::requests::{Creating, CreatingBooks, Linking, find, read, read_known},
    servers::{Bench, Position, Service, Size, System, execute, fill, memory},
};

/// Links of each author.
const LINKS_EACH: u64 = 3;
/// Events that are relayed and applied anew, at most.
const BACKLOG: u64 = 50_000;
/// Each figure is measured for so long.
const LENGTH: Duration = Duration::from_secs(4);
/// Records that are read once, and then over and over.
const KNOWN: u64 = 2_000;
/// Within that they have been read once, from a disk.
const READ_ONCE: Duration = Duration::from_secs(15);
const PAGE: u64 = 100;
/// How soon services compare notes when that is what is measured.
const DRIFT_INTERVAL: Duration = Duration::from_secs(1);
/// Reading ten million rows of each table takes minutes.
const PATIENCE: Duration = Duration::from_secs(3_600);
const POLL: Duration = Duration::from_millis(50);

/// Measures a catalog of so many records on each side. `note` is told each figure, by its curve, as soon
/// as it is known: with many records the last one comes long after the first.
///
/// # Errors
/// If something of it could not be measured, or `note` fails.
pub(crate) async fn grow(
    bench: &Bench,
    records: u64,
    note: &mut impl FnMut(&str, f64) -> Result<()>,
) -> Result<()> {
    let mut system = System::new(bench).await?;
    let size = Size {
        records,
        links_each: LINKS_EACH,
    };
    fill(&system.databases, size).await?;

    let (authors, books) = backlog(&system, bench, records, note).await?;
    requests(&authors, &books, records, note).await?;
    let last = system.position(Position::Logged).await?;
    system.reaches(Position::Settled, last).await?;
    note("memory-authors", memory(authors.process.id(), "VmHWM")?)?;
    note("memory-books", memory(books.process.id(), "VmHWM")?)?;
    authors.process.stop().await?;
    books.process.stop().await?;

    system.drift_interval = Some(DRIFT_INTERVAL);
    let books = system.books(bench).await?;
    let authors = system.authors(bench).await?;
    let began = Instant::now();
    compared(&books).await?;
    note(
        "digest",
        (began.elapsed().saturating_sub(DRIFT_INTERVAL)).as_secs_f64(),
    )?;
    books.process.stop().await?;

    system.drift_interval = None;
    execute(
        &system.databases.books,
        "TRUNCATE authors_cache, cached_author_names; DELETE FROM checkpoints",
    )
    .await?;
    let began = Instant::now();
    let books = system.books(bench).await?;
    system.reaches(Position::Settled, last).await?;
    note("snapshot", began.elapsed().as_secs_f64())?;
    note("memory-snapshot", memory(books.process.id(), "VmHWM")?)?;
    drop((authors, books));
    Ok(())
}

/// Publishes and applies the end of the log anew.
async fn backlog(
    system: &System,
    bench: &Bench,
    records: u64,
    note: &mut impl FnMut(&str, f64) -> Result<()>,
) -> Result<(Service, Service)> {
    let from = records.saturating_sub(BACKLOG);
    let (authors, books) = (&system.databases.authors, &system.databases.books);
    execute(
        authors,
        &format!("UPDATE relay_state SET published_through = {from}"),
    )
    .await?;
    execute(
        books,
        &format!("UPDATE checkpoints SET settled_through = {from}"),
    )
    .await?;
    for table in ["authors_cache", "cached_author_names"] {
        execute(books, &format!("DELETE FROM {table} WHERE id > {from}")).await?;
    }
    let last = i64::try_from(records).unwrap_or(i64::MAX);
    let published = system.reaches(Position::Published, last);
    let (authors, rate) = tokio::join!(system.authors(bench), published);
    note("relay", rate?)?;
    let settled = system.reaches(Position::Settled, last);
    let (books, rate) = tokio::join!(system.books(bench), settled);
    note("apply", rate?)?;
    let (authors, books) = (authors?, books?);
    note(
        "start-up",
        authors.start_up.max(books.start_up).as_secs_f64(),
    )?;
    Ok((authors, books))
}

async fn requests(
    authors: &Service,
    books: &Service,
    records: u64,
    note: &mut impl FnMut(&str, f64) -> Result<()>,
) -> Result<()> {
    let closed_loop = ClosedLoop {
        connections: Plan::CONNECTIONS,
        warm_up: Duration::from_secs(1),
        length: LENGTH,
    };
    let port = authors.port;
    let sides = [
        (port, "/authors", ["get", "get-known"]),
        (books.port, "/books", ["get-book", "get-book-known"]),
    ];
    for (port, path, [all, known]) in sides {
        let got = closed_loop.run(port, read(path, records)).await?;
        note(all, got.per_second)?;
        let again = ClosedLoop {
            warm_up: READ_ONCE,
            ..closed_loop
        };
        let got = again.run(port, read_known(path, records, KNOWN)).await?;
        note(known, got.per_second)?;
    }
    let first = |request: &mut String| {
        write_get(request, format_args!("/authors?limit={PAGE}"));
    };
    note("list-first", closed_loop.run(port, first).await?.per_second)?;
    let deep = |request: &mut String| {
        let after = records - PAGE;
        write_get(request, format_args!("/authors?limit={PAGE}&after={after}"));
    };
    note("list-deep", closed_loop.run(port, deep).await?.per_second)?;
    let found = closed_loop.run(port, find(records)).await?;
    note("find", found.per_second)?;
    let mut creating = Creating::default();
    let created = closed_loop
        .run(port, |request| creating.next(request))
        .await?;
    note("create", created.per_second)?;
    let mut creating = CreatingBooks::default();
    let created = closed_loop
        .run(books.port, |request| creating.next(request))
        .await?;
    note("create-book", created.per_second)?;
    // The links of the fill are passed over.
    let mut linking = Linking {
        records,
        each: 5,
        number: records,
    };
    let linked = closed_loop
        .run(port, |request| linking.next(request))
        .await?;
    note("link", linked.per_second)?;
    Ok(())
}

/// Waits until this service has compared its copy with what its owner told.
async fn compared(service: &Service) -> Result<()> {
    let deadline = Instant::now() + PATIENCE;
    let mut request = String::new();
    write_get(&mut request, "/sync");
    while Instant::now() < deadline {
        let asked = Instant::now();
        // A new one each time: the service closes what is idle for long.
        let mut connection = Connection::open(service.port).await?;
        let answer = connection.exchange(&request).await?;
        let report: serde_json::Value = serde_json::from_slice(answer.body)?;
        if report
            .pointer("/drift/last_check")
            .is_some_and(|at| !at.is_null())
        {
            return Ok(());
        }
        // It counts the copy, which must not be most of what there is to do.
        sleep(POLL.max(10 * asked.elapsed())).await;
    }
    Err(Failure::Wrong(
        "the copy was not compared in time".to_owned(),
    ))
}
