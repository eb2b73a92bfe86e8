//! Receipts: each write's answer names what it left, `/sync/receipts` tells which consumers have
//! applied it, and a write may wait for them.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{HeaderName, HeaderValue},
    web::{self, ServiceConfig},
};
use replication::receipts::{ReceiptReport, Receipts};
use service_kit::{
    health::Ready,
    path_id::no_such,
    prefer::Prefer,
    problem::{Problem, ProblemBody},
};
use shared_events::{Key, Receipt};
use tracing::warn;

use crate::of_store;

const RECEIPT: HeaderName = HeaderName::from_static("x-receipt");
const APPLIED: HeaderName = HeaderName::from_static("x-applied");

/// What a service's handlers work with, as far as receipts are concerned.
pub trait GivesReceipts: Clone + 'static {
    /// What has become of the service's writes.
    fn receipts(&self) -> &Receipts;

    /// The epoch of its log.
    fn epoch(&self) -> i64;
}

/// Adds the path.
pub fn configure<A: GivesReceipts>(config: &mut ServiceConfig) {
    config.service(web::resource("/sync/receipts/{receipt}").route(web::get().to(show::<A>)));
}

/// Which consumers have applied a write, and when.
///
/// # Errors
/// A 404 or 503 [`Problem`].
#[utoipa::path(
    get, path = "/sync/receipts/{receipt}", tag = "operation", operation_id = "show_receipt",
    params(("receipt" = String, Path, description = "The X-Receipt of a write's answer")),
    responses(
        (status = 200, body = ReceiptReport),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "No receipt, or none of what this service's log holds"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn show<A: GivesReceipts>(
    request: HttpRequest,
    Ready(api): Ready<A>,
) -> Result<HttpResponse, Problem> {
    let segment = request.match_info().query("receipt");
    let receipt = Receipt::parse(segment).map_err(|_| no_such(WHAT, segment))?;
    let report = api.receipts().report(&receipt).await.map_err(of_store)?;
    Ok(HttpResponse::Ok().json(report.ok_or_else(|| no_such(WHAT, receipt))?))
}

/// What a receipt that names nothing is said not to be.
const WHAT: &str = "receipt";

/// The answer of a write that left `written` (a record or link, and its version), with its receipt;
/// as it is if there is nothing to give one for.
pub fn named<A: GivesReceipts>(
    api: &A,
    written: Option<(Key, i64)>,
    mut answer: HttpResponse,
) -> HttpResponse {
    if let Some((key, version)) = written {
        let receipt = Receipt {
            key,
            epoch: api.epoch(),
            version,
        };
        if let Ok(value) = HeaderValue::try_from(receipt.to_string()) {
            answer.headers_mut().insert(RECEIPT, value);
        }
    }
    answer
}

/// A write's answer as it is to be given. With `Prefer: wait-applied=N` that is once every consumer
/// has applied what its receipt names, or after N seconds, and it says which. What the receipt names
/// may be a link as the other side left it: of that nothing is known here, and nothing is said.
pub async fn given<A: GivesReceipts>(
    api: &A,
    request: &HttpRequest,
    mut answer: HttpResponse,
) -> HttpResponse {
    let receipt = answer.headers().get(RECEIPT).and_then(receipt);
    if let (Some(receipt), Some(patience)) = (receipt, Prefer::wait_applied(request)) {
        let waited = api.receipts().applied_within(&receipt, patience).await;
        let applied = waited.unwrap_or_else(|error| {
            // The write is committed all the same.
            warn!(%error, %receipt, "nobody can tell whether a write was applied");
            Some(false)
        });
        if let Some(applied) = applied {
            let value = HeaderValue::from_static(if applied { "true" } else { "false" });
            answer.headers_mut().insert(APPLIED, value);
            Prefer::also_applied(answer.headers_mut(), "wait-applied");
        }
    }
    answer
}

fn receipt(value: &HeaderValue) -> Option<Receipt> {
    Receipt::parse(value.to_str().ok()?).ok()
}
