//! What the handlers work with, and where each of them is.

use std::sync::Arc;

use actix_web::web::{self, Data, ServiceConfig};
use chrono::{DateTime, Utc};
use replication::{answers::KeptAnswers, parked::ParkedMessages, receipts::Receipts};
use service_host::{
    dead_letters::{self, KeepsDeadLetters},
    idempotency::{InFlight, KeepsAnswers},
    receipts::{self, GivesReceipts},
};
use service_kit::{
    clock::Clock,
    config::StartError,
    docs_page::DocsPage,
    health::{Health, Startup},
};

use super::{amend, authors, history, links, openapi, restoring, sync};
use crate::application::{commands::Commands, queries::Queries};

/// The use cases, once the database is ready.
#[derive(Clone)]
pub struct Api(Arc<Parts>);

struct Parts {
    commands: Commands,
    queries: Queries,
    clock: Arc<dyn Clock>,
    epoch: i64,
    in_flight: InFlight,
}

impl Api {
    /// The use cases of a log in `epoch`.
    pub fn new(commands: Commands, queries: Queries, clock: Arc<dyn Clock>, epoch: i64) -> Self {
        Self(Arc::new(Parts {
            commands,
            queries,
            clock,
            epoch,
            in_flight: InFlight::default(),
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

impl KeepsDeadLetters for Api {
    fn parked(&self) -> &dyn ParkedMessages {
        self.0.queries.parked.as_ref()
    }

    fn now(&self) -> DateTime<Utc> {
        self.0.clock.now()
    }
}

impl GivesReceipts for Api {
    fn receipts(&self) -> &Receipts {
        &self.0.queries.receipts
    }

    fn epoch(&self) -> i64 {
        self.0.epoch
    }
}

impl KeepsAnswers for Api {
    fn answers(&self) -> &dyn KeptAnswers {
        self.0.queries.answers.as_ref()
    }

    fn in_flight(&self) -> &InFlight {
        &self.0.in_flight
    }

    fn now(&self) -> DateTime<Utc> {
        self.0.clock.now()
    }
}

/// Every path of the service.
///
/// # Errors
/// If the documentation can't be rendered.
pub fn routes(
    startup: Arc<Startup<Api>>,
    health: Health,
) -> Result<impl Fn(&mut ServiceConfig) + Clone + Send + 'static, StartError> {
    let docs = DocsPage::new(&openapi::document())?;
    Ok(move |config: &mut ServiceConfig| {
        // Routes are tried in this order, each with parameters by its pattern: most asked first.
        config
            .app_data(Data::from(Arc::clone(&startup)))
            .service(
                web::resource("/authors")
                    .route(web::get().to(authors::list))
                    .route(web::post().to(authors::create)),
            )
            .service(
                web::resource("/authors/{author_id}")
                    .route(web::get().to(authors::read))
                    .route(web::put().to(authors::replace))
                    .route(web::patch().to(amend::amend))
                    .route(web::delete().to(authors::delete)),
            )
            .service(
                web::resource("/authors/{author_id}/books").route(web::post().to(links::assign)),
            )
            .service(
                web::resource("/authors/{author_id}/books/{book_id}")
                    .route(web::put().to(links::credit))
                    .route(web::delete().to(links::remove)),
            )
            .service(
                web::resource("/authors/{author_id}/books/{book_id}/history")
                    .route(web::get().to(history::link)),
            )
            .service(
                web::resource("/authors/{author_id}/history").route(web::get().to(history::list)),
            )
            .service(
                web::resource("/authors/{author_id}/versions/{version}")
                    .route(web::get().to(history::version)),
            )
            .service(
                web::resource("/authors/{author_id}/restore")
                    .route(web::post().to(restoring::restore)),
            )
            .service(
                web::resource("/authors/{author_id}/revert")
                    .route(web::post().to(restoring::revert)),
            )
            .service(web::resource("/sync").route(web::get().to(sync::sync)));
        health.configure(config);
        docs.configure(config);
        dead_letters::configure::<Api>(config);
        receipts::configure::<Api>(config);
    })
}
