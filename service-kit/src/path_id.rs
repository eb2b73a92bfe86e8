//! Record ids in paths: what is no id leads to nothing, so it is a 404.

use actix_web::HttpRequest;

use crate::problem::{Problem, ProblemKind};

/// The most of a refused segment that is repeated in the answer, in characters.
const SHOWN: usize = 40;

/// The id in the path parameter `parameter` of this request's route.
///
/// # Errors
/// As [`parse`].
pub fn from_request(request: &HttpRequest, parameter: &str, what: &str) -> Result<i64, Problem> {
    parse(request.match_info().query(parameter), what)
}

/// The id that a path segment spells: digits only, no leading zero, 1 to 2⁶³ − 1.
///
/// # Errors
/// A 404 [`Problem`], `There is no {what} 'x'.`, for anything else.
pub fn parse(segment: &str, what: &str) -> Result<i64, Problem> {
    let canonical = !segment.starts_with('0') && segment.bytes().all(|byte| byte.is_ascii_digit());
    let id = canonical.then(|| segment.parse::<i64>().ok()).flatten();
    id.ok_or_else(|| no_such(what, segment))
}

/// The 404 [`Problem`] for an id that names nothing.
pub fn no_such(what: &str, id: impl std::fmt::Display) -> Problem {
    let id = id.to_string();
    let shown: String = id.chars().take(SHOWN).collect();
    let more = if shown.len() < id.len() { "…" } else { "" };
    Problem::new(
        ProblemKind::NotFound,
        format!("There is no {what} '{shown}{more}'."),
    )
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_positive_number_is_an_id() {
        assert_eq!(parse("1", "thing").unwrap(), 1);
        assert_eq!(parse("9223372036854775807", "thing").unwrap(), i64::MAX);
    }

    #[test]
    fn anything_else_is_not_found() {
        for bad in [
            "0",
            "01",
            "-1",
            "+1",
            "1.0",
            "abc",
            "",
            "9223372036854775808",
            "１",
        ] {
            let problem = parse(bad, "thing").unwrap_err();
            assert_eq!(problem.kind(), ProblemKind::NotFound);
            assert_eq!(problem.detail(), format!("There is no thing '{bad}'."));
        }
    }

    #[test]
    fn a_long_segment_is_not_repeated_whole() {
        let problem = parse(&"x".repeat(5_000), "thing").unwrap_err();
        assert!(problem.detail().len() < 80);
    }
}
