//! `/authors/{author_id}/restore` and `/authors/{author_id}/revert`.

use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use service_host::{idempotency::once, receipts};
use service_kit::{
    caller::Caller,
    conditional::IfMatch,
    field::Field,
    health::Ready,
    idempotency::{Keyed, KeyedCall},
    problem::{Problem, ProblemBody},
};
use utoipa::ToSchema;
use values::{FieldError, FieldErrors};

use super::{
    api::Api,
    authors::{author_id, target, view},
    representation::AuthorRepresentation,
    stale::refused,
    written::answer,
};

/// Brings a deleted author back as it was, in a greater version.
#[utoipa::path(
    post, path = "/authors/{author_id}/restore", tag = "history", operation_id = "restore",
    params(
        ("author_id" = i64, Path, minimum = 1),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key gets the same answer for 24 hours, and nothing is done twice", min_length = 1, max_length = 255),
        ("If-Match" = Option<String>, Header, description = "Only if the author is still in this version"),
        ("Prefer" = Option<String>, Header, description = "wait-applied=N: answer once every consumer has applied the write, after N seconds (at most 30) at the latest"),
    ),
    responses(
        (status = 200, body = AuthorRepresentation, headers(("ETag" = String), ("X-Changed" = bool, description = "false if it was not deleted"), ("X-Receipt" = String, description = "Names the write, for /sync/receipts"), ("X-Applied" = bool, description = "With wait-applied: whether every consumer has applied it"), ("Preference-Applied" = String), ("Idempotency-Replayed" = bool, description = "true if this answer was given before"))),
        (status = 400, body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json", description = "The key is being worked on"),
        (status = 412, body = ProblemBody, content_type = "application/problem+json", description = "It has changed since: current, changes_since", headers(("ETag" = String))),
        (status = 422, body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn restore(
    request: HttpRequest,
    Ready(api): Ready<Api>,
    caller: Caller,
    if_match: IfMatch,
    KeyedCall(keyed): KeyedCall,
) -> Result<HttpResponse, Problem> {
    let id = author_id(&request)?;
    let target = target(&api, id, if_match);
    let before = view(&api, id).await?;
    let answer = |done: &_| answer(&api, &before, done);
    let answer = once(&api, keyed, answer, async |keep| {
        let restored = api.commands().restore(target.clone(), &caller, keep).await;
        match restored {
            Ok(done) => Ok(done),
            Err(error) => Err(refused(&api, &request, &target, error).await),
        }
    })
    .await?;
    Ok(receipts::given(&api, &request, answer).await)
}

/// Gives an author the fields again that it had in an earlier version, as a new one.
#[utoipa::path(
    post, path = "/authors/{author_id}/revert", tag = "history", operation_id = "revert",
    request_body = RevertBody,
    params(
        ("author_id" = i64, Path, minimum = 1),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key gets the same answer for 24 hours, and nothing is done twice", min_length = 1, max_length = 255),
        ("If-Match" = Option<String>, Header, description = "Only if the author is still in this version"),
        ("Prefer" = Option<String>, Header, description = "wait-applied=N: answer once every consumer has applied the write, after N seconds (at most 30) at the latest"),
    ),
    responses(
        (status = 200, body = AuthorRepresentation, headers(("ETag" = String), ("X-Changed" = bool, description = "false if everything was so already"), ("X-Receipt" = String, description = "Names the write, for /sync/receipts"), ("X-Applied" = bool, description = "With wait-applied: whether every consumer has applied it"), ("Preference-Applied" = String), ("Idempotency-Replayed" = bool, description = "true if this answer was given before"))),
        (status = 400, body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json", description = "The key is being worked on"),
        (status = 410, body = ProblemBody, content_type = "application/problem+json", description = "Deleted"),
        (status = 412, body = ProblemBody, content_type = "application/problem+json", description = "It has changed since: current, changes_since", headers(("ETag" = String))),
        (status = 413, body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, body = ProblemBody, content_type = "application/problem+json", headers(("Accept" = String, description = "What would be read"))),
        (status = 422, body = ProblemBody, content_type = "application/problem+json"),
        (status = 428, body = ProblemBody, content_type = "application/problem+json", description = "Changes need If-Match here"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn revert(
    request: HttpRequest,
    Ready(api): Ready<Api>,
    caller: Caller,
    if_match: IfMatch,
    Keyed {
        request: keyed,
        body,
    }: Keyed<RevertBody>,
) -> Result<HttpResponse, Problem> {
    let id = author_id(&request)?;
    let to = body.version()?;
    let target = target(&api, id, if_match.of_a_change(&request)?);
    let before = view(&api, id).await?;
    let answer = |done: &_| answer(&api, &before, done);
    let answer = once(&api, keyed, answer, async |keep| {
        let (commands, past) = (api.commands(), api.queries().past.as_ref());
        let reverted = commands
            .revert(target.clone(), to, past, &caller, keep)
            .await;
        match reverted {
            Ok(done) => Ok(done),
            Err(error) => Err(refused(&api, &request, &target, error).await),
        }
    })
    .await?;
    Ok(receipts::given(&api, &request, answer).await)
}

/// Where to go back to.
#[derive(Deserialize, ToSchema)]
#[schema(as = Revert)]
pub(super) struct RevertBody {
    /// The version whose fields the author is to have again.
    #[serde(default)]
    #[schema(required = true, value_type = i64, minimum = 1, example = 1)]
    to: Field<i64>,
}

impl RevertBody {
    fn version(self) -> Result<i64, Problem> {
        let mut errors = FieldErrors::new();
        let to = self.to.required("to", &mut errors);
        match to {
            Some(version) if version >= 1 => return Ok(version),
            Some(_) => {
                let message = "must be a version: a whole number from 1";
                errors.push(FieldError::new("to", "out_of_range", message));
            }
            None => {}
        }
        Err(Problem::invalid_fields(errors.into_vec()))
    }
}
