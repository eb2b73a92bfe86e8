//! `PATCH /books/{book_id}`: edits of some fields (JSON Merge Patch, RFC 7396).

use actix_web::{HttpRequest, HttpResponse};
use chrono::Datelike as _;
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
    books::{book_id, target, view},
    representation::BookRepresentation,
    stale::{past, refused},
    written::answer,
};
use crate::domain::{Amendment, BookPatch, CommandError, RawBook};

/// Some fields of a book: those that are left out stay as they are, `null` takes a value away.
#[derive(Deserialize, ToSchema)]
#[schema(as = BookPatch)]
pub(super) struct BookPatchBody {
    /// Can not be taken away.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 500, example = "Cien años de soledad")]
    title: Field<String>,
    /// What follows the title on the title page.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 500)]
    subtitle: Field<String>,
    /// ISBN-10 or ISBN-13, hyphens and spaces allowed; unique among live books.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    isbn: Field<String>,
    /// From -3000 to five years ahead; ISO 8601: 0 is 1 BCE.
    #[serde(default)]
    #[schema(value_type = Option<i32>, minimum = -3000, example = 1967)]
    publication_year: Field<i64>,
    /// Language tag (BCP 47); kept in its canonical form.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    language: Field<String>,
    /// In words.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 255)]
    publisher: Field<String>,
    /// How many pages.
    #[serde(default)]
    #[schema(value_type = Option<i32>, minimum = 1, maximum = 100_000)]
    page_count: Field<i64>,
    /// In prose.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 10_000)]
    description: Field<String>,
    /// All headings, each of at most 100 characters.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>, max_items = 100)]
    subjects: FieldList<String>,
    /// By scheme; `null` takes one away, and those that are left out stay.
    #[serde(default)]
    #[schema(value_type = Option<std::collections::BTreeMap<String, Option<String>>>)]
    identifiers: FieldMap<String>,
}

impl BookPatchBody {
    /// Checks the types; what the values mean depends on the book, but for what is wrong anyway.
    fn patch(self, this_year: i32) -> Result<BookPatch, Problem> {
        let mut errors = FieldErrors::new();
        let patch = BookPatch {
            title: self.title.into_edit("title", &mut errors),
            subtitle: self.subtitle.into_edit("subtitle", &mut errors),
            isbn: self.isbn.into_edit("isbn", &mut errors),
            publication_year: self
                .publication_year
                .into_edit("publication_year", &mut errors),
            language: self.language.into_edit("language", &mut errors),
            publisher: self.publisher.into_edit("publisher", &mut errors),
            page_count: self.page_count.into_edit("page_count", &mut errors),
            description: self.description.into_edit("description", &mut errors),
            subjects: self.subjects.into_edit("subjects", &mut errors),
            identifiers: self.identifiers.into_edits("identifiers", &mut errors),
        };
        if errors.is_empty() {
            return Ok(patch);
        }
        let any = RawBook {
            title: Some("any".to_owned()),
            ..RawBook::default()
        };
        if let Err(meanings) = patch.apply(any).parse(this_year) {
            errors.extend_unnamed(meanings);
        }
        Err(Problem::invalid_fields(in_declared_order::<Self>(errors)))
    }
}

/// Edits some fields of a book. An edit of an older version, named by `If-Match`, is merged with what
/// others did since; where both gave a field another value, the answer compares them.
#[utoipa::path(
    patch, path = "/books/{book_id}", tag = "books",
    request_body(content((BookPatchBody = "application/merge-patch+json"), (BookPatchBody = "application/json"))),
    params(
        ("book_id" = i64, Path, minimum = 1),
        ("If-Match" = Option<String>, Header, description = "The version that was edited; it need not be the current one"),
        ("Prefer" = Option<String>, Header, description = "wait-applied=N: answer once every consumer has applied the write, after N seconds (at most 30) at the latest"),
    ),
    responses(
        (status = 200, body = BookRepresentation, headers(("ETag" = String), ("X-Changed" = bool, description = "false if everything was so already"), ("X-Receipt" = String, description = "Names the write, for /sync/receipts"), ("X-Applied" = bool, description = "With wait-applied: whether every consumer has applied it"), ("Preference-Applied" = String))),
        (status = 400, body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json", description = "Another live book has its ISBN or identifier; or others gave the same fields other values: conflicts", headers(("ETag" = String))),
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
    JsonBody(body): JsonBody<BookPatchBody>,
) -> Result<HttpResponse, Problem> {
    let id = book_id(&request)?;
    let mut amendment = Amendment {
        target: target(&api, id, if_match),
        base: None,
        patch: body.patch(api.clock().now().year())?,
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
