//! What surrounds every request: its correlation id, its span, its line in the log, and the
//! headers and problem documents that all answers share.

use std::time::{Duration, Instant};

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue, X_CONTENT_TYPE_OPTIONS};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage as _};
use tracing::{Instrument as _, Span};

use super::{AppDefaults, cors, error_answer, head};
use crate::correlation::{CORRELATION_HEADER, CorrelationId};
use crate::problem::Asked;

pub(super) async fn answer<B: MessageBody + 'static>(
    defaults: AppDefaults,
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let started = Instant::now();
    let id = correlation_id(&request, &defaults);
    let method = request.method().clone();
    let asked = Asked {
        path: request.path().to_owned(),
        correlation_id: id.as_str().to_owned(),
    };
    let span = tracing::info_span!(
        "request",
        correlation_id = id.as_str(),
        method = method.as_str(),
        path = asked.path,
    );
    let shared_headers = headers_of_every_answer(&id);
    let cors_headers = cors::readable_by(request.headers(), &defaults.cors_origins);
    let quiet = is_probe(&asked.path);
    request.extensions_mut().insert(id);
    let is_head = head::route_as_get(&mut request);

    let result = next.call(request).instrument(span.clone()).await;

    let _in_span = span.enter();
    match result {
        Ok(response) => {
            let mut response = error_answer::complete(response, &asked, &method);
            for (name, value) in shared_headers {
                response.headers_mut().insert(name, value);
            }
            if is_head {
                response = head::without_body(response);
            }
            log(&span, response.status(), started.elapsed(), quiet);
            Ok(response)
        }
        Err(error) => {
            let unanswered = error_answer::Unanswered::new(&error, asked, &method)
                .with_headers(shared_headers)
                .with_headers(cors_headers);
            let error = Error::from(unanswered);
            let status = error.as_response_error().status_code();
            log(&span, status, started.elapsed(), quiet);
            Err(error)
        }
    }
}

fn correlation_id(request: &ServiceRequest, defaults: &AppDefaults) -> CorrelationId {
    request
        .headers()
        .get(CORRELATION_HEADER)
        .and_then(|value| value.to_str().ok())
        .and_then(CorrelationId::parse)
        .unwrap_or_else(|| CorrelationId::generate(&*defaults.clock))
}

fn headers_of_every_answer(id: &CorrelationId) -> Vec<(HeaderName, HeaderValue)> {
    let mut headers = vec![(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"))];
    // An id is visible ASCII, which every header value may be.
    if let Ok(value) = HeaderValue::from_str(id.as_str()) {
        headers.push((CORRELATION_HEADER, value));
    }
    headers
}

/// Probes come every few seconds for ever.
fn is_probe(path: &str) -> bool {
    path == "/health" || path.starts_with("/health/")
}

fn log(span: &Span, status: StatusCode, took: Duration, quiet: bool) {
    let status = status.as_u16();
    let duration_ms = took.as_secs_f64() * 1_000.0;
    let duration_ms = (duration_ms * 1_000.0).round() / 1_000.0;
    if quiet {
        tracing::debug!(parent: span, status, duration_ms, "request answered");
    } else {
        tracing::info!(parent: span, status, duration_ms, "request answered");
    }
}
