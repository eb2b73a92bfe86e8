//! Who asks, as a proxy in front of the service says: it authenticates them and names them in a
//! header. Without such a proxy nobody is named, since anybody could write that header.

use std::str::FromStr;

use actix_web::HttpRequest;
use actix_web::http::header::{
    AUTHORIZATION, COOKIE, HeaderName, HeaderValue, PROXY_AUTHORIZATION,
};

use crate::problem::{Problem, ProblemKind};

/// The header that names the one who asks; none by default.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ActorHeader(Option<HeaderName>);

/// Why a text names no header that can be trusted with a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ActorHeaderError {
    /// RFC 9110, 5.1: a token.
    #[error("must be the name of a header, such as X-Forwarded-User")]
    NotAName,
    /// What it holds must never be stored.
    #[error("must name a header without secrets, such as X-Forwarded-User")]
    Secret,
}

impl FromStr for ActorHeader {
    type Err = ActorHeaderError;

    fn from_str(text: &str) -> Result<Self, ActorHeaderError> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(Self(None));
        }
        let name =
            HeaderName::from_bytes(text.as_bytes()).map_err(|_| ActorHeaderError::NotAName)?;
        if [AUTHORIZATION, COOKIE, PROXY_AUTHORIZATION].contains(&name) {
            return Err(ActorHeaderError::Secret);
        }
        Ok(Self(Some(name)))
    }
}

impl ActorHeader {
    /// The longest name that is taken, in characters.
    pub const MAX_LENGTH: usize = 255;

    /// Who asks, if the request says so.
    ///
    /// # Errors
    /// 400 if it names nobody that can be stored as they are: a change without its author, or with
    /// half a name, would be worse than none.
    pub(crate) fn read(&self, request: &HttpRequest) -> Result<Option<String>, Problem> {
        let Some(name) = &self.0 else {
            return Ok(None);
        };
        let mut values = request.headers().get_all(name);
        match (values.next(), values.next()) {
            (None, _) => Ok(None),
            (Some(value), None) => parse(value).map(Some).ok_or_else(|| refusal(name)),
            (Some(_), Some(_)) => Err(refusal(name)),
        }
    }
}

/// Visible ASCII and the spaces between.
fn parse(value: &HeaderValue) -> Option<String> {
    let text = value.to_str().ok()?.trim();
    let shown = text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    (shown && (1..=ActorHeader::MAX_LENGTH).contains(&text.len())).then(|| text.to_owned())
}

fn refusal(name: &HeaderName) -> Problem {
    let detail = format!(
        "The header {name} must name one person, in 1 to {} characters of visible ASCII and the spaces between.",
        ActorHeader::MAX_LENGTH
    );
    Problem::new(ProblemKind::MalformedRequest, detail)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn read(setting: &str, headers: &[(&str, &str)]) -> Result<Option<String>, u16> {
        let mut request = TestRequest::default();
        for header in headers {
            request = request.append_header(*header);
        }
        let header: ActorHeader = setting.parse().unwrap();
        let read = header.read(&request.to_http_request());
        read.map_err(|problem| problem.kind().status().as_u16())
    }

    #[test]
    fn nobody_is_named_unless_a_header_is_set_to_be_trusted() {
        assert_eq!(read("", &[("x-forwarded-user", "mallory")]), Ok(None));
        assert_eq!(read(" ", &[("x-forwarded-user", "mallory")]), Ok(None));
        assert_eq!(read("X-User", &[("x-forwarded-user", "mallory")]), Ok(None));
    }

    #[test]
    fn a_name_is_taken_as_it_is_without_the_spaces_around_it() {
        for (sent, taken) in [
            ("a", "a"),
            (" editor@example.org\t", "editor@example.org"),
            ("Garc%C3%ADa", "Garc%C3%ADa"),
            ("CN=Jane Doe,O=Example", "CN=Jane Doe,O=Example"),
            (&"x".repeat(255), &"x".repeat(255)),
        ] {
            let read = read("X-Forwarded-User", &[("x-forwarded-user", sent)]);
            assert_eq!(read, Ok(Some(taken.to_owned())));
        }
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for sent in ["", "  ", "a\tb", "é", &"x".repeat(256)] {
            let read = read("X-Forwarded-User", &[("x-forwarded-user", sent)]);
            assert_eq!(read, Err(400), "{sent:?}");
        }
        let twice = [("x-forwarded-user", "a"), ("x-forwarded-user", "b")];
        assert_eq!(read("X-Forwarded-User", &twice), Err(400));
    }

    #[test]
    fn the_refusal_tells_what_a_name_may_hold() {
        let told = refusal(&HeaderName::from_static("x-user"));
        assert_eq!(
            told.detail(),
            "The header x-user must name one person, in 1 to 255 characters of visible ASCII and the \
             spaces between."
        );
    }

    #[test]
    fn a_setting_that_names_no_header_or_a_secret_is_refused() {
        for text in ["X User", "ü", "a:"] {
            let parsed = text.parse::<ActorHeader>();
            assert_eq!(parsed, Err(ActorHeaderError::NotAName), "{text}");
        }
        for text in ["Authorization", "cookie", "PROXY-AUTHORIZATION"] {
            let parsed = text.parse::<ActorHeader>();
            assert_eq!(parsed, Err(ActorHeaderError::Secret), "{text}");
        }
    }
}
