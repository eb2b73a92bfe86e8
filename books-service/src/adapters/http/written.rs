//! The answer of a write. It tells what the command made, whatever others have made of it since, and
//! needs nothing that may fail once that is committed.

use actix_web::HttpResponse;
use service_host::receipts;
use service_kit::problem::Problem;

use super::{
    api::Api,
    representation::{BookRepresentation, changed},
};
use crate::{
    application::done::{Done, Written},
    domain::BookView,
};

/// Tells what was done; `before` is what surrounded the book.
pub(super) fn answer(
    api: &Api,
    before: &BookView,
    done: &Done<Written>,
) -> Result<HttpResponse, Problem> {
    let book = BookRepresentation::from(BookView {
        book: done.outcome.book.clone(),
        ..before.clone()
    });
    let mut response = HttpResponse::Ok();
    response.insert_header(changed(done.outcome.changed));
    let answer = book.tagged(api.epoch())?.answer(&mut response);
    Ok(receipts::named(api, done.last, answer))
}
