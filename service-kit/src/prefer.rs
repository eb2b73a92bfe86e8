//! `Prefer` (RFC 7240): `wait=N`, how long a client would rather wait than be told no, and
//! `wait-applied=N`, how long it would wait until others have applied what it wrote.

use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};

/// The longest wait that is granted, in seconds.
pub const MAX_WAIT_SECONDS: u32 = 30;

const PREFER: HeaderName = HeaderName::from_static("prefer");
const PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");

/// The `Prefer` header.
#[derive(Debug, Clone, Copy)]
pub struct Prefer;

impl Prefer {
    /// How long the client wants to wait at most, capped at [`MAX_WAIT_SECONDS`]. Of several
    /// `wait` the first counts (RFC 7240, 2); one without a valid number of seconds is ignored.
    pub fn wait(request: &HttpRequest) -> Option<Duration> {
        seconds_of(request.headers(), "wait")
    }

    /// How long the client wants to wait at most until others have applied its write; read as
    /// [`Prefer::wait`] is.
    pub fn wait_applied(request: &HttpRequest) -> Option<Duration> {
        seconds_of(request.headers(), "wait-applied")
    }

    /// The header of an answer that waited: `Preference-Applied: wait=N`.
    pub fn applied(wait: Duration) -> (HeaderName, HeaderValue) {
        let value = HeaderValue::try_from(format!("wait={}", wait.as_secs()))
            .unwrap_or_else(|_| HeaderValue::from_static("wait"));
        (PREFERENCE_APPLIED, value)
    }

    /// Adds `preference` to those that an answer says were applied.
    pub fn also_applied(headers: &mut HeaderMap, preference: &'static str) {
        let before = headers.get(PREFERENCE_APPLIED);
        let both = before
            .and_then(|before| before.to_str().ok())
            .and_then(|before| HeaderValue::try_from(format!("{before}, {preference}")).ok());
        let value = both.unwrap_or_else(|| HeaderValue::from_static(preference));
        headers.insert(PREFERENCE_APPLIED, value);
    }
}

/// The seconds of the first preference of this name.
fn seconds_of(headers: &HeaderMap, wanted: &str) -> Option<Duration> {
    let mut lines = headers
        .get_all(PREFER)
        .filter_map(|line| line.to_str().ok());
    let seconds = lines.find_map(|line| {
        split_outside_quotes(line, ',').find_map(|preference| {
            // Parameters after `;` belong to preferences that are not known here.
            let own = split_outside_quotes(preference, ';').next()?;
            let (name, value) = own.split_once('=').unwrap_or((own, ""));
            name.trim()
                .eq_ignore_ascii_case(wanted)
                .then(|| seconds(value))
        })
    })??;
    Some(Duration::from_secs(u64::from(seconds)))
}

fn seconds(value: &str) -> Option<u32> {
    let value = value.trim();
    let value = value
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap_or(value);
    if value.is_empty() || !value.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // Only digits, so what does not fit is large.
    Some(value.parse().unwrap_or(u32::MAX).min(MAX_WAIT_SECONDS))
}

fn split_outside_quotes(line: &str, separator: char) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    let mut escaped = false;
    line.split(move |c: char| {
        if escaped {
            escaped = false;
        } else if quoted && c == '\\' {
            escaped = true;
        } else if c == '"' {
            quoted = !quoted;
        }
        c == separator && !quoted
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn wait(lines: &[&str]) -> Option<u64> {
        let request = lines
            .iter()
            .fold(TestRequest::get(), |request, line| {
                request.append_header(("Prefer", *line))
            })
            .to_http_request();
        Prefer::wait(&request).map(|wait| wait.as_secs())
    }

    #[test]
    fn a_wait_is_found_among_other_preferences() {
        assert_eq!(wait(&["wait=5"]), Some(5));
        assert_eq!(wait(&["respond-async, WAIT = \"7\" ; x=1"]), Some(7));
        assert_eq!(
            wait(&["return=minimal", "handling=\"a, wait=1\", wait=9"]),
            Some(9)
        );
        assert_eq!(wait(&["wait=0"]), Some(0));
    }

    #[test]
    fn waiting_for_others_is_a_preference_of_its_own() {
        let both = TestRequest::get()
            .append_header(("Prefer", "wait-applied=40, wait=2"))
            .to_http_request();
        let seconds = |wait: Option<Duration>| wait.map(|wait| wait.as_secs());
        assert_eq!(seconds(Prefer::wait(&both)), Some(2));
        assert_eq!(seconds(Prefer::wait_applied(&both)), Some(30));
        assert_eq!(wait(&["wait-applied=5"]), None);
    }

    #[test]
    fn an_answer_says_all_that_was_applied() {
        let mut headers = HeaderMap::new();
        Prefer::also_applied(&mut headers, "wait-applied");
        assert_eq!(headers.get("preference-applied").unwrap(), "wait-applied");
        let (name, value) = Prefer::applied(Duration::from_secs(5));
        headers.insert(name, value);
        Prefer::also_applied(&mut headers, "wait-applied");
        let told: Vec<_> = headers.get_all("preference-applied").collect();
        assert_eq!(told, ["wait=5, wait-applied"]);
    }

    #[test]
    fn a_long_wait_is_cut_to_what_is_granted() {
        assert_eq!(wait(&["wait=31"]), Some(30));
        assert_eq!(wait(&["wait=99999999999999999999"]), Some(30));
    }

    #[test]
    fn only_the_first_wait_counts() {
        assert_eq!(wait(&["wait=3, wait=4", "wait=5"]), Some(3));
        assert_eq!(wait(&["wait=soon, wait=4"]), None);
    }

    #[test]
    fn what_is_no_wait_is_ignored() {
        for none in [
            "", "wait", "wait=", "wait=-1", "wait=1.5", "await=5", "x;wait=5", "wait=\"5",
        ] {
            assert_eq!(wait(&[none]), None, "{none}");
        }
        assert_eq!(wait(&[]), None);
    }

    #[test]
    fn the_answer_says_what_was_applied() {
        let (name, value) = Prefer::applied(Duration::from_secs(5));
        assert_eq!(
            (name.as_str(), value.as_bytes()),
            ("preference-applied", &b"wait=5"[..])
        );
    }
}
