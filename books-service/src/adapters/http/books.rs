//! `/books` and `/books/{book_id}`.

use actix_web::{HttpRequest, HttpResponse, http::header::LOCATION};
use chrono::Datelike;
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
use shared_events::BookId;

use super::{
    api::Api, body::BookBody, finding::AskedBooks, problems::of_command,
    representation::BookRepresentation, stale::refused, written::answer,
};
use crate::{
    application::done::Done,
    domain::{Book, BookView, CommandError, Target},
};

/// Creates a book.
#[utoipa::path(
    post, path = "/books", tag = "books", request_body = BookBody,
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "The same key gets the same answer for 24 hours, and nothing is done twice", min_length = 1, max_length = 255),
        ("Prefer" = Option<String>, Header, description = "wait-applied=N: answer once every consumer has applied the write, after N seconds (at most 30) at the latest"),
    ),
    responses(
        (status = 201, body = BookRepresentation, headers(("Location" = String), ("ETag" = String), ("X-Receipt" = String, description = "Names the write, for /sync/receipts"), ("X-Applied" = bool, description = "With wait-applied: whether every consumer has applied it"), ("Preference-Applied" = String), ("Idempotency-Replayed" = bool, description = "true if this answer was given before"))),
        (status = 400, body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json", description = "Another live book has its ISBN or identifier, or the key is being worked on"),
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
    }: Keyed<BookBody>,
) -> Result<HttpResponse, Problem> {
    let fields = body.fields(api.clock().now().year())?;
    let answer = |created: &Done<Book>| {
        let book = BookRepresentation::new(created.outcome.clone());
        let location = format!("/books/{}", book.id());
        let mut response = HttpResponse::Created();
        response.insert_header((LOCATION, location));
        let answer = book.tagged(api.epoch())?.answer(&mut response);
        Ok(receipts::named(&api, created.last, answer))
    };
    let answer = once(&api, keyed, answer, async |keep| {
        let created = api.commands().create(fields, &caller, keep).await;
        created.map_err(of_command)
    })
    .await?;
    Ok(receipts::given(&api, &request, answer).await)
}

