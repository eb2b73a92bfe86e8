//! `/authors/{author_id}/restore` and `/authors/{author_id}/revert`.

use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use service_kit::{
    caller::Caller,
    conditional::IfMatch,
    field::Field,
    health::Ready,
    json_body::JsonBody,
    problem::{Problem, ProblemBody},
};
use shared_events::AuthorId;
use utoipa::ToSchema;
use values::{FieldError, FieldErrors};

use super::{
    api::Api,
    authors::{author_id, find, target},
    problems::of_command,
    representation::{AuthorRepresentation, changed},
};

/// Brings a deleted author back as it was, in a greater version.
#[utoipa::path(
    post, path = "/authors/{author_id}/restore", tag = "history", operation_id = "restore",
    params(
        ("author_id" = i64, Path, minimum = 1),
        ("If-Match" = Option<String>, Header, description = "Only if the author is still in this version"),
    ),
    responses(
        (status = 200, body = AuthorRepresentation, headers(("ETag" = String), ("X-Changed" = bool, description = "false if it was not deleted"))),
        (status = 400, body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 410, body = ProblemBody, content_type = "application/problem+json", description = "Deleted again meanwhile"),
        (status = 412, body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn restore(
    request: HttpRequest,
    Ready(api): Ready<Api>,
    caller: Caller,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    let id = author_id(&request)?;
    let target = target(&api, id, if_match);
    let restored = api.commands().restore(target, &caller).await;
    answer(&api, id, restored.map_err(of_command)?).await
}

/// Gives an author the fields again that it had in an earlier version, as a new one.
#[utoipa::path(
    post, path = "/authors/{author_id}/revert", tag = "history", operation_id = "revert",
    request_body = RevertBody,
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
pub(super) async fn revert(
    request: HttpRequest,
    Ready(api): Ready<Api>,
    caller: Caller,
    if_match: IfMatch,
    JsonBody(body): JsonBody<RevertBody>,
) -> Result<HttpResponse, Problem> {
    let id = author_id(&request)?;
    let to = body.version()?;
    let target = target(&api, id, if_match);
    let past = api.queries().past.as_ref();
    let reverted = api.commands().revert(target, to, past, &caller).await;
    answer(&api, id, reverted.map_err(of_command)?).await
}

async fn answer(api: &Api, id: AuthorId, differed: bool) -> Result<HttpResponse, Problem> {
    let author = AuthorRepresentation::from(find(api, id).await?);
    let mut response = HttpResponse::Ok();
    response.insert_header(changed(differed));
    Ok(author.tagged(api.epoch())?.answer(&mut response))
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
