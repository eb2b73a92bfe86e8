//! `/authors/{author_id}/books` and one book below it.

use std::time::Duration;

use actix_web::{HttpRequest, HttpResponse};
use service_host::{idempotency::once, receipts};
use service_kit::{
    caller::Caller,
    health::Ready,
    idempotency::Keyed,
    json_body::JsonBody,
    path_id,
    prefer::Prefer,
    problem::{Problem, ProblemBody},
};
use shared_events::BookId;

use super::{
    api::Api,
    authors::author_id,
    body::{AssignBooksBody, CreditBody},
    problems::of_link_command,
    representation::{AssignedRepresentation, CreditRepresentation, changed},
};
use crate::{
    application::{commands::Linked, done::Done},
    domain::LinkKey,
};

/// Links an author to books: all of them or none.
#[utoipa::path(
    post, path = "/authors/{author_id}/books", tag = "links", request_body = AssignBooksBody,
    params(
        ("author_id" = i64, Path, minimum = 1),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key gets the same answer for 24 hours, and nothing is done twice", min_length = 1, max_length = 255),
        ("Prefer" = Option<String>, Header, description = "wait=N: wait up to N seconds (at most 30) for books that are not known here yet; wait-applied=N: answer once every consumer has applied the write, after N seconds (at most 30) at the latest"),
    ),
    responses(
        (status = 200, body = AssignedRepresentation, headers(("X-Receipt" = String, description = "Names the write, for /sync/receipts"), ("X-Applied" = bool, description = "With wait-applied: whether every consumer has applied it"), ("Preference-Applied" = String, description = "wait=N, wait-applied: what the call was to wait for"), ("Idempotency-Replayed" = bool, description = "true if this answer was given before"))),
        (status = 400, body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "No such author, or a book that is not known here"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, body = ProblemBody, content_type = "application/problem+json", headers(("Accept" = String, description = "What would be read"))),
        (status = 422, body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn assign(
    request: HttpRequest,
    Ready(api): Ready<Api>,
    caller: Caller,
    Keyed {
        request: keyed,
        body,
    }: Keyed<AssignBooksBody>,
) -> Result<HttpResponse, Problem> {
    let author_id = author_id(&request)?;
    let book_ids = body.book_ids()?;
    let wait = Prefer::wait(&request);
    let patience = wait.unwrap_or(Duration::ZERO);
    let answer = |done: &Done<Linked>| {
        let mut response = HttpResponse::Ok();
        if let Some(wait) = wait {
            response.insert_header(Prefer::applied(wait));
        }
        let answer = response.json(AssignedRepresentation::new(author_id, done.outcome.clone()));
        Ok(receipts::named(&api, done.last, answer))
    };
    let answer = once(&api, keyed, answer, async |keep| {
        let commands = api.commands();
        let linked = commands.link_books(author_id, book_ids, patience, &caller, keep);
        linked.await.map_err(of_link_command)
    })
    .await?;
    Ok(receipts::given(&api, &request, answer).await)
}

/// Removes the link of an author and a book, if there is one.
#[utoipa::path(
    delete, path = "/authors/{author_id}/books/{book_id}", tag = "links",
    params(
        ("author_id" = i64, Path, minimum = 1), ("book_id" = i64, Path, minimum = 1),
        ("Prefer" = Option<String>, Header, description = "wait-applied=N: answer once every consumer has applied the write, after N seconds (at most 30) at the latest"),
    ),
    responses(
        (status = 204, description = "There is no such link any more", headers(("X-Changed" = bool, description = "false if there was none"), ("X-Receipt" = String, description = "Names the write, for /sync/receipts"), ("X-Applied" = bool, description = "With wait-applied: whether every consumer has applied it"), ("Preference-Applied" = String))),
        (status = 400, body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn remove(
    request: HttpRequest,
    Ready(api): Ready<Api>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let link = link_key(&request)?;
    let removed = api.commands().unlink_book(link, &caller).await;
    let done = removed.map_err(of_link_command)?;
    let answer = HttpResponse::NoContent()
        .insert_header(changed(done.outcome))
        .finish();
    let answer = receipts::named(&api, done.last, answer);
    Ok(receipts::given(&api, &request, answer).await)
}

/// Sets how the author is credited on the book, if they are linked.
#[utoipa::path(
    put, path = "/authors/{author_id}/books/{book_id}", tag = "links", request_body = CreditBody,
    params(
        ("author_id" = i64, Path, minimum = 1), ("book_id" = i64, Path, minimum = 1),
        ("Prefer" = Option<String>, Header, description = "wait-applied=N: answer once every consumer has applied the write, after N seconds (at most 30) at the latest"),
    ),
    responses(
        (status = 200, body = CreditRepresentation, headers(("X-Changed" = bool, description = "false if the credit was so already"), ("X-Receipt" = String, description = "Names the write, for /sync/receipts"), ("X-Applied" = bool, description = "With wait-applied: whether every consumer has applied it"), ("Preference-Applied" = String))),
        (status = 400, body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "No such author, a book that is not known here, or no link of the two"),
        (status = 413, body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, body = ProblemBody, content_type = "application/problem+json", headers(("Accept" = String, description = "What would be read"))),
        (status = 422, body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn credit(
    request: HttpRequest,
    Ready(api): Ready<Api>,
    caller: Caller,
    JsonBody(body): JsonBody<CreditBody>,
) -> Result<HttpResponse, Problem> {
    let link = link_key(&request)?;
    let fields = body.fields()?;
    let credited = api.commands().credit(link, fields, &caller).await;
    let done = credited.map_err(of_link_command)?;
    let answer = HttpResponse::Ok()
        .insert_header(changed(done.outcome.changed))
        .json(CreditRepresentation::new(link, done.outcome.credit));
    let answer = receipts::named(&api, done.last, answer);
    Ok(receipts::given(&api, &request, answer).await)
}

/// The link in the path; what is no id leads to nothing.
pub(super) fn link_key(request: &HttpRequest) -> Result<LinkKey, Problem> {
    let author_id = author_id(request)?;
    let number = path_id::from_request(request, "book_id", "book")?;
    let book_id = BookId::try_from(number).map_err(|_| path_id::no_such("book", number))?;
    Ok(LinkKey { author_id, book_id })
}
