//! Error answers as problem documents (RFC 9457, `application/problem+json`).
//!
//! A handler returns `Result<_, Problem>`; [`crate::http::app`] fills in `instance` and
//! `correlation_id`, and turns every other error answer into a problem document too.

mod body;
mod kind;
mod log;
mod page;

use std::fmt;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER};
use values::FieldError;

pub(crate) use body::Asked;
pub use body::{FieldProblem, ProblemBody};
pub use kind::ProblemKind;
pub(crate) use page::configure as configure_pages;

/// Content type of a problem document.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// The most entries of `errors` in one answer, so that a small request can't ask for a huge one.
pub const MAX_ERRORS: usize = 100;

/// Why a request is refused, in words for the one who sent it.
#[derive(Debug, Clone)]
pub struct Problem(Box<Inner>);

#[derive(Debug, Clone)]
struct Inner {
    kind: ProblemKind,
    detail: String,
    errors: Vec<FieldError>,
    extensions: serde_json::Map<String, serde_json::Value>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Problem {
    /// A problem of this kind; `detail` is a sentence for a person about this occurrence.
    pub fn new(kind: ProblemKind, detail: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            detail: detail.into(),
            errors: Vec::new(),
            extensions: serde_json::Map::new(),
            headers: Vec::new(),
        }))
    }

    /// 422 with every wrong field in `errors`, and a `detail` that names them all.
    ///
    /// Of several errors about one field with one code the first is kept; of more than
    /// [`MAX_ERRORS`] the first ones.
    pub fn invalid_fields(errors: Vec<FieldError>) -> Self {
        let mut kept: Vec<FieldError> = Vec::new();
        let mut left_out = 0_usize;
        for error in errors {
            if kept
                .iter()
                .any(|seen| seen.field == error.field && seen.code == error.code)
            {
                continue;
            }
            if kept.len() < MAX_ERRORS {
                kept.push(error);
            } else {
                left_out += 1;
            }
        }
        Self::new(ProblemKind::InvalidFields, sentence(&kept, left_out)).with_errors(kept)
    }

    /// 500. The source goes to the log and stays there: the answer has a neutral detail.
    pub fn internal(source: &dyn fmt::Display) -> Self {
        log::internal(source);
        Self::neutral_internal()
    }

    /// 500, like [`Problem::internal`], with the whole chain of sources in the log.
    pub fn internal_error(source: &(dyn std::error::Error + 'static)) -> Self {
        log::internal(&log::Chain(source));
        Self::neutral_internal()
    }

    /// 503: something that this service needs is away; `Retry-After` says when to ask again.
    pub fn unavailable(detail: impl Into<String>, retry_after_seconds: u32) -> Self {
        Self::new(ProblemKind::Unavailable, detail)
            .with_header(RETRY_AFTER, HeaderValue::from(retry_after_seconds))
    }

    pub(crate) fn neutral_internal() -> Self {
        Self::new(
            ProblemKind::Internal,
            "Something went wrong on our side. The correlation id finds it in the log.",
        )
    }

    /// Adds `errors`, one entry a wrong field.
    pub fn with_errors(mut self, errors: Vec<FieldError>) -> Self {
        self.0.errors.extend(errors);
        self
    }

    /// Adds a member of its own (RFC 9457, 3.2), such as the id of the record in conflict. A name
    /// that the document defines itself (`type`, `status`, …) is left as it is.
    pub fn with_extension(
        mut self,
        name: impl Into<String>,
        value: impl Into<serde_json::Value>,
    ) -> Self {
        let name = name.into();
        if !ProblemBody::MEMBERS.contains(&name.as_str()) {
            self.0.extensions.insert(name, value.into());
        }
        self
    }

    /// Adds a header to the answer, such as `Retry-After` or `Allow`.
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers.push((name, value));
        self
    }

    /// Its kind.
    pub fn kind(&self) -> ProblemKind {
        self.0.kind
    }

    /// What a person reads about this occurrence.
    pub fn detail(&self) -> &str {
        &self.0.detail
    }

    /// The wrong fields.
    pub fn errors(&self) -> &[FieldError] {
        &self.0.errors
    }

    /// The document as it is sent, without `instance` and `correlation_id`.
    pub fn body(&self) -> ProblemBody {
        ProblemBody::of(self, None)
    }

    pub(crate) fn answer(&self, asked: Option<&Asked>) -> HttpResponse {
        let mut response = HttpResponse::build(self.0.kind.status());
        for (name, value) in &self.0.headers {
            response.append_header((name.clone(), value.clone()));
        }
        response.insert_header((CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON)));
        response.body(ProblemBody::of(self, asked).to_json())
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.detail)
    }
}

impl std::error::Error for Problem {}

impl actix_web::ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.0.kind.status()
    }

    fn error_response(&self) -> HttpResponse {
        self.answer(None)
    }
}

fn sentence(errors: &[FieldError], left_out: usize) -> String {
    if errors.is_empty() {
        return "The request holds a value that is not allowed.".to_owned();
    }
    let list = errors
        .iter()
        .map(|error| format!("{} {}", error.field, error.message))
        .collect::<Vec<_>>()
        .join("; ");
    let total = errors.len() + left_out;
    match (total, left_out) {
        (1, _) => format!("{list}."),
        (_, 0) => format!("{total} values are wrong: {list}."),
        (_, more) => format!("{total} values are wrong: {list}; and {more} more."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_detail_names_every_wrong_field() {
        let problem = Problem::invalid_fields(vec![
            FieldError::new("name", "required", "must be given"),
            FieldError::new("aliases[2]", "wrong_type", "must be a string, not a number"),
        ]);
        assert_eq!(
            problem.detail(),
            "2 values are wrong: name must be given; aliases[2] must be a string, not a number."
        );
    }

    #[test]
    fn one_wrong_field_makes_one_plain_sentence() {
        let problem =
            Problem::invalid_fields(vec![FieldError::new("skip", "range", "must be at least 0")]);
        assert_eq!(problem.detail(), "skip must be at least 0.");
    }

    #[test]
    fn the_same_reason_for_the_same_field_is_told_once() {
        let error = FieldError::new("name", "too_long", "must be shorter");
        let problem = Problem::invalid_fields(vec![error.clone(), error]);
        assert_eq!(problem.errors().len(), 1);
    }

    #[test]
    fn a_great_many_errors_are_cut_and_counted() {
        let errors = (0..1_000)
            .map(|i| FieldError::new(format!("ids[{i}]"), "wrong_type", "must be a number"))
            .collect();
        let problem = Problem::invalid_fields(errors);
        assert_eq!(problem.errors().len(), MAX_ERRORS);
        assert!(
            problem
                .detail()
                .starts_with("1000 values are wrong: ids[0]")
        );
        assert!(problem.detail().ends_with("; and 900 more."));
    }

    #[test]
    fn an_extension_can_not_replace_a_member_of_the_document() {
        let body = Problem::new(ProblemKind::Conflict, "taken")
            .with_extension("existing_id", 7)
            .with_extension("status", 200)
            .body();
        let json = String::from_utf8_lossy(&body.to_json()).into_owned();
        assert!(json.contains(r#""existing_id":7"#), "{json}");
        assert!(json.contains(r#""status":409"#), "{json}");
        assert!(!json.contains("200"), "{json}");
    }
}
