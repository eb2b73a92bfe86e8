//! `/authors` and `/authors/{author_id}`.

use actix_web::{HttpRequest, HttpResponse, http::header::LOCATION};
use service_host::{finding::total_count, of_store};
use service_kit::{
    caller::Caller,
    conditional::{IfMatch, if_none_match},
    health::Ready,
    json_body::JsonBody,
    paging::next_link,
    path_id,
    problem::{Problem, ProblemBody},
    query::QueryParams,
};
use shared_events::AuthorId;

use super::{
    api::Api,
    body::AuthorBody,
    finding::AskedAuthors,
    problems::of_command,
    representation::{AuthorRepresentation, changed},
};
use crate::domain::{AuthorView, CommandError, Target};

/// Creates an author.
#[utoipa::path(
    post, path = "/authors", tag = "authors", request_body = AuthorBody,
    responses(
        (status = 201, body = AuthorRepresentation, headers(("Location" = String), ("ETag" = String))),
        (status = 400, body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn create(
    Ready(api): Ready<Api>,
    caller: Caller,
    JsonBody(body): JsonBody<AuthorBody>,
) -> Result<HttpResponse, Problem> {
    let fields = body.fields(api.clock().now().date_naive())?;
    let created = api.commands().create(fields, &caller).await;
    let author = AuthorRepresentation::new(created.map_err(of_command)?);
    let location = format!("/authors/{}", author.id());
    let mut created = HttpResponse::Created();
    created.insert_header((LOCATION, location));
    Ok(author.tagged(api.epoch())?.answer(&mut created))
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
        (found.authors, found.next.map(|next| next.to_cursor()))
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
    let author = AuthorRepresentation::from(find(&api, author_id(&request)?).await?);
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
    ),
    responses(
        (status = 200, body = AuthorRepresentation, headers(("ETag" = String), ("X-Changed" = bool, description = "false if everything was so already"))),
        (status = 400, body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 410, body = ProblemBody, content_type = "application/problem+json", description = "Deleted"),
        (status = 412, body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json"),
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
    let revised = api.commands().revise(target, fields, &caller).await;
    let differed = revised.map_err(of_command)?;
    let author = AuthorRepresentation::from(find(&api, id).await?);
    let mut replaced = HttpResponse::Ok();
    replaced.insert_header(changed(differed));
    Ok(author.tagged(api.epoch())?.answer(&mut replaced))
}

/// Deletes an author. Its links stay, unseen, until it is restored.
#[utoipa::path(
    delete, path = "/authors/{author_id}", tag = "authors",
    params(
        ("author_id" = i64, Path, minimum = 1),
        ("If-Match" = Option<String>, Header, description = "Only if the author is still in this version"),
    ),
    responses(
        (status = 204, description = "Deleted"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 410, body = ProblemBody, content_type = "application/problem+json", description = "Deleted before"),
        (status = 412, body = ProblemBody, content_type = "application/problem+json"),
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
    api.commands()
        .delete(target, &caller)
        .await
        .map_err(of_command)?;
    Ok(HttpResponse::NoContent().finish())
}

/// The author's id in the path; what is no id leads to nothing.
pub(super) fn author_id(request: &HttpRequest) -> Result<AuthorId, Problem> {
    let number = path_id::from_request(request, "author_id", "author")?;
    AuthorId::try_from(number).map_err(|_| path_id::no_such("author", number))
}

async fn find(api: &Api, id: AuthorId) -> Result<AuthorView, Problem> {
    match api.queries().author(id).await.map_err(of_store)? {
        None => Err(of_command(CommandError::NoSuchAuthor(id))),
        Some(view) if view.author.deleted => Err(of_command(CommandError::AuthorDeleted(id))),
        Some(view) => Ok(view),
    }
}

/// Every record belongs to the current epoch, so a tag of another one matches nothing.
fn target(api: &Api, id: AuthorId, if_match: IfMatch) -> Target {
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
