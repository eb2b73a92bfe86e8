//! The calls of a service that dead letters need, one attempt each.

use reqwest::Method;
use serde::Deserialize;
use uuid::Uuid;

use super::letter::Letter;
use crate::client::{Failure, Service};

/// Letters on a page.
pub(super) const PAGE: usize = 100;

#[derive(Deserialize)]
struct Redriven {
    redriven: u64,
}

/// A page of the letters after the one with the id `after`.
pub(super) async fn list(
    service: &Service,
    all: bool,
    after: Option<Uuid>,
) -> Result<Vec<Letter>, Failure> {
    let (limit, after) = (PAGE.to_string(), after.map(|id| id.to_string()));
    let mut query = vec![("limit", limit.as_str())];
    query.extend(all.then_some(("all", "true")));
    query.extend(after.as_deref().map(|id| ("after", id)));
    service.get(&["dead-letters"], &query).await?.content()
}

/// One letter with its payload; `None` if the service has none of that id.
pub(super) async fn show(service: &Service, id: Uuid) -> Result<Option<Letter>, Failure> {
    let path = ["dead-letters", &id.to_string()];
    service.get(&path, &[]).await?.found()
}

/// Has one letter tried once more, or all of them. Returns how many were not to be tried now
/// anyway; `None` if the service has none of that id.
pub(super) async fn redrive(service: &Service, id: Option<Uuid>) -> Result<Option<u64>, Failure> {
    let id = id.map(|id| id.to_string());
    let path = ["dead-letters"].into_iter().chain(id.as_deref());
    let path: Vec<_> = path.chain(["redrive"]).collect();
    let answer = service.send_bare(Method::POST, &path).await?;
    let redriven: Option<Redriven> = answer.found()?;
    Ok(redriven.map(|done| done.redriven))
}

/// Forgets one letter, or all of them; `false` if the service has none of that id.
pub(super) async fn purge(service: &Service, id: Option<Uuid>) -> Result<bool, Failure> {
    let id = id.map(|id| id.to_string());
    let path: Vec<_> = ["dead-letters"].into_iter().chain(id.as_deref()).collect();
    service.send_bare(Method::DELETE, &path).await?.is_found()
}
