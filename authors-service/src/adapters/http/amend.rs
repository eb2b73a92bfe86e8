//! `PATCH /authors/{author_id}`: edits of some fields (JSON Merge Patch, RFC 7396).

use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use service_host::receipts;
use service_kit::{
    caller::Caller,
    conditional::IfMatch,
    field::{Field, FieldList, FieldMap, in_declared_order},
    health::Ready,
    json_body::JsonBody,
    problem::{Problem, ProblemBody},
};
use utoipa::ToSchema;
use values::FieldErrors;

use super::{
    api::Api,
    authors::{author_id, target, view},
    representation::AuthorRepresentation,
    stale::{past, refused},
    written::answer,
};
use crate::domain::{Amendment, AuthorPatch, CommandError, RawAuthor};

/// Some fields of an author: those that are left out stay as they are, `null` takes a value away.
#[derive(Deserialize, ToSchema)]
#[schema(as = AuthorPatch)]
pub(super) struct AuthorPatchBody {
    /// Can not be taken away.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 255, example = "Gabriel García Márquez")]
    name: Field<String>,
    /// `1927`, `1927-03` or `1927-03-06` (EDTF level 0), from -3000, not in the future.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    birth_date: Field<String>,
    /// In the same forms; not before the birth.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "2014-04-17")]
    death_date: Field<String>,
    /// In words.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 100)]
    nationality: Field<String>,
    /// In prose.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 10_000)]
    biography: Field<String>,
    /// All other names.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>, max_items = 50)]
    aliases: FieldList<String>,
    /// By scheme; `null` takes one away, and those that are left out stay.
    #[serde(default)]
    #[schema(value_type = Option<std::collections::BTreeMap<String, Option<String>>>)]
    identifiers: FieldMap<String>,
}

impl AuthorPatchBody {
    /// Checks the types; what the values mean depends on the author, but for what is wrong anyway.
    fn patch(self, today: chrono::NaiveDate) -> Result<AuthorPatch, Problem> {
        let mut errors = FieldErrors::new();
        let patch = AuthorPatch {
            name: self.name.into_edit("name", &mut errors),
            birth_date: self.birth_date.into_edit("birth_date", &mut errors),
            death_date: self.death_date.into_edit("death_date", &mut errors),
            nationality: self.nationality.into_edit("nationality", &mut errors),
            biography: self.biography.into_edit("biography", &mut errors),
            aliases: self.aliases.into_edit("aliases", &mut errors),
            identifiers: self.identifiers.into_edits("identifiers", &mut errors),
        };
        if errors.is_empty() {
            return Ok(patch);
        }
        let any = RawAuthor {
            name: Some("any".to_owned()),
            ..RawAuthor::default()
        };
        if let Err(meanings) = patch.apply(any).parse(today) {
            errors.extend_unnamed(meanings);
        }
        Err(Problem::invalid_fields(in_declared_order::<Self>(errors)))
    }
}

/// Edits some fields of an author. An edit of an older version, named by `If-Match`, is merged with what
/// others did since; where both gave a field another value, the answer compares them.
#[utoipa::path(
    patch, path = "/authors/{author_id}", tag = "authors",
    request_body(content((AuthorPatchBody = "application/merge-patch+json"), (AuthorPatchBody = "application/json"))),
    params(
        ("author_id" = i64, Path, minimum = 1),
        ("If-Match" = Option<String>, Header, description = "The version that was edited; it need not be the current one"),
        ("Prefer" = Option<String>, Header, description = "wait-applied=N: answer once every consumer has applied the write, after N seconds (at most 30) at the latest"),
    ),
    responses(
        (status = 200, body = AuthorRepresentation, headers(("ETag" = String), ("X-Changed" = bool, description = "false if everything was so already"), ("X-Receipt" = String, description = "Names the write, for /sync/receipts"), ("X-Applied" = bool, description = "With wait-applied: whether every consumer has applied it"), ("Preference-Applied" = String))),
        (status = 400, body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json", description = "Others gave the same fields other values: conflicts", headers(("ETag" = String))),
        (status = 410, body = ProblemBody, content_type = "application/problem+json", description = "Deleted"),
        (status = 412, body = ProblemBody, content_type = "application/problem+json", description = "The version that was edited is not known any more: current, changes_since", headers(("ETag" = String))),
        (status = 413, body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, body = ProblemBody, content_type = "application/problem+json", headers(("Accept" = String, description = "What would be read"))),
        (status = 422, body = ProblemBody, content_type = "application/problem+json"),
        (status = 428, body = ProblemBody, content_type = "application/problem+json", description = "Changes need If-Match here"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn amend(
    request: HttpRequest,
    Ready(api): Ready<Api>,
    caller: Caller,
    if_match: IfMatch,
    JsonBody(body): JsonBody<AuthorPatchBody>,
) -> Result<HttpResponse, Problem> {
    let id = author_id(&request)?;
    let mut amendment = Amendment {
        target: target(&api, id, if_match),
        base: None,
        patch: body.patch(api.clock().now().date_naive())?,
    };
    let before = view(&api, id).await?;
    let mut amended = api.commands().amend(amendment.clone(), &caller).await;
    if let Err(CommandError::VersionMismatch { current, .. }) = amended {
        amendment.base = past(&api, &amendment.target, current).await?;
        if amendment.base.is_some() {
            amended = api.commands().amend(amendment.clone(), &caller).await;
        }
    }
    let done = match amended {
        Ok(done) => done,
        Err(error) => return Err(refused(&api, &request, &amendment.target, error).await),
    };
    let answer = answer(&api, &before, &done)?;
    Ok(receipts::given(&api, &request, answer).await)
}
