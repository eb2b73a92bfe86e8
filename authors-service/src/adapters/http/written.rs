//! The answer of a write. It tells what the command made, whatever others have made of it since, and
//! needs nothing that may fail once that is committed.

use actix_web::HttpResponse;
use service_host::receipts;
use service_kit::problem::Problem;

use super::{
    api::Api,
    representation::{AuthorRepresentation, changed},
};
use crate::{
    application::done::{Done, Written},
    domain::AuthorView,
};

/// Tells what was done; `before` is what surrounded the author.
pub(super) fn answer(
    api: &Api,
    before: &AuthorView,
    done: &Done<Written>,
) -> Result<HttpResponse, Problem> {
    let author = AuthorRepresentation::from(AuthorView {
        author: done.outcome.author.clone(),
        ..before.clone()
    });
    let mut response = HttpResponse::Ok();
    response.insert_header(changed(done.outcome.changed));
    let answer = author.tagged(api.epoch())?.answer(&mut response);
    Ok(receipts::named(api, done.last, answer))
}
