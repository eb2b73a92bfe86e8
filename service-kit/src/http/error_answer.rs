//! Every error answer as a problem document, whoever made it.

use std::fmt;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::ServiceResponse;
use actix_web::http::header::{
    ALLOW, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue,
    TRANSFER_ENCODING,
};
use actix_web::http::{Method, StatusCode};
use actix_web::{Error, HttpResponse, ResponseError};

use crate::problem::{Asked, PROBLEM_JSON, Problem, ProblemKind};

/// The answer with its problem document, or as it is when it is no error.
pub(super) fn complete<B: MessageBody + 'static>(
    response: ServiceResponse<B>,
    asked: &Asked,
    method: &Method,
) -> ServiceResponse<BoxBody> {
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error()) {
        return response.map_into_boxed_body();
    }
    let own = response
        .response()
        .error()
        .and_then(Error::as_error::<Problem>);
    let problem = match own {
        Some(problem) => problem.clone(),
        None if is_problem_document(response.headers()) => return response.map_into_boxed_body(),
        None => made_elsewhere(
            status,
            response.response().error(),
            response.headers(),
            method,
        ),
    };
    let (request, replaced) = response.into_parts();
    let mut answer = problem.answer(Some(asked));
    keep_headers(replaced.headers(), answer.headers_mut());
    ServiceResponse::new(request, answer)
}

fn is_problem_document(headers: &HeaderMap) -> bool {
    headers
        .get(CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(PROBLEM_JSON.as_bytes()))
}

fn made_elsewhere(
    status: StatusCode,
    error: Option<&Error>,
    headers: &HeaderMap,
    method: &Method,
) -> Problem {
    if status.is_server_error() {
        return match error {
            Some(error) if status == StatusCode::INTERNAL_SERVER_ERROR => Problem::internal(error),
            _ if status == StatusCode::INTERNAL_SERVER_ERROR => {
                Problem::internal(&"a handler answered 500 without a reason")
            }
            _ => Problem::new(
                ProblemKind::from_status(status),
                "The service can not answer this at the moment.",
            ),
        };
    }
    let detail = match (status, error) {
        (StatusCode::METHOD_NOT_ALLOWED, _) => return method_not_allowed(headers, method),
        (StatusCode::NOT_FOUND, _) => "There is nothing at this address.".to_owned(),
        (_, Some(error)) => error.to_string(),
        (_, None) => format!(
            "The request was refused: {}.",
            status.canonical_reason().unwrap_or("error")
        ),
    };
    Problem::new(ProblemKind::from_status(status), detail)
}

/// RFC 9110, 15.5.6: `Allow` lists what is answered; HEAD is, wherever GET is.
fn method_not_allowed(headers: &HeaderMap, method: &Method) -> Problem {
    let mut allowed: Vec<String> = headers
        .get_all(ALLOW)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|method| method.trim().to_owned())
        .filter(|method| !method.is_empty())
        .collect();
    if allowed.iter().any(|method| method == "GET") && !allowed.iter().any(|m| m == "HEAD") {
        allowed.push("HEAD".to_owned());
    }
    allowed.sort();
    allowed.dedup();
    if allowed.is_empty() {
        let detail = format!("{method} is not answered here.");
        return Problem::new(ProblemKind::MethodNotAllowed, detail);
    }
    let allowed = allowed.join(", ");
    let problem = Problem::new(
        ProblemKind::MethodNotAllowed,
        format!("{method} is not answered here; these are: {allowed}."),
    );
    match HeaderValue::try_from(allowed) {
        Ok(value) => problem.with_header(ALLOW, value),
        Err(_) => problem,
    }
}

/// What the replaced answer said beside its body goes on being said.
fn keep_headers(replaced: &HeaderMap, headers: &mut HeaderMap) {
    let own: Vec<HeaderName> = headers.keys().cloned().collect();
    for (name, value) in replaced {
        let of_the_body = [
            CONTENT_TYPE,
            CONTENT_LENGTH,
            CONTENT_ENCODING,
            TRANSFER_ENCODING,
        ];
        if !of_the_body.contains(name) && !own.contains(name) {
            headers.append(name.clone(), value.clone());
        }
    }
}

/// An error that left the application without a response: all that is needed to answer it.
#[derive(Debug)]
pub(super) struct Unanswered {
    problem: Problem,
    asked: Asked,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Unanswered {
    pub(super) fn new(error: &Error, asked: Asked, method: &Method) -> Self {
        let problem = match error.as_error::<Problem>() {
            Some(problem) => problem.clone(),
            None => {
                let status = error.as_response_error().status_code();
                made_elsewhere(status, Some(error), &HeaderMap::new(), method)
            }
        };
        Self {
            problem,
            asked,
            headers: Vec::new(),
        }
    }

    pub(super) fn with_headers(
        mut self,
        headers: impl IntoIterator<Item = (HeaderName, HeaderValue)>,
    ) -> Self {
        self.headers.extend(headers);
        self
    }
}

impl fmt::Display for Unanswered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.problem.fmt(f)
    }
}

impl ResponseError for Unanswered {
    fn status_code(&self) -> StatusCode {
        self.problem.kind().status()
    }

    fn error_response(&self) -> HttpResponse {
        let mut answer = self.problem.answer(Some(&self.asked));
        for (name, value) in &self.headers {
            answer.headers_mut().append(name.clone(), value.clone());
        }
        answer
    }
}
