//! What became of a record or a link: pages of its events, for people.

mod representation;

use actix_web::{HttpRequest, HttpResponse};
use replication::history::HistoryPage;
use service_kit::{
    paging::{DEFAULT_LIMIT, MAX_LIMIT, next_link},
    problem::Problem,
    query::QueryParams,
};

use crate::of_store;
pub use representation::{FieldChange, Happened, HistoryEntry, HistoryRepresentation};

/// Which page of a history is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HistoryRequest {
    /// Only versions below this one.
    pub before: Option<i64>,
    /// At most so many.
    pub limit: u32,
}

impl HistoryRequest {
    /// Reads `limit` and `after`.
    ///
    /// # Errors
    /// A 422 [`Problem`] that names what is wrong with them.
    pub fn read(request: &HttpRequest) -> Result<Self, Problem> {
        let mut query = QueryParams::from_request(request);
        let limit = query.u64("limit", DEFAULT_LIMIT, 1..=MAX_LIMIT);
        let before = query.text("after").and_then(|cursor| {
            let version = cursor.parse().ok().filter(|version| *version > 0);
            if version.is_none() {
                let message = "must be the cursor of a rel=\"next\" link";
                query.wrong("after", "cursor", message);
            }
            version
        });
        query.finish()?;
        Ok(Self {
            before,
            limit: u32::try_from(limit).unwrap_or(u32::MAX),
        })
    }
}

/// Answers with a page. What is in `unshown` are fields that name the record or differ each time.
///
/// # Errors
/// If the log holds what was never appended to it.
pub fn answer(
    request: &HttpRequest,
    page: &HistoryPage,
    unshown: &[&str],
) -> Result<HttpResponse, Problem> {
    let shown = HistoryRepresentation::new(page, unshown);
    let shown = shown.map_err(of_store)?;
    let mut response = HttpResponse::Ok();
    if let Some(last) = page.entries.last().filter(|_| page.more) {
        response.insert_header(next_link(request, last.version)?);
    }
    Ok(response.json(shown))
}
