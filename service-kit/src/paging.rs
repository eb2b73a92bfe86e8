//! Pages of lists that are ordered by id: `skip` and `limit`, or `after` a cursor, with a `Link`
//! to the next page (RFC 8288).

use std::fmt::Display;

use actix_web::HttpRequest;
use actix_web::http::header::{HeaderName, HeaderValue, LINK};
use url::form_urlencoded;

use crate::problem::Problem;
use crate::query::QueryParams;

/// Records on a page, unless asked for otherwise.
pub const DEFAULT_LIMIT: u64 = 100;
/// Records on a page at the most.
pub const MAX_LIMIT: u64 = 1_000;

/// Which page is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageRequest {
    /// Only ids greater than this one.
    pub after: i64,
    /// Pass over so many first.
    pub skip: u64,
    /// At most so many.
    pub limit: u64,
}

impl PageRequest {
    /// Reads `skip`, `limit` and `after`; what is wrong with them is told by
    /// [`QueryParams::finish`].
    pub fn read(query: &mut QueryParams) -> Self {
        const MOST: u64 = i64::MAX.unsigned_abs();
        let skip = query.u64("skip", 0, 0..=MOST);
        let limit = query.u64("limit", DEFAULT_LIMIT, 1..=MAX_LIMIT);
        let after = query.text("after").map_or(0, |cursor| {
            cursor_id(&cursor).unwrap_or_else(|| {
                let message = "must be the cursor of a rel=\"next\" link";
                query.wrong("after", "cursor", message);
                0
            })
        });
        Self { after, skip, limit }
    }
}

/// `Link` to the page after the record `last_id`, whatever its kind of id: the same request, from
/// there on.
///
/// # Errors
/// None in practice: an encoded query is always a header value.
pub fn next_link(
    request: &HttpRequest,
    last_id: impl Display,
) -> Result<(HeaderName, HeaderValue), Problem> {
    let kept = form_urlencoded::parse(request.query_string().as_bytes())
        .filter(|(name, _)| name != "skip" && name != "after");
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(kept)
        .append_pair("after", &last_id.to_string())
        .finish();
    let link = format!("<{}?{query}>; rel=\"next\"", request.path());
    let value = HeaderValue::try_from(link).map_err(|error| Problem::internal(&error))?;
    Ok((LINK, value))
}

fn cursor_id(cursor: &str) -> Option<i64> {
    cursor.parse().ok().filter(|id| *id >= 0)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn the_next_page_is_the_same_request_from_the_last_record_on() {
        let request =
            TestRequest::with_uri("/things?skip=20&limit=10&name=a%26b").to_http_request();
        let (_, link) = next_link(&request, 30).unwrap();
        assert_eq!(link, "</things?limit=10&name=a%26b&after=30>; rel=\"next\"");
    }

    #[test]
    fn a_page_has_its_defaults_and_its_bounds() {
        let mut query = QueryParams::parse("after=7");
        let page = PageRequest::read(&mut query);
        assert_eq!((page.after, page.skip, page.limit), (7, 0, 100));
        query.finish().unwrap();
        let mut query = QueryParams::parse("skip=-1&limit=1001&after=x");
        PageRequest::read(&mut query);
        let problem = query.finish().unwrap_err();
        let fields: Vec<_> = problem.errors().iter().map(|e| e.field.as_str()).collect();
        assert_eq!(fields, ["skip", "limit", "after"]);
    }
}
