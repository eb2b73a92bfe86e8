//! Pages of lists: how long they are, and the `Link` to the next one (RFC 8288).

use std::fmt::Display;

use actix_web::HttpRequest;
use actix_web::http::header::{HeaderName, HeaderValue, LINK};
use url::form_urlencoded;

use crate::problem::Problem;

/// Records on a page, unless asked for otherwise.
pub const DEFAULT_LIMIT: u64 = 100;
/// Records on a page at the most.
pub const MAX_LIMIT: u64 = 1_000;

/// `Link` to the page behind `cursor`: the same request, from there on.
///
/// # Errors
/// None in practice: an encoded query is always a header value.
pub fn next_link(
    request: &HttpRequest,
    cursor: impl Display,
) -> Result<(HeaderName, HeaderValue), Problem> {
    let kept = form_urlencoded::parse(request.query_string().as_bytes())
        .filter(|(name, _)| name != "skip" && name != "after");
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(kept)
        .append_pair("after", &cursor.to_string())
        .finish();
    let link = format!("<{}?{query}>; rel=\"next\"", request.path());
    let value = HeaderValue::try_from(link).map_err(|error| Problem::internal(&error))?;
    Ok((LINK, value))
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
}
