//! What the handlers work with, and where each of them is.

use std::{
    future::{Ready, ready},
    sync::Arc,
};

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    web::{self, Data, ServiceConfig},
};
use service_kit::{
    clock::Clock,
    config::StartError,
    correlation::CorrelationId,
    docs_page::DocsPage,
    health::{Health, Startup},
    problem::Problem,
};

use super::{books, links, openapi, sync};
use crate::application::{
    commands::{Commands, Request},
    queries::Queries,
};

/// The longest `traceparent` that is passed on (W3C Trace Context, version 00, has 55 characters).
const TRACEPARENT_LENGTH: usize = 55;

/// The use cases, once the database is ready. As an extractor it answers 503 until then.
#[derive(Clone)]
pub struct Api(Arc<Parts>);

struct Parts {
    commands: Commands,
    queries: Queries,
    clock: Arc<dyn Clock>,
    epoch: i64,
}

impl Api {
    /// The use cases of a log in `epoch`.
    pub fn new(commands: Commands, queries: Queries, clock: Arc<dyn Clock>, epoch: i64) -> Self {
        Self(Arc::new(Parts {
            commands,
            queries,
            clock,
            epoch,
        }))
    }

    pub(super) fn commands(&self) -> &Commands {
        &self.0.commands
    }

    pub(super) fn queries(&self) -> &Queries {
        &self.0.queries
    }

    pub(super) fn clock(&self) -> &dyn Clock {
        self.0.clock.as_ref()
    }

    /// The epoch of every record.
    pub(super) fn epoch(&self) -> i64 {
        self.0.epoch
    }
}

impl FromRequest for Api {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let startup = request.app_data::<Data<Startup<Self>>>();
        ready(match startup {
            Some(startup) => startup.get().cloned(),
            None => Err(Problem::internal(
                &"the routes were not configured by `routes`",
            )),
        })
    }
}

/// Who asks, as the application wants to know it.
pub(super) struct Caller(pub(super) Request);

impl FromRequest for Caller {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let correlation_id = CorrelationId::from_request(request, payload).into_inner();
        let traceparent = request
            .headers()
            .get("traceparent")
            .and_then(|value| value.to_str().ok())
            .filter(|value| value.len() == TRACEPARENT_LENGTH)
            .map(str::to_owned);
        ready(correlation_id.map(|correlation_id| {
            Self(Request {
                correlation_id: correlation_id.as_str().to_owned(),
                traceparent,
            })
        }))
    }
}

/// Every path of the service.
///
/// # Errors
/// If the documentation can't be rendered.
pub fn routes(
    startup: Arc<Startup<Api>>,
    health: Health<Api>,
) -> Result<impl Fn(&mut ServiceConfig) + Clone + Send + 'static, StartError> {
    let docs = DocsPage::new(&openapi::document())?;
    Ok(move |config: &mut ServiceConfig| {
        health.configure(config);
        docs.configure(config);
        config
            .app_data(Data::from(Arc::clone(&startup)))
            .service(
                web::resource("/books")
                    .route(web::get().to(books::list))
                    .route(web::post().to(books::create)),
            )
            .service(
                web::resource("/books/{book_id}")
                    .route(web::get().to(books::read))
                    .route(web::put().to(books::replace))
                    .route(web::delete().to(books::delete)),
            )
            .service(web::resource("/books/{book_id}/authors").route(web::post().to(links::assign)))
            .service(
                web::resource("/books/{book_id}/authors/{author_id}")
                    .route(web::delete().to(links::remove)),
            )
            .service(web::resource("/sync").route(web::get().to(sync::sync)));
    })
}
