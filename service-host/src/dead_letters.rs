//! `/dead-letters`: the messages that could not be applied, for operators.

mod representation;

use actix_web::{
    HttpRequest, HttpResponse,
    web::{self, ServiceConfig},
};
use chrono::{DateTime, Utc};
use replication::parked::{Chosen, Listed, ParkedMessages};
use service_kit::{
    health::Ready,
    paging::next_link,
    path_id::no_such,
    problem::{Problem, ProblemBody},
    query::QueryParams,
};
use tracing::info;
use uuid::Uuid;

use crate::of_store;
use representation::{DeadLetter, Redriven};

/// Letters on a page at the most. Their payloads are read with them.
const MOST: u64 = 100;

/// What a service's handlers work with, as far as dead letters are concerned.
pub trait KeepsDeadLetters: Clone + 'static {
    /// The messages that the service could not apply.
    fn parked(&self) -> &dyn ParkedMessages;

    /// The time.
    fn now(&self) -> DateTime<Utc>;
}

/// Adds the paths.
pub fn configure<A: KeepsDeadLetters>(config: &mut ServiceConfig) {
    config
        .service(
            web::resource("/dead-letters")
                .route(web::get().to(list::<A>))
                .route(web::delete().to(purge_all::<A>)),
        )
        .service(web::resource("/dead-letters/redrive").route(web::post().to(redrive_all::<A>)))
        .service(
            web::resource("/dead-letters/{id}")
                .route(web::get().to(show::<A>))
                .route(web::delete().to(purge::<A>)),
        )
        .service(web::resource("/dead-letters/{id}/redrive").route(web::post().to(redrive::<A>)));
}

