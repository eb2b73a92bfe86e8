//! The OpenAPI document, made from the handlers.

use service_kit::health::{AliveBody, HealthBody};
use service_kit::problem::ProblemBody;
use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Colophon: books",
        description = "Owns books, knows authors from their owner's events, and links the two.",
        license(name = "MIT OR Apache-2.0")
    ),
    paths(
        super::books::list,
        super::books::create,
        super::books::read,
        super::books::replace,
        super::books::delete,
        super::links::assign,
        super::links::remove,
        super::sync::sync,
        health,
        live,
        ready
    ),
    tags(
        (name = "books", description = "The records that this service owns"),
        (name = "links", description = "Which author wrote which book"),
        (name = "operation", description = "How the service is")
    )
)]
struct Document;

/// The document of this service.
pub(super) fn document() -> utoipa::openapi::OpenApi {
    Document::openapi()
}

/// How the service is; 200 also while the broker is away.
#[utoipa::path(
    get, path = "/health", tag = "operation",
    responses((status = 200, body = HealthBody))
)]
#[expect(dead_code, reason = "only describes a handler of service-kit")]
fn health() {}

/// Whether the process answers.
#[utoipa::path(
    get, path = "/health/live", tag = "operation",
    responses((status = 200, body = AliveBody))
)]
#[expect(dead_code, reason = "only describes a handler of service-kit")]
fn live() {}

/// Whether requests may be sent: the database is there and migrated.
#[utoipa::path(
    get, path = "/health/ready", tag = "operation",
    responses(
        (status = 200, body = AliveBody),
        (status = 503, body = ProblemBody, content_type = "application/problem+json", description = "Says what is missing"),
    )
)]
#[expect(dead_code, reason = "only describes a handler of service-kit")]
fn ready() {}
