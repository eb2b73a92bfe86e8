//! `/books/{book_id}/history`, `/books/{book_id}/versions/{version}`, and the history of a
//! link.

use actix_web::{HttpRequest, HttpResponse};
use service_host::{
    history::{HistoryRepresentation, HistoryRequest, answer},
    of_store,
};
use service_kit::{
    health::Ready,
    path_id,
    problem::{Problem, ProblemBody, ProblemKind},
};

use super::{
    api::Api, books::book_id, links::link_key, problems::of_command,
    version::BookVersionRepresentation,
};
use crate::{application::queries::Version, domain::CommandError};

/// What names a book, and what differs each time.
pub(super) const UNSHOWN: [&str; 3] = ["book_id", "created_at", "updated_at"];
/// What names a link, and what differs each time.
const UNSHOWN_OF_LINKS: [&str; 4] = [
    "book_id",
    "author_id",
    "presence_revision",
    "credit_revision",
];

/// Lists what became of a book, the newest first; of a deleted one too.
#[utoipa::path(
    get, path = "/books/{book_id}/history", tag = "history", operation_id = "list_history",
    params(
        ("book_id" = i64, Path, minimum = 1),
        ("limit" = Option<u64>, Query, minimum = 1, maximum = 1000, description = "At most so many (default 100)"),
        ("after" = Option<String>, Query, description = "The cursor of a rel=\"next\" link"),
    ),
    responses(
        (status = 200, body = HistoryRepresentation, headers(("Link" = String, description = "rel=\"next\" while there is more"))),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn list(
    request: HttpRequest,
    Ready(api): Ready<Api>,
) -> Result<HttpResponse, Problem> {
    let id = book_id(&request)?;
    let asked = HistoryRequest::read(&request)?;
    let page = api.queries().history(id, asked.before, asked.limit).await;
    let page = page.map_err(of_store)?;
    let page = page.ok_or_else(|| of_command(CommandError::NoSuchBook(id)))?;
    answer(&request, &page, &UNSHOWN)
}

/// Shows a book as it was in one version.
#[utoipa::path(
    get, path = "/books/{book_id}/versions/{version}", tag = "history", operation_id = "read_version",
    params(
        ("book_id" = i64, Path, minimum = 1),
        ("version" = i64, Path, minimum = 1),
    ),
    responses(
        (status = 200, body = BookVersionRepresentation),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "No such book, or no such version of it"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn version(
    request: HttpRequest,
    Ready(api): Ready<Api>,
) -> Result<HttpResponse, Problem> {
    let id = book_id(&request)?;
    let what = format!("version of book {id}");
    let version = path_id::from_request(&request, "version", &what)?;
    match api.queries().version(id, version).await.map_err(of_store)? {
        Version::Held(past) => {
            let shown = BookVersionRepresentation::from(*past);
            Ok(HttpResponse::Ok().json(shown))
        }
        Version::OfNothing => Err(of_command(CommandError::NoSuchBook(id))),
        Version::NotYet { current } => {
            let detail = format!("Book {id} has no version {version}: it is at version {current}.");
            Err(Problem::new(ProblemKind::NotFound, detail)
                .with_extension("current_version", current))
        }
        Version::Pruned { oldest } => {
            let detail = format!("Version {version} of book {id} is not kept any more.");
            Err(Problem::new(ProblemKind::NotFound, detail)
                .with_extension("oldest_version", oldest))
        }
    }
}

/// Lists what was done on this side to the link of a book and an author, the newest first.
#[utoipa::path(
    get, path = "/books/{book_id}/authors/{author_id}/history", tag = "history", operation_id = "list_link_history",
    params(
        ("book_id" = i64, Path, minimum = 1),
        ("author_id" = i64, Path, minimum = 1),
        ("limit" = Option<u64>, Query, minimum = 1, maximum = 1000, description = "At most so many (default 100)"),
        ("after" = Option<String>, Query, description = "The cursor of a rel=\"next\" link"),
    ),
    responses(
        (status = 200, body = HistoryRepresentation, headers(("Link" = String, description = "rel=\"next\" while there is more"))),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "There never was such a book"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn link(
    request: HttpRequest,
    Ready(api): Ready<Api>,
) -> Result<HttpResponse, Problem> {
    let link = link_key(&request)?;
    let asked = HistoryRequest::read(&request)?;
    let queries = api.queries();
    let page = queries.link_history(link, asked.before, asked.limit).await;
    let page = page.map_err(of_store)?;
    let page = page.ok_or_else(|| of_command(CommandError::NoSuchBook(link.book_id)))?;
    answer(&request, &page, &UNSHOWN_OF_LINKS)
}
