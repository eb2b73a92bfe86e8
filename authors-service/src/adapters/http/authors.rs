//! `/authors` and `/authors/{author_id}`.

use actix_web::{HttpRequest, HttpResponse, http::header::LOCATION};
use service_host::{finding::total_count, idempotency::once, of_store, receipts};
use service_kit::{
    caller::Caller,
    conditional::{IfMatch, if_none_match},
    health::Ready,
    idempotency::Keyed,
    json_body::JsonBody,
    paging::next_link,
    path_id,
    problem::{Problem, ProblemBody},
    query::QueryParams,
};
use shared_events::AuthorId;

use super::{
    api::Api, body::AuthorBody, finding::AskedAuthors, problems::of_command,
    representation::AuthorRepresentation, stale::refused, written::answer,
};
use crate::{
    application::done::Done,
    domain::{Author, AuthorView, CommandError, Target},
};

/// Creates an author.
#[utoipa::path(
    post, path = "/authors", tag = "authors", request_body = AuthorBody,
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "The same key gets the same answer for 24 hours, and nothing is done twice", min_length = 1, max_length = 255),
        ("Prefer" = Option<String>, Header, description = "wait-applied=N: answer once every consumer has applied the write, after N seconds (at most 30) at the latest"),
    ),
    responses(
        (status = 201, body = AuthorRepresentation, headers(("Location" = String), ("ETag" = String), ("X-Receipt" = String, description = "Names the write, for /sync/receipts"), ("X-Applied" = bool, description = "With wait-applied: whether every consumer has applied it"), ("Preference-Applied" = String), ("Idempotency-Replayed" = bool, description = "true if this answer was given before"))),
        (status = 400, body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json", description = "The key is being worked on"),
        (status = 413, body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, body = ProblemBody, content_type = "application/problem+json", headers(("Accept" = String, description = "What would be read"))),
        (status = 422, body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn create(
    request: HttpRequest,
    Ready(api): Ready<Api>,
    caller: Caller,
    Keyed {
        request: keyed,
        body,
    }: Keyed<AuthorBody>,
) -> Result<HttpResponse, Problem> {
    let fields = body.fields(api.clock().now().date_naive())?;
    let answer = |created: &Done<Author>| {
        let author = AuthorRepresentation::new(created.outcome.clone());
        let location = format!("/authors/{}", author.id());
        let mut response = HttpResponse::Created();
        response.insert_header((LOCATION, location));
        let answer = author.tagged(api.epoch())?.answer(&mut response);
        Ok(receipts::named(&api, created.last, answer))
    };
    let answer = once(&api, keyed, answer, async |keep| {
        let created = api.commands().create(fields, &caller, keep).await;
        created.map_err(of_command)
    })
    .await?;
    Ok(receipts::given(&api, &request, answer).await)
}

/// Lists or searches authors, each with its books.
#[utoipa::path(
    get, path = "/authors", tag = "authors",
    params(
        ("skip" = Option<u64>, Query, minimum = 0, maximum = 9_223_372_036_854_775_807_i64, description = "Pass over so many first (default 0)"),
        ("limit" = Option<u64>, Query, minimum = 1, maximum = 1000, description = "At most so many (default 100)"),
        ("after" = Option<String>, Query, description = "The cursor of a rel=\"next\" link"),
        ("name" = Option<String>, Query, description = "Only authors of exactly this name"),
        ("identifier" = Option<String>, Query, description = "Only authors with this identifier, such as viaf:95218067"),
        ("query" = Option<String>, Query, max_length = 1000, description = "Only authors whose name, alias or identifier matches: words or their beginnings in any order, the best match first"),
        ("nationality" = Option<String>, Query, description = "Only authors of this nationality, whatever its case and accents"),
        ("updated_since" = Option<String>, Query, description = "Only authors that were changed at this time (RFC 3339) or day, or later"),
        ("sort" = Option<String>, Query, description = "id, name or updated_at, with a minus sign for the reverse; relevance with a query (its default)"),
        ("total" = Option<bool>, Query, description = "Whether to tell the number of all in X-Total-Count"),
    ),
    responses(
        (status = 200, body = Vec<AuthorRepresentation>, headers(("Link" = String, description = "rel=\"next\" while there is more"), ("X-Total-Count" = u64, description = "How many there are on all pages, if total=true"))),
        (status = 422, body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn list(
    request: HttpRequest,
    Ready(api): Ready<Api>,
) -> Result<HttpResponse, Problem> {
    let mut query = QueryParams::from_request(&request);
    let asked = AskedAuthors::read(&mut query);
    query.finish()?;
    let mut response = HttpResponse::Ok();
    let (authors, next) = if let Some((filter, page)) = asked.plain() {
        let listing = api.queries().list(filter, page).await.map_err(of_store)?;
        let last = listing.authors.last().filter(|_| listing.more);
        let next = last.map(|last| last.author.state.author_id.get().to_string());
        (listing.authors, next)
    } else {
        let total = asked.total();
        let (wanted, part) = asked.wanted();
        if total {
            let total = api.queries().count(&wanted).await.map_err(of_store)?;
            response.insert_header(total_count(total));
        }
        let found = api.queries().find(&wanted, part).await.map_err(of_store)?;
        (
            found.authors,
            found.next.map(|next| next.to_cursor(wanted.order)),
        )
    };
    if let Some(next) = next {
        response.insert_header(next_link(&request, next)?);
    }
    let authors = authors.into_iter().map(AuthorRepresentation::from);
    Ok(response.json(authors.collect::<Vec<_>>()))
}

/// Reads an author with its books.
#[utoipa::path(
    get, path = "/authors/{author_id}", tag = "authors",
    params(
        ("author_id" = i64, Path, minimum = 1),
        ("If-None-Match" = Option<String>, Header, description = "The ETag of what you have"),
    ),
    responses(
        (status = 200, body = AuthorRepresentation, headers(("ETag" = String))),
        (status = 304, description = "You have it", headers(("ETag" = String))),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 410, body = ProblemBody, content_type = "application/problem+json", description = "Deleted"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn read(
    request: HttpRequest,
    Ready(api): Ready<Api>,
) -> Result<HttpResponse, Problem> {
    let id = author_id(&request)?;
    let view = view(&api, id).await?;
    if view.author.deleted {
        return Err(of_command(CommandError::AuthorDeleted(id)));
    }
    let author = AuthorRepresentation::from(view);
    let author = author.tagged(api.epoch())?;
    if if_none_match(&request, &author.tag()) {
        let mut unchanged = HttpResponse::NotModified();
        return Ok(unchanged.insert_header(author.tag()).finish());
    }
    Ok(author.answer(&mut HttpResponse::Ok()))
}

/// Replaces everything about an author.
#[utoipa::path(
    put, path = "/authors/{author_id}", tag = "authors", request_body = AuthorBody,
    params(
        ("author_id" = i64, Path, minimum = 1),
        ("If-Match" = Option<String>, Header, description = "Only if the author is still in this version"),
        ("Prefer" = Option<String>, Header, description = "wait-applied=N: answer once every consumer has applied the write, after N seconds (at most 30) at the latest"),
    ),
    responses(
        (status = 200, body = AuthorRepresentation, headers(("ETag" = String), ("X-Changed" = bool, description = "false if everything was so already"), ("X-Receipt" = String, description = "Names the write, for /sync/receipts"), ("X-Applied" = bool, description = "With wait-applied: whether every consumer has applied it"), ("Preference-Applied" = String))),
        (status = 400, body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 410, body = ProblemBody, content_type = "application/problem+json", description = "Deleted"),
        (status = 412, body = ProblemBody, content_type = "application/problem+json", description = "It has changed since: current, changes_since", headers(("ETag" = String))),
        (status = 413, body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, body = ProblemBody, content_type = "application/problem+json", headers(("Accept" = String, description = "What would be read"))),
        (status = 422, body = ProblemBody, content_type = "application/problem+json"),
        (status = 428, body = ProblemBody, content_type = "application/problem+json", description = "Changes need If-Match here"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn replace(
    request: HttpRequest,
    Ready(api): Ready<Api>,
    caller: Caller,
    if_match: IfMatch,
    JsonBody(body): JsonBody<AuthorBody>,
) -> Result<HttpResponse, Problem> {
    let id = author_id(&request)?;
    let fields = body.fields(api.clock().now().date_naive())?;
    let target = target(&api, id, if_match);
    let before = view(&api, id).await?;
    let revised = api.commands().revise(target.clone(), fields, &caller).await;
    let done = match revised {
        Ok(done) => done,
        Err(error) => return Err(refused(&api, &request, &target, error).await),
    };
    let answer = answer(&api, &before, &done)?;
    Ok(receipts::given(&api, &request, answer).await)
}

/// Deletes an author. Its links stay, unseen, until it is restored.
#[utoipa::path(
    delete, path = "/authors/{author_id}", tag = "authors",
    params(
        ("author_id" = i64, Path, minimum = 1),
        ("If-Match" = Option<String>, Header, description = "Only if the author is still in this version"),
        ("Prefer" = Option<String>, Header, description = "wait-applied=N: answer once every consumer has applied the write, after N seconds (at most 30) at the latest"),
    ),
    responses(
        (status = 204, description = "Deleted", headers(("X-Receipt" = String, description = "Names the write, for /sync/receipts"), ("X-Applied" = bool, description = "With wait-applied: whether every consumer has applied it"), ("Preference-Applied" = String))),
        (status = 400, body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 410, body = ProblemBody, content_type = "application/problem+json", description = "Deleted before"),
        (status = 412, body = ProblemBody, content_type = "application/problem+json", description = "It has changed since: current, changes_since", headers(("ETag" = String))),
        (status = 428, body = ProblemBody, content_type = "application/problem+json", description = "Changes need If-Match here"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn delete(
    request: HttpRequest,
    Ready(api): Ready<Api>,
    caller: Caller,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    let target = target(&api, author_id(&request)?, if_match);
    let deleted = api.commands().delete(target.clone(), &caller).await;
    let done = match deleted {
        Ok(done) => done,
        Err(error) => return Err(refused(&api, &request, &target, error).await),
    };
    let answer = receipts::named(&api, done.last, HttpResponse::NoContent().finish());
    Ok(receipts::given(&api, &request, answer).await)
}

/// The author's id in the path; what is no id leads to nothing.
pub(super) fn author_id(request: &HttpRequest) -> Result<AuthorId, Problem> {
    let number = path_id::from_request(request, "author_id", "author")?;
    AuthorId::try_from(number).map_err(|_| path_id::no_such("author", number))
}

/// An author, a tombstone too.
pub(super) async fn view(api: &Api, id: AuthorId) -> Result<AuthorView, Problem> {
    let view = api.queries().author(id).await.map_err(of_store)?;
    view.ok_or_else(|| of_command(CommandError::NoSuchAuthor(id)))
}

/// Every record belongs to the current epoch, so a tag of another one matches nothing.
pub(super) fn target(api: &Api, id: AuthorId, if_match: IfMatch) -> Target {
    let expected = match if_match {
        IfMatch::Absent | IfMatch::Any => None,
        IfMatch::Tags(tags) => Some(
            tags.into_iter()
                .filter(|(epoch, _)| *epoch == api.epoch())
                .map(|(_, version)| version)
                .collect(),
        ),
    };
    Target { id, expected }
}