/// Lists the messages that were given up, by id, without their payload.
///
/// # Errors
/// A 422 or 503 [`Problem`].
#[utoipa::path(
    get, path = "/dead-letters", tag = "operation", operation_id = "list_dead_letters",
    params(
        ("all" = Option<bool>, Query, description = "true: also those that are still to be tried again by themselves"),
        ("limit" = Option<u64>, Query, minimum = 1, maximum = 100, description = "At most so many (default 100)"),
        ("after" = Option<String>, Query, description = "The cursor of a rel=\"next\" link"),
    ),
    responses(
        (status = 200, body = Vec<DeadLetter>, headers(("Link" = String, description = "rel=\"next\" while there is more"))),
        (status = 422, body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn list<A: KeepsDeadLetters>(
    request: HttpRequest,
    Ready(api): Ready<A>,
) -> Result<HttpResponse, Problem> {
    let mut query = QueryParams::from_request(&request);
    let listed = listed(&mut query);
    let limit = query.u64("limit", MOST, 1..=MOST) as u32;
    let after = after(&mut query);
    query.finish()?;
    // One more than asked for tells whether there is more.
    let found = api.parked().list(listed, after, limit + 1).await;
    let mut letters = found.map_err(of_store)?;
    let more = letters.len() > limit as usize;
    letters.truncate(limit as usize);
    let mut response = HttpResponse::Ok();
    if let Some(last) = letters.last().filter(|_| more) {
        response.insert_header(next_link(&request, last.id)?);
    }
    let letters: Vec<_> = letters.into_iter().map(DeadLetter::listed).collect();
    Ok(response.json(letters))
}

fn listed(query: &mut QueryParams) -> Listed {
    match query.text("all").as_deref() {
        None | Some("false") => Listed::Dead,
        Some("true") => Listed::All,
        Some(_) => {
            query.wrong("all", "format", "must be true or false");
            Listed::Dead
        }
    }
}

fn after(query: &mut QueryParams) -> Option<Uuid> {
    let cursor = query.text("after")?;
    let id = Uuid::parse_str(&cursor).ok();
    if id.is_none() {
        let message = "must be the cursor of a rel=\"next\" link";
        query.wrong("after", "cursor", message);
    }
    id
}

/// Shows one message with its payload.
///
/// # Errors
/// A 404 or 503 [`Problem`].
#[utoipa::path(
    get, path = "/dead-letters/{id}", tag = "operation", operation_id = "show_dead_letter",
    params(("id" = Uuid, Path)),
    responses(
        (status = 200, body = DeadLetter),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn show<A: KeepsDeadLetters>(
    request: HttpRequest,
    Ready(api): Ready<A>,
) -> Result<HttpResponse, Problem> {
    let id = id(&request)?;
    let found = api.parked().get(id).await.map_err(of_store)?;
    let letter = DeadLetter::shown(found.ok_or_else(|| no_such(WHAT, id))?);
    Ok(HttpResponse::Ok().json(letter.map_err(|error| Problem::internal(&error))?))
}

/// Has one message tried once more, now. Asking twice changes nothing.
///
/// # Errors
/// A 404 or 503 [`Problem`].
#[utoipa::path(
    post, path = "/dead-letters/{id}/redrive", tag = "operation", operation_id = "redrive_dead_letter",
    params(("id" = Uuid, Path)),
    responses(
        (status = 202, body = Redriven),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn redrive<A: KeepsDeadLetters>(
    request: HttpRequest,
    Ready(api): Ready<A>,
) -> Result<HttpResponse, Problem> {
    let id = id(&request)?;
    let redriven = api.parked().redrive(Chosen::One(id), api.now()).await;
    let redriven = redriven.map_err(of_store)?;
    if redriven == 0 && api.parked().get(id).await.map_err(of_store)?.is_none() {
        return Err(no_such(WHAT, id));
    }
    info!(%id, "dead letter redriven");
    Ok(HttpResponse::Accepted().json(Redriven { redriven }))
}

/// Has every dead letter tried once more, now.
///
/// # Errors
/// A 503 [`Problem`].
#[utoipa::path(
    post, path = "/dead-letters/redrive", tag = "operation", operation_id = "redrive_dead_letters",
    responses(
        (status = 202, body = Redriven),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn redrive_all<A: KeepsDeadLetters>(
    Ready(api): Ready<A>,
) -> Result<HttpResponse, Problem> {
    let redriven = api.parked().redrive(Chosen::AllDead, api.now()).await;
    let redriven = redriven.map_err(of_store)?;
    info!(redriven, "all dead letters redriven");
    Ok(HttpResponse::Accepted().json(Redriven { redriven }))
}

/// Forgets one message for good.
///
/// # Errors
/// A 404 or 503 [`Problem`].
#[utoipa::path(
    delete, path = "/dead-letters/{id}", tag = "operation", operation_id = "purge_dead_letter",
    params(("id" = Uuid, Path)),
    responses(
        (status = 204, description = "Forgotten"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn purge<A: KeepsDeadLetters>(
    request: HttpRequest,
    Ready(api): Ready<A>,
) -> Result<HttpResponse, Problem> {
    let id = id(&request)?;
    match api
        .parked()
        .purge(Chosen::One(id))
        .await
        .map_err(of_store)?
    {
        0 => Err(no_such(WHAT, id)),
        _ => {
            info!(%id, "dead letter purged");
            Ok(HttpResponse::NoContent().finish())
        }
    }
}

/// Forgets every dead letter for good; those that are still to be tried again stay.
///
/// # Errors
/// A 503 [`Problem`].
#[utoipa::path(
    delete, path = "/dead-letters", tag = "operation", operation_id = "purge_dead_letters",
    responses(
        (status = 204, description = "None is left"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn purge_all<A: KeepsDeadLetters>(Ready(api): Ready<A>) -> Result<HttpResponse, Problem> {
    let purged = api.parked().purge(Chosen::AllDead).await;
    let purged = purged.map_err(of_store)?;
    info!(purged, "all dead letters purged");
    Ok(HttpResponse::NoContent().finish())
}

/// What an id that names nothing is said not to name.
const WHAT: &str = "dead letter";

/// The id in the path; what is no id leads to nothing.
fn id(request: &HttpRequest) -> Result<Uuid, Problem> {
    let segment = request.match_info().query("id");
    Uuid::parse_str(segment).map_err(|_| no_such(WHAT, segment))
}
