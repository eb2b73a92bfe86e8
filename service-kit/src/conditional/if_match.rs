//! `If-Match`: change the record only if it is still the one that was read.

use std::fmt::Display;
use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::Method;
use actix_web::http::header::{HeaderMap, IF_MATCH};
use actix_web::{FromRequest, HttpRequest};

use super::EntityTag;
use super::tag_list::{Tag, TagList};
use crate::problem::{Problem, ProblemKind};

/// Whether a change of a record must come with `If-Match`; application data of
/// [`crate::http::app`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct IfMatchRequired(pub(crate) bool);

/// Extractor for `If-Match`. Where it is required, its absence from a PUT, PATCH or DELETE is a 428
/// (RFC 6585, 3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IfMatch {
    /// No condition.
    Absent,
    /// `*`: the record must be there, in whatever version.
    Any,
    /// It must be in one of these `(epoch, version)`. Empty when no tag of the header could be
    /// read or may match, so that nothing matches.
    Tags(Vec<(i64, i64)>),
}

impl IfMatch {
    fn of(headers: &HeaderMap) -> Self {
        match TagList::of(headers, &IF_MATCH) {
            TagList::Absent => Self::Absent,
            TagList::Any => Self::Any,
            TagList::Tags(tags) => Self::Tags(tags.iter().filter_map(version_of).collect()),
        }
    }

    /// The condition of a request that changes what is there; a POST says so itself.
    ///
    /// # Errors
    /// A 428 if there is none and the service [wants one](crate::http).
    pub fn of_a_change(self, request: &HttpRequest) -> Result<Self, Problem> {
        let required = request.app_data::<IfMatchRequired>();
        match self {
            Self::Absent if required.is_some_and(|required| required.0) => Err(Problem::new(
                ProblemKind::PreconditionRequired,
                "Read the record, and send its ETag in If-Match: changes without it are not taken here.",
            )),
            condition => Ok(condition),
        }
    }
}

/// The refusal of an `If-Match` that names no version that `record` has or had: it says which tag would
/// have matched.
pub fn matches_no_version(request: &HttpRequest, record: impl Display, tag: &EntityTag) -> Problem {
    let mut detail =
        format!("None of the tags given in If-Match is the ETag of {record}, which is {tag}.");
    if names_a_weak_tag(request.headers()) {
        detail.push_str(" If-Match takes no weak tags.");
    }
    Problem::new(ProblemKind::PreconditionFailed, detail)
}

fn names_a_weak_tag(headers: &HeaderMap) -> bool {
    match TagList::of(headers, &IF_MATCH) {
        TagList::Absent | TagList::Any => false,
        TagList::Tags(tags) => tags.iter().any(|tag| tag.weak),
    }
}

/// Strong comparison (RFC 9110, 13.1.1): a weak tag matches nothing. Behind the dot stands what is
/// embedded, which an editor does not change; a client may leave it away.
fn version_of(tag: &Tag) -> Option<(i64, i64)> {
    if tag.weak {
        return None;
    }
    let version_part = match tag.opaque.split_once('.') {
        Some((before, _)) => before,
        None => &tag.opaque,
    };
    let (epoch, version) = version_part.split_once('-')?;
    Some((number(epoch)?, number(version)?))
}

fn number(digits: &str) -> Option<i64> {
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| digits.parse().ok()).flatten()
}

impl FromRequest for IfMatch {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let condition = Self::of(request.headers());
        let changes = [Method::PUT, Method::PATCH, Method::DELETE].contains(request.method());
        ready(match changes {
            true => condition.of_a_change(request),
            false => Ok(condition),
        })
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn if_match(lines: &[&str]) -> IfMatch {
        let request = lines
            .iter()
            .fold(TestRequest::put(), |request, line| {
                request.append_header((IF_MATCH, *line))
            })
            .to_http_request();
        IfMatch::of(request.headers())
    }

    #[test]
    fn only_what_stands_before_the_dot_is_compared() {
        for same in ["\"1-3.aaaaaaaaaaaaaaaa\"", "\"1-3.b\"", "\"1-3\""] {
            assert_eq!(if_match(&[same]), IfMatch::Tags(vec![(1, 3)]), "{same}");
        }
    }

    #[test]
    fn lists_and_several_lines_are_one_list() {
        let condition = if_match(&["\"1-1.x\", \"1-2\"", "\"1-3\""]);
        assert_eq!(condition, IfMatch::Tags(vec![(1, 1), (1, 2), (1, 3)]));
    }

    #[test]
    fn no_header_and_the_star_name_no_version() {
        assert_eq!(if_match(&[]), IfMatch::Absent);
        assert_eq!(if_match(&["*"]), IfMatch::Any);
    }

    #[test]
    fn where_it_is_required_a_change_without_it_is_refused() {
        let taken = |method: Method, required: bool| {
            let request = TestRequest::default().method(method);
            let request = request
                .app_data(IfMatchRequired(required))
                .to_http_request();
            let condition = IfMatch::from_request(&request, &mut Payload::None).into_inner();
            condition.map_err(|problem| problem.kind())
        };
        for method in [Method::PUT, Method::PATCH, Method::DELETE] {
            let refused = Err(ProblemKind::PreconditionRequired);
            assert_eq!(taken(method.clone(), true), refused, "{method}");
            assert_eq!(taken(method, false), Ok(IfMatch::Absent));
        }
        assert_eq!(taken(Method::POST, true), Ok(IfMatch::Absent));
        let request = TestRequest::post()
            .app_data(IfMatchRequired(true))
            .to_http_request();
        let of_a_change = |condition: IfMatch| {
            let condition = condition.of_a_change(&request);
            condition.map_err(|problem| problem.kind())
        };
        let refused = Err(ProblemKind::PreconditionRequired);
        assert_eq!(of_a_change(IfMatch::Absent), refused);
        assert_eq!(of_a_change(IfMatch::Any), Ok(IfMatch::Any));
    }

    #[test]
    fn weak_and_unreadable_tags_match_nothing() {
        for none in [
            "W/\"1-3\"",
            "1-3",
            "\"x\"",
            "\"1-3",
            "\"\"",
            "",
            "\"1-+3\"",
            "\"-1-3\"",
        ] {
            assert_eq!(if_match(&[none]), IfMatch::Tags(vec![]), "{none}");
        }
    }
}
