//! Requests that may be sent again: each is done once, and answered as often as it comes.

mod in_flight;
mod written;

use actix_web::{HttpResponse, http::header::HeaderName};
use chrono::{DateTime, Utc};
use replication::{
    StoreError,
    answers::{Attempt, Keep, KeptAnswer, KeptAnswers},
};
use service_kit::{
    idempotency::{KeyedRequest, wrong},
    problem::{Problem, ProblemKind},
};

use crate::of_store;
pub use in_flight::InFlight;

/// On an answer that was given before.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// What a service's handlers work with, as far as kept answers are concerned.
pub trait KeepsAnswers {
    /// The answers that are kept.
    fn answers(&self) -> &dyn KeptAnswers;

    /// The keys that this process is working on.
    fn in_flight(&self) -> &InFlight;

    /// The time.
    fn now(&self) -> DateTime<Utc>;
}

/// Does `work`, unless the same request was done before: then it is answered as it was then, with
/// `Idempotency-Replayed: true`. `work` has the answer kept with what it commits; only an answer of
/// success is kept. Without a key the work is simply done.
///
/// # Errors
/// What `work` fails with; 409 while the same key is being worked on; 422 if the key stands for
/// another request.
pub async fn once<T>(
    api: &impl KeepsAnswers,
    request: Option<KeyedRequest>,
    answer: impl Fn(&T) -> Result<HttpResponse, Problem> + Send + Sync,
    work: impl AsyncFnOnce(Option<Keep<'_, T>>) -> Result<T, Problem>,
) -> Result<HttpResponse, Problem> {
    let Some(request) = request else {
        return answer(&work(None).await?);
    };
    let KeyedRequest {
        key,
        scope,
        fingerprint,
    } = request;
    let attempt = Attempt {
        key,
        scope,
        fingerprint,
    };
    let Some(_place) = api.in_flight().enter(&attempt.key) else {
        return Err(Problem::new(
            ProblemKind::KeyInUse,
            "A request under the same Idempotency-Key is being carried out; please try again.",
        ));
    };
    if let Some(kept) = find(api, &attempt).await? {
        return replay(&attempt, &kept);
    }
    let write = |done: &T| {
        let answer = answer(done).and_then(written::write);
        answer.map_err(|problem| StoreError::Data(problem.to_string()))
    };
    match work(Some(Keep::new(&attempt, &write))).await {
        Ok(done) => answer(&done),
        // Another process may have done it meanwhile; and what it did may be what stands in the way.
        Err(problem) => match find(api, &attempt).await? {
            Some(kept) => replay(&attempt, &kept),
            None => Err(problem),
        },
    }
}

async fn find(api: &impl KeepsAnswers, attempt: &Attempt) -> Result<Option<KeptAnswer>, Problem> {
    let found = api.answers().find(&attempt.key, api.now()).await;
    found.map_err(of_store)
}

fn replay(attempt: &Attempt, kept: &KeptAnswer) -> Result<HttpResponse, Problem> {
    if attempt.fingerprint != kept.attempt.fingerprint {
        let message = format!(
            "stands for another request, {}, of the last 24 hours; take a new key",
            kept.attempt.scope
        );
        return Err(wrong("reused", &message));
    }
    let mut answer = written::read(&kept.answer)?;
    let given_before = actix_web::http::header::HeaderValue::from_static("true");
    answer.headers_mut().insert(REPLAYED, given_before);
    Ok(answer)
}
