//! A catalog goes in as clients would bring it.

use std::{
    cell::{Cell, RefCell},
    time::{Duration, Instant},
};

use futures_util::future::{try_join, try_join_all};
use search_quality::{Catalog, Ids};
use serde::{Deserialize, Serialize};
use tokio::time::sleep;

use super::Ports;
use crate::{
    failure::{Failure, Result},
    load::{Connection, write_get, write_post},
    run::say,
    table::number,
};

/// Requests under way at each service.
const CONNECTIONS: usize = 32;
/// Links of a request.
const LINKS: usize = 100;
/// How long copies may take to arrive.
const PATIENCE: Duration = Duration::from_secs(1_800);
const POLL: Duration = Duration::from_millis(50);

#[derive(Deserialize)]
struct Created {
    id: i64,
}

#[derive(Deserialize)]
struct Sync {
    last_sequence: i64,
    consumed: Vec<Consumed>,
}

#[derive(Deserialize)]
struct Consumed {
    checkpoint: i64,
}

/// Creates and links everything, and waits until both sides have it all, which takes minutes. The ids
/// it was given.
///
/// # Errors
/// If a service refuses something, or copies do not arrive.
pub(crate) async fn fill(database: &str, ports: Ports, catalog: &Catalog) -> Result<Ids> {
    let [authors, books] = [catalog.authors.len(), catalog.books.len()];
    let [authors, books] = [authors, books].map(|records| number(records as f64));
    say(&format!(
        "search: {database}: {authors} authors and {books} books go in"
    ));
    let began = Instant::now();
    let (authors, books) = try_join(
        create(ports.authors, "/authors", &catalog.authors),
        create(ports.books, "/books", &catalog.books),
    )
    .await?;
    let ids = Ids { authors, books };
    settled(ports).await?;
    let seconds = began.elapsed().as_secs();
    say(&format!(
        "search: {database}: they are in, after {seconds} s; now their links"
    ));
    link(ports.authors, catalog, &ids).await?;
    settled(ports).await?;
    let seconds = began.elapsed().as_secs();
    say(&format!("search: {database}: all is in, after {seconds} s"));
    Ok(ids)
}

async fn create<R: Serialize>(port: u16, path: &str, records: &[R]) -> Result<Vec<i64>> {
    let ids = RefCell::new(vec![0; records.len()]);
    share(port, records, async |connection, at, record| {
        let mut request = String::new();
        write_post(&mut request, path, &serde_json::to_string(record)?);
        let answer = connection.exchange(&request).await?;
        let created: Created = serde_json::from_slice(answer.body)?;
        if let Some(id) = ids.borrow_mut().get_mut(at) {
            *id = created.id;
        }
        Ok(())
    })
    .await?;
    Ok(ids.into_inner())
}

async fn link(port: u16, catalog: &Catalog, ids: &Ids) -> Result<()> {
    let books = catalog.books_of_authors();
    share(port, &books, async |connection, at, books| {
        let author = ids.authors.get(at).copied().unwrap_or_default();
        for books in books.chunks(LINKS) {
            let books = books.iter().filter_map(|book| ids.books.get(*book));
            let book_ids = serde_json::to_string(&Vec::from_iter(books))?;
            let mut request = String::new();
            let path = format!("/authors/{author}/books");
            write_post(&mut request, path, &format!(r#"{{"book_ids":{book_ids}}}"#));
            connection.exchange(&request).await?;
        }
        Ok(())
    })
    .await
}

/// Does `work` for each of `all`, on several connections.
async fn share<T>(
    port: u16,
    all: &[T],
    work: impl AsyncFn(&mut Connection, usize, &T) -> Result<()>,
) -> Result<()> {
    let next = Cell::new(0);
    try_join_all((0..CONNECTIONS).map(async |_| {
        let mut connection = Connection::open(port).await?;
        while let Some(one) = all.get(next.get()) {
            let at = next.replace(next.get() + 1);
            work(&mut connection, at, one).await?;
        }
        Ok::<(), Failure>(())
    }))
    .await?;
    Ok(())
}

/// Waits until each side has settled the other's log.
async fn settled(ports: Ports) -> Result<()> {
    let mut authors = Connection::open(ports.authors).await?;
    let mut books = Connection::open(ports.books).await?;
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline {
        let (authors, books) = (sync(&mut authors).await?, sync(&mut books).await?);
        if authors.has_settled(&books) && books.has_settled(&authors) {
            return Ok(());
        }
        sleep(POLL).await;
    }
    Err(Failure::Wrong("copies did not arrive in time".to_owned()))
}

async fn sync(connection: &mut Connection) -> Result<Sync> {
    let mut request = String::new();
    write_get(&mut request, "/sync");
    let answer = connection.exchange(&request).await?;
    Ok(serde_json::from_slice(answer.body)?)
}

impl Sync {
    fn has_settled(&self, other: &Self) -> bool {
        let settled = self.consumed.iter().map(|log| log.checkpoint).max();
        settled.unwrap_or_default() >= other.last_sequence
    }
}
