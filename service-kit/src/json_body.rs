//! A JSON request body, read strictly and with answers that say what is wrong.

mod content_type;
mod receive;

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use values::FieldError;

use crate::field::JsonKind;
use crate::problem::{Problem, ProblemKind};

/// The largest body that is taken, in bytes.
pub const MAX_BODY_BYTES: usize = 1024 * 1024;

/// Extractor for a body that is one JSON object.
///
/// Refusals: 415 for another content type, charset or encoding; 413 above [`MAX_BODY_BYTES`]; 400
/// for what is no JSON in UTF-8, with line and column; 422 for JSON of the wrong shape. Give `T`
/// fields of [`crate::field`], so that a wrong field does not hide the next one.
#[derive(Debug, Clone)]
pub struct JsonBody<T: DeserializeOwned>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for JsonBody<T> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let received = receive(request, payload);
        Box::pin(async move { parse(&received.await?).map(Self) })
    }
}

/// The bytes of a body that is to be JSON.
pub(crate) fn receive(
    request: &HttpRequest,
    payload: &mut Payload,
) -> impl Future<Output = Result<Bytes, Problem>> + use<> {
    let checked = content_type::check(request).and_then(|()| receive::announced(request));
    let payload = payload.take();
    async move { receive::all(payload, checked?).await }
}

/// Reads a JSON object from the bytes of a body.
///
/// # Errors
/// A 400 or 422 [`Problem`], as [`JsonBody`] answers it.
pub fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    let text = std::str::from_utf8(body).map_err(|error| not_utf8(body, error.valid_up_to()))?;
    if text.trim_ascii().is_empty() {
        return Err(malformed("The body is empty; it must be a JSON object."));
    }
    let value = serde_json::from_str(text).map_err(|error| refused(&error, text))?;
    // A struct may be read from an array, field by field; nobody who sends one means that.
    match JsonKind::of(text) {
        JsonKind::Object => Ok(value),
        found => Err(wrong_shape(found)),
    }
}

fn malformed(detail: impl Into<String>) -> Problem {
    Problem::new(ProblemKind::MalformedRequest, detail)
}

fn not_utf8(body: &[u8], valid_up_to: usize) -> Problem {
    let before = body.get(..valid_up_to).unwrap_or_default();
    let line = before.split(|byte| *byte == b'\n').count();
    let column = before
        .iter()
        .rev()
        .take_while(|byte| **byte != b'\n')
        .count()
        + 1;
    malformed(format!(
        "The body is not UTF-8: invalid byte at line {line} column {column}."
    ))
}

fn refused(error: &serde_json::Error, text: &str) -> Problem {
    match error.classify() {
        Category::Syntax | Category::Eof | Category::Io => {
            malformed(format!("The body is not valid JSON: {error}."))
        }
        Category::Data => match JsonKind::of(text) {
            JsonKind::Object => Problem::invalid_fields(vec![data_error(&error.to_string())]),
            found => wrong_shape(found),
        },
    }
}

fn wrong_shape(found: JsonKind) -> Problem {
    Problem::invalid_fields(vec![FieldError::new(
        "body",
        "wrong_type",
        format!("must be an object, not {}", found.name()),
    )])
}

/// With lenient fields what is left is a field that is sent twice; a strict one may be of a wrong
/// type, and serde then names the place and not the field.
fn data_error(text: &str) -> FieldError {
    let named = |start: &str| {
        let rest = text.strip_prefix(start)?.strip_prefix(" `")?;
        rest.split('`').next()
    };
    if let Some(field) = named("duplicate field") {
        FieldError::new(field, "duplicate", "must be given once")
    } else if let Some(field) = named("missing field") {
        FieldError::new(field, "required", "must be given")
    } else if let Some(field) = named("unknown field") {
        FieldError::new(field, "unknown", "is not known here")
    } else {
        FieldError::new("body", "wrong_type", format!("is not as expected: {text}"))
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::field::Field;

    #[derive(Debug, Deserialize)]
    struct Body {
        #[serde(default)]
        name: Field<String>,
    }

    fn refusal(body: &[u8]) -> Problem {
        parse::<Body>(body).unwrap_err()
    }

    #[test]
    fn an_object_is_read() {
        let body: Body = parse(br#" {"name":"x","more":[1]} "#).unwrap();
        assert_eq!(body.name, Field::Value("x".to_owned()));
    }

    #[test]
    fn broken_json_is_malformed_and_says_where() {
        for (body, place) in [
            (&b"{\"name\":"[..], "at line 1 column 8"),
            (b"{\n \"name\" 1}", "at line 2 column 9"),
            (b"{} x", "at line 1 column 4"),
            (b"{\"name\":\"a\nb\"}", "at line 1 column 10"),
            (b"{\"name\":\"\xff\"}", "at line 1 column 10"),
            (b"{\n\n\"\xc3\"}", "at line 3 column 2"),
        ] {
            let problem = refusal(body);
            assert_eq!(problem.kind(), ProblemKind::MalformedRequest);
            assert!(problem.detail().contains(place), "{}", problem.detail());
        }
        assert_eq!(refusal(b" ").kind(), ProblemKind::MalformedRequest);
    }

    #[test]
    fn json_that_is_too_deep_is_malformed() {
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(200), "]".repeat(200));
        let problem = parse::<serde_json::Value>(deep.as_bytes()).unwrap_err();
        assert_eq!(problem.kind(), ProblemKind::MalformedRequest);
        assert!(problem.detail().contains("recursion limit"));
    }

    #[test]
    fn json_that_is_no_object_is_of_the_wrong_shape() {
        for (body, found) in [
            ("[\"x\"]", "an array"),
            ("null", "null"),
            ("5", "a number"),
            ("\"x\"", "a string"),
        ] {
            let problem = refusal(body.as_bytes());
            assert_eq!(problem.kind(), ProblemKind::InvalidFields);
            assert_eq!(
                problem.detail(),
                format!("body must be an object, not {found}.")
            );
        }
    }

    #[test]
    fn a_field_that_is_sent_twice_is_named() {
        let problem = refusal(br#"{"name":"a","name":"b"}"#);
        assert_eq!(problem.errors()[0].field, "name");
        assert_eq!(problem.errors()[0].code, "duplicate");
    }
}
