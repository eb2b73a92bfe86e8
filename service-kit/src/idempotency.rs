//! `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): a request that may be sent again
//! and is done once.

use std::fmt::Write as _;
use std::future::{Future, Ready, ready};
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::{HeaderMap, HeaderName};
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};
use values::FieldError;

use crate::json_body;
use crate::problem::Problem;

/// The header, as it is written.
pub const IDEMPOTENCY_KEY: &str = "Idempotency-Key";

/// Bytes of a key at most.
const MAX_KEY_LENGTH: usize = 255;

const HEADER: HeaderName = HeaderName::from_static("idempotency-key");

/// A request that came with a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyedRequest {
    /// The client's key: 1–255 visible ASCII characters.
    pub key: String,
    /// Method and path, such as `POST /things`.
    pub scope: String,
    /// SHA-256 of method, path and body, in hexadecimal digits.
    pub fingerprint: String,
}

/// Extractor for a JSON body that may have come with a key; refusals are those of
/// [`JsonBody`](json_body::JsonBody), and 422 for what is no key.
#[derive(Debug, Clone)]
pub struct Keyed<T> {
    /// The key and what it stands for, if there is one.
    pub request: Option<KeyedRequest>,
    /// The body.
    pub body: T,
}

impl<T: DeserializeOwned + 'static> FromRequest for Keyed<T> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let key = key_of(request.headers());
        let received = json_body::receive(request, payload);
        let request = request.clone();
        Box::pin(async move {
            let (key, bytes) = (key?, received.await?);
            Ok(Self {
                request: key.map(|key| KeyedRequest::of(&request, key, &bytes)),
                body: json_body::parse(&bytes)?,
            })
        })
    }
}

/// Extractor for the key of a request without a body.
#[derive(Debug, Clone)]
pub struct KeyedCall(pub Option<KeyedRequest>);

impl FromRequest for KeyedCall {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let key = key_of(request.headers());
        ready(key.map(|key| Self(key.map(|key| KeyedRequest::of(request, key, &[])))))
    }
}

impl KeyedRequest {
    fn of(request: &HttpRequest, key: String, body: &[u8]) -> Self {
        let target = request
            .uri()
            .path_and_query()
            .map_or(request.path(), |target| target.as_str());
        let scope = format!("{} {target}", request.method());
        // No method and no path holds a line feed.
        let digest = Sha256::new()
            .chain_update(&scope)
            .chain_update(b"\n")
            .chain_update(body)
            .finalize();
        let mut fingerprint = String::with_capacity(64);
        for byte in digest {
            // Writing to a string does not fail.
            let _ = write!(fingerprint, "{byte:02x}");
        }
        Self {
            key,
            scope,
            fingerprint,
        }
    }
}

/// The key of the header, with or without the quotes of a structured field's string (RFC 9651, 3.3.3).
fn key_of(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let mut lines = headers.get_all(HEADER);
    let Some(line) = lines.next() else {
        return Ok(None);
    };
    if lines.next().is_some() {
        return Err(wrong("duplicate", "must be sent once"));
    }
    match line.to_str().ok().and_then(|text| key(text.trim())) {
        Some(key) => Ok(Some(key)),
        None => Err(wrong(
            "format",
            "must be 1 to 255 visible ASCII characters, such as a UUID",
        )),
    }
}

fn key(text: &str) -> Option<String> {
    let key = match text.strip_prefix('"') {
        Some(rest) => unescaped(rest.strip_suffix('"')?)?,
        None => text.to_owned(),
    };
    let visible = key.bytes().all(|byte| byte.is_ascii_graphic());
    (visible && (1..=MAX_KEY_LENGTH).contains(&key.len())).then_some(key)
}

fn unescaped(text: &str) -> Option<String> {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        plain.push(match character {
            '"' => return None,
            '\\' => characters
                .next()
                .filter(|next| matches!(next, '"' | '\\'))?,
            other => other,
        });
    }
    Some(plain)
}

/// A 422 that names the header.
pub fn wrong(code: &'static str, message: &str) -> Problem {
    Problem::invalid_fields(vec![FieldError::new(IDEMPOTENCY_KEY, code, message)])
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn key_of_lines(lines: &[&str]) -> Result<Option<String>, Problem> {
        let request = lines.iter().fold(TestRequest::post(), |request, line| {
            request.append_header((IDEMPOTENCY_KEY, *line))
        });
        key_of(request.to_http_request().headers())
    }

    #[test]
    fn a_key_may_be_quoted_and_is_the_same_then() {
        for (sent, key) in [
            ("8e03978e-40d5", "8e03978e-40d5"),
            ("\"8e03978e-40d5\"", "8e03978e-40d5"),
            ("  a  ", "a"),
            (r#""a\"b\\c""#, r#"a"b\c"#),
            (r"a\b", r"a\b"),
        ] {
            assert_eq!(key_of_lines(&[sent]).unwrap().as_deref(), Some(key));
        }
        assert_eq!(key_of_lines(&[]).unwrap(), None);
        let longest = "k".repeat(255);
        assert_eq!(key_of_lines(&[&longest]).unwrap(), Some(longest));
    }

    #[test]
    fn what_is_no_key_is_refused_and_the_header_is_named() {
        let too_long = "k".repeat(256);
        for sent in [
            &[""][..],
            &["\"\""],
            &["a b"],
            &["\"a"],
            &["\"a\"b\""],
            &[r#""a\""#],
            &[r#""a\x""#],
            &["é"],
            &[&too_long],
            &["a", "b"],
        ] {
            let problem = key_of_lines(sent).unwrap_err();
            assert_eq!(problem.errors()[0].field, IDEMPOTENCY_KEY, "{sent:?}");
        }
    }

    #[test]
    fn a_fingerprint_tells_method_path_and_body_apart() {
        let of = |request: TestRequest, body: &[u8]| {
            KeyedRequest::of(&request.to_http_request(), "k".to_owned(), body).fingerprint
        };
        let post = |uri| TestRequest::post().uri(uri);
        let first = of(post("/things"), b"{}");
        assert_eq!(first.len(), 64);
        assert_eq!(first, of(post("/things"), b"{}"));
        for other in [
            of(post("/things"), b"{ }"),
            of(post("/things/1"), b"{}"),
            of(post("/things?a"), b"{}"),
            of(TestRequest::put().uri("/things"), b"{}"),
        ] {
            assert_ne!(first, other);
        }
    }
}
