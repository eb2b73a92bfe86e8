//! A handler that panics costs its own request a 500 and nobody anything else.

use std::any::Any;
use std::panic::AssertUnwindSafe;

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use futures_util::FutureExt as _;

use crate::problem::Problem;

pub(super) async fn catch<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    // Nothing of the request outlives the panic, so no broken state is seen by anyone.
    match AssertUnwindSafe(async { next.call(request).await })
        .catch_unwind()
        .await
    {
        Ok(result) => result,
        Err(panic) => {
            Err(Problem::internal(&format!("a handler panicked: {}", words(&*panic))).into())
        }
    }
}

fn words(panic: &(dyn Any + Send)) -> &str {
    if let Some(text) = panic.downcast_ref::<&'static str>() {
        text
    } else if let Some(text) = panic.downcast_ref::<String>() {
        text
    } else {
        "without a message"
    }
}
