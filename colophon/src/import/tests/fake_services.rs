//! Both services in a few lines, for the import's tests: they keep what they are sent, refuse what the
//! real ones refuse, and fail when told to.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use actix_web::body::SizedStream;
use actix_web::web::{self, Bytes, Data};
use actix_web::{App, HttpResponse, HttpServer, ResponseError};
use futures_util::stream;
use serde_json::{Map, Value, json};

use super::{fake_authors, fake_books};

/// What happens to one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// Refused before anything is done.
    Busy(u16),
    /// Done, and the connection breaks before the answer.
    AnswerLost,
}

/// What both services hold.
#[derive(Debug, Default)]
pub(super) struct Catalog {
    pub(super) authors: Vec<String>,
    pub(super) books: Vec<Map<String, Value>>,
    /// Book and author, in the order of linking.
    pub(super) links: Vec<(usize, usize)>,
    /// Calls (`POST /books`) that will fail, each once.
    pub(super) faults: VecDeque<(&'static str, Fault)>,
    /// How many calls answer that the book's authors have not arrived yet.
    pub(super) assigns_too_early: usize,
    /// Taken off what the caches claim to have settled.
    pub(super) lag: usize,
    pub(super) deleted_authors: Vec<usize>,
    pub(super) writes: usize,
}

/// Handle on the running pair.
#[derive(Debug, Clone)]
pub(super) struct FakeServices {
    state: Arc<Mutex<Catalog>>,
    pub(super) authors_url: String,
    pub(super) books_url: String,
}

impl FakeServices {
    /// Starts both on free ports, until the test's runtime ends.
    pub(super) fn start() -> Self {
        let state = Arc::new(Mutex::new(Catalog::default()));
        let authors_url = serve(state.clone(), fake_authors::routes);
        let books_url = serve(state.clone(), fake_books::routes);
        Self {
            state,
            authors_url,
            books_url,
        }
    }

    pub(super) fn catalog(&self) -> MutexGuard<'_, Catalog> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(super) type State = Data<Mutex<Catalog>>;

fn serve(state: Arc<Mutex<Catalog>>, routes: fn(&mut web::ServiceConfig)) -> String {
    let state = Data::from(state);
    let server = HttpServer::new(move || App::new().app_data(state.clone()).configure(routes))
        .workers(1)
        .disable_signals()
        .bind(("127.0.0.1", 0))
        .unwrap();
    let url = format!("http://{}", server.addrs()[0]);
    tokio::spawn(server.run());
    url
}

/// Runs `handle` as the script for `call` wants it.
pub(super) fn answer(
    state: &State,
    call: &'static str,
    handle: impl FnOnce(&mut Catalog) -> HttpResponse,
) -> HttpResponse {
    let mut catalog = state.lock().unwrap_or_else(PoisonError::into_inner);
    let scripted = catalog
        .faults
        .iter()
        .position(|(faulty, _)| *faulty == call);
    match scripted.and_then(|index| catalog.faults.remove(index)) {
        None => handle(&mut catalog),
        Some((_, Fault::Busy(status))) => problem(status, "busy", json!([])),
        Some((_, Fault::AnswerLost)) => {
            handle(&mut catalog);
            let lost = stream::iter([Err::<Bytes, _>(ConnectionLost)]);
            HttpResponse::Created().body(SizedStream::new(64, lost))
        }
    }
}

#[derive(Debug, thiserror::Error)]
#[error("connection lost")]
struct ConnectionLost;

impl ResponseError for ConnectionLost {}

pub(super) fn problem(status: u16, detail: &str, errors: Value) -> HttpResponse {
    HttpResponse::build(status.try_into().unwrap())
        .content_type("application/problem+json")
        .body(json!({"status": status, "detail": detail, "errors": errors}).to_string())
}

pub(super) fn wrong_fields(wrong: Vec<(&str, &str)>) -> HttpResponse {
    let errors = wrong
        .iter()
        .map(|(field, message)| json!({"field": field, "code": "wrong", "message": message}))
        .collect();
    problem(422, "wrong fields", errors)
}

pub(super) fn sync(state: &State, call: &'static str, service: &str, other: &str) -> HttpResponse {
    answer(state, call, |catalog| {
        let (authors, books) = (
            catalog.authors.len(),
            catalog.books.len() + catalog.links.len(),
        );
        let (own, others, rows) = if service == "authors-service" {
            (authors, books, catalog.books.len())
        } else {
            (books, authors, catalog.authors.len())
        };
        let checkpoint = others.saturating_sub(catalog.lag);
        HttpResponse::Ok().json(json!({
            "service": service, "epoch": 1, "last_sequence": own, "published_through": own,
            "consumed": [{"producer": other, "epoch": 1, "checkpoint": checkpoint, "gaps": [], "lag": catalog.lag}],
            "cached": {"rows": rows, "tombstones": 0}, "parked": 0, "dead": 0,
        }))
    })
}