/// Lists or searches books, each with its authors.
#[utoipa::path(
    get, path = "/books", tag = "books",
    params(
        ("skip" = Option<u64>, Query, minimum = 0, maximum = 9_223_372_036_854_775_807_i64, description = "Pass over so many first (default 0)"),
        ("limit" = Option<u64>, Query, minimum = 1, maximum = 1000, description = "At most so many (default 100)"),
        ("after" = Option<String>, Query, description = "The cursor of a rel=\"next\" link"),
        ("isbn" = Option<String>, Query, description = "Only the book with this ISBN, in any form"),
        ("identifier" = Option<String>, Query, description = "Only books with this identifier, such as oclc:44954"),
        ("query" = Option<String>, Query, max_length = 1000, description = "Only books whose title, subtitle, subjects, authors, ISBN or identifier match: words or their beginnings in any order, the best match first"),
        ("language" = Option<String>, Query, description = "Only books in this language (BCP 47)"),
        ("publisher" = Option<String>, Query, description = "Only books from this publisher, whatever its case and accents"),
        ("subject" = Option<String>, Query, description = "Only books with this subject, whatever its case and accents"),
        ("year_from" = Option<i32>, Query, minimum = -9999, maximum = 9999, description = "Only books of this year or later"),
        ("year_to" = Option<i32>, Query, minimum = -9999, maximum = 9999, description = "Only books of this year or earlier"),
        ("author_id" = Option<i64>, Query, minimum = 1, description = "Only books that show this author"),
        ("without_isbn" = Option<bool>, Query, description = "Only books without an ISBN"),
        ("without_authors" = Option<bool>, Query, description = "Only books that show no author"),
        ("updated_since" = Option<String>, Query, description = "Only books that were changed at this time (RFC 3339) or day, or later"),
        ("sort" = Option<String>, Query, description = "id, title, year or updated_at, with a minus sign for the reverse; relevance with a query (its default)"),
        ("total" = Option<bool>, Query, description = "Whether to tell the number of all in X-Total-Count"),
    ),
    responses(
        (status = 200, body = Vec<BookRepresentation>, headers(("Link" = String, description = "rel=\"next\" while there is more"), ("X-Total-Count" = u64, description = "How many there are on all pages, if total=true"))),
        (status = 422, body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn list(
    request: HttpRequest,
    Ready(api): Ready<Api>,
) -> Result<HttpResponse, Problem> {
    let mut query = QueryParams::from_request(&request);
    let asked = AskedBooks::read(&mut query);
    query.finish()?;
    let mut response = HttpResponse::Ok();
    let (books, next) = if let Some((filter, page)) = asked.plain() {
        let listing = api.queries().list(filter, page).await.map_err(of_store)?;
        let last = listing.books.last().filter(|_| listing.more);
        let next = last.map(|last| last.book.state.book_id.get().to_string());
        (listing.books, next)
    } else {
        let total = asked.total();
        let (wanted, part) = asked.wanted();
        if total {
            let total = api.queries().count(&wanted).await.map_err(of_store)?;
            response.insert_header(total_count(total));
        }
        let found = api.queries().find(&wanted, part).await.map_err(of_store)?;
        (
            found.books,
            found.next.map(|next| next.to_cursor(wanted.order)),
        )
    };
    if let Some(next) = next {
        response.insert_header(next_link(&request, next)?);
    }
    let books = books.into_iter().map(BookRepresentation::from);
    Ok(response.json(books.collect::<Vec<_>>()))
}

/// Reads a book with its authors.
#[utoipa::path(
    get, path = "/books/{book_id}", tag = "books",
    params(
        ("book_id" = i64, Path, minimum = 1),
        ("If-None-Match" = Option<String>, Header, description = "The ETag of what you have"),
    ),
    responses(
        (status = 200, body = BookRepresentation, headers(("ETag" = String))),
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
    let id = book_id(&request)?;
    let view = view(&api, id).await?;
    if view.book.deleted {
        return Err(of_command(CommandError::BookDeleted(id)));
    }
    let book = BookRepresentation::from(view);
    let book = book.tagged(api.epoch())?;
    if if_none_match(&request, &book.tag()) {
        let mut unchanged = HttpResponse::NotModified();
        return Ok(unchanged.insert_header(book.tag()).finish());
    }
    Ok(book.answer(&mut HttpResponse::Ok()))
}

/// Replaces everything about a book.
#[utoipa::path(
    put, path = "/books/{book_id}", tag = "books", request_body = BookBody,
    params(
        ("book_id" = i64, Path, minimum = 1),
        ("If-Match" = Option<String>, Header, description = "Only if the book is still in this version"),
        ("Prefer" = Option<String>, Header, description = "wait-applied=N: answer once every consumer has applied the write, after N seconds (at most 30) at the latest"),
    ),
    responses(
        (status = 200, body = BookRepresentation, headers(("ETag" = String), ("X-Changed" = bool, description = "false if everything was so already"), ("X-Receipt" = String, description = "Names the write, for /sync/receipts"), ("X-Applied" = bool, description = "With wait-applied: whether every consumer has applied it"), ("Preference-Applied" = String))),
        (status = 400, body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json", description = "Another live book has its ISBN or identifier"),
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
    JsonBody(body): JsonBody<BookBody>,
) -> Result<HttpResponse, Problem> {
    let id = book_id(&request)?;
    let fields = body.fields(api.clock().now().year())?;
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

/// Deletes a book. Its links stay, unseen, until it is restored.
#[utoipa::path(
    delete, path = "/books/{book_id}", tag = "books",
    params(
        ("book_id" = i64, Path, minimum = 1),
        ("If-Match" = Option<String>, Header, description = "Only if the book is still in this version"),
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
    let target = target(&api, book_id(&request)?, if_match);
    let deleted = api.commands().delete(target.clone(), &caller).await;
    let done = match deleted {
        Ok(done) => done,
        Err(error) => return Err(refused(&api, &request, &target, error).await),
    };
    let answer = receipts::named(&api, done.last, HttpResponse::NoContent().finish());
    Ok(receipts::given(&api, &request, answer).await)
}

/// The book's id in the path; what is no id leads to nothing.
pub(super) fn book_id(request: &HttpRequest) -> Result<BookId, Problem> {
    let number = path_id::from_request(request, "book_id", "book")?;
    BookId::try_from(number).map_err(|_| path_id::no_such("book", number))
}

/// A book, a tombstone too.
pub(super) async fn view(api: &Api, id: BookId) -> Result<BookView, Problem> {
    let view = api.queries().book(id).await.map_err(of_store)?;
    view.ok_or_else(|| of_command(CommandError::NoSuchBook(id)))
}

/// Every record belongs to the current epoch, so a tag of another one matches nothing.
pub(super) fn target(api: &Api, id: BookId, if_match: IfMatch) -> Target {
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
