//! The OpenAPI document, made from the handlers.

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
        super::amend::amend,
        super::books::delete,
        super::links::assign,
        super::links::credit,
        super::links::remove,
        super::history::list,
        super::history::version,
        super::history::link,
        super::restoring::restore,
        super::restoring::revert,
        super::sync::sync,
        service_host::dead_letters::list,
        service_host::dead_letters::purge_all,
        service_host::dead_letters::redrive_all,
        service_host::dead_letters::show,
        service_host::dead_letters::purge,
        service_host::dead_letters::redrive,
        service_host::receipts::show,
        service_kit::health::health,
        service_kit::health::live,
        service_kit::health::ready
    ),
    tags(
        (name = "books", description = "The records that this service owns"),
        (name = "links", description = "Which author wrote which book"),
        (name = "history", description = "What became of a record or a link, and back again"),
        (name = "operation", description = "How the service is")
    )
)]
struct Document;

/// The document of this service.
pub(super) fn document() -> utoipa::openapi::OpenApi {
    Document::openapi()
}
