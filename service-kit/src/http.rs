//! The application every service begins with: correlation, logs, problem documents, CORS.
//!
//! HEAD is answered wherever GET is: the request runs as a GET, and the answer goes out without its
//! body, with the length that the body would have. So routes name GET only. Give every path one
//! [`web::resource`](actix_web::web::resource) with all its methods: then a method that is missing
//! is a 405 with `Allow` (two resources, or the attribute macros, would make it a 404).
//!
//! What never reaches the application, because it is no HTTP request at all (a broken request line,
//! headers that are too large or take too long), is answered by the server itself with a bare
//! status.

mod context;
mod cors;
mod error_answer;
mod head;
mod origin;
mod panics;

use std::sync::Arc;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::middleware::{Condition, from_fn};
use actix_web::{App, Error};

use crate::actor::ActorHeader;
use crate::clock::Clock;
use crate::conditional::IfMatchRequired;
use crate::problem;

pub use origin::{Origin, OriginError};

/// What [`app`] needs to know.
#[derive(Clone)]
pub struct AppDefaults {
    clock: Arc<dyn Clock>,
    cors_origins: Arc<[Origin]>,
    if_match: IfMatchRequired,
    actor_header: ActorHeader,
}

impl AppDefaults {
    /// The clock dates new correlation ids; pages of the origins may call the service from a
    /// browser.
    pub fn new(clock: Arc<dyn Clock>, cors_origins: impl IntoIterator<Item = Origin>) -> Self {
        Self {
            clock,
            cors_origins: cors_origins.into_iter().collect(),
            if_match: IfMatchRequired::default(),
            actor_header: ActorHeader::default(),
        }
    }

    /// Whether a change of a record must come with `If-Match`, without which it is a 428.
    #[must_use]
    pub fn requiring_if_match(self, required: bool) -> Self {
        Self {
            if_match: IfMatchRequired(required),
            ..self
        }
    }

    /// Who asks is named by this header.
    #[must_use]
    pub fn with_actor_header(self, actor_header: ActorHeader) -> Self {
        Self {
            actor_header,
            ..self
        }
    }
}

/// An application with everything installed; add the service's routes with
/// [`App::configure`]. Use it in tests too, so that they see what a client sees. (A handler that
/// panics surfaces there as an `Err` of the service, which the server turns into the 500.)
pub fn app(
    defaults: &AppDefaults,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody + use<>>,
        Error = Error,
        InitError = (),
    > + use<>,
> {
    let cors_on = !defaults.cors_origins.is_empty();
    let defaults = defaults.clone();
    // The last one wrapped sees a request first and its answer last.
    App::new()
        .app_data(defaults.if_match)
        .app_data(defaults.actor_header.clone())
        .configure(problem::configure_pages)
        .wrap(from_fn(panics::catch))
        .wrap(Condition::new(cors_on, cors::layer(&defaults.cors_origins)))
        .wrap(from_fn(move |request, next| {
            context::answer(defaults.clone(), request, next)
        }))
}
