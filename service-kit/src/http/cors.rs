//! CORS: configured origins only, and just the headers that clients need.

use actix_cors::Cors;
use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, ALLOW, CONTENT_TYPE, ETAG, HeaderMap, HeaderName, HeaderValue,
    IF_MATCH, IF_NONE_MATCH, LINK, LOCATION, ORIGIN, RETRY_AFTER, VARY,
};

use super::Origin;
use crate::correlation::CORRELATION_HEADER;

/// How long a browser may remember a preflight's answer, in seconds.
const PREFLIGHT_SECONDS: usize = 3_600;

pub(super) fn layer(origins: &[Origin]) -> Cors {
    let headers = [
        CONTENT_TYPE,
        CORRELATION_HEADER,
        IF_MATCH,
        IF_NONE_MATCH,
        HeaderName::from_static("idempotency-key"),
        HeaderName::from_static("prefer"),
    ];
    let exposed = [
        ALLOW,
        CORRELATION_HEADER,
        ETAG,
        LINK,
        LOCATION,
        RETRY_AFTER,
        HeaderName::from_static("idempotency-replayed"),
        HeaderName::from_static("preference-applied"),
        HeaderName::from_static("x-applied"),
        HeaderName::from_static("x-changed"),
        HeaderName::from_static("x-receipt"),
        HeaderName::from_static("x-total-count"),
    ];
    origins
        .iter()
        .fold(Cors::default(), |cors, origin| {
            cors.allowed_origin(origin.as_str())
        })
        .allowed_methods(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"])
        .allowed_headers(headers)
        .expose_headers(exposed)
        .max_age(PREFLIGHT_SECONDS)
}

/// The headers that let a page of an allowed origin read an answer that the layer could not see.
pub(super) fn readable_by(
    asking: &HeaderMap,
    origins: &[Origin],
) -> Vec<(HeaderName, HeaderValue)> {
    match asking.get(ORIGIN) {
        Some(origin) if origins.iter().any(|allowed| allowed.as_str() == *origin) => vec![
            (ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone()),
            (VARY, HeaderValue::from_static("Origin")),
        ],
        _ => Vec::new(),
    }
}
