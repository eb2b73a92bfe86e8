//! Which bodies are read as JSON: `application/json` and `…+json`, in UTF-8, not compressed.

use actix_web::http::header::{ACCEPT, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderValue};

use crate::problem::{Problem, ProblemKind};

/// # Errors
/// A 415 [`Problem`] that says what to send.
pub(super) fn check(headers: &HeaderMap) -> Result<(), Problem> {
    let mut encodings = headers.get_all(CONTENT_ENCODING);
    if !encodings.all(|value| value.as_bytes().eq_ignore_ascii_case(b"identity")) {
        return Err(unsupported("The body must not be compressed."));
    }
    let Some(value) = headers.get(CONTENT_TYPE) else {
        return Err(unsupported(
            "The content type is missing; it must be application/json.",
        ));
    };
    if value.to_str().is_ok_and(is_json) {
        Ok(())
    } else {
        Err(unsupported(
            "The content type must be application/json, in UTF-8.",
        ))
    }
}

fn unsupported(detail: &str) -> Problem {
    // RFC 9110, 15.5.16: the answer to a POST may say what would be taken.
    Problem::new(ProblemKind::UnsupportedMediaType, detail)
        .with_header(ACCEPT, HeaderValue::from_static("application/json"))
}

fn is_json(value: &str) -> bool {
    let mut parts = value.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default().to_ascii_lowercase();
    let json = essence == "application/json"
        || essence.strip_suffix("+json").is_some_and(|start| {
            start
                .split_once('/')
                .is_some_and(|(_, sub)| !sub.is_empty())
        });
    json && parts.all(|parameter| match parameter.split_once('=') {
        Some((name, charset)) if name.eq_ignore_ascii_case("charset") => {
            charset.trim_matches('"').eq_ignore_ascii_case("utf-8")
        }
        Some(_) => true,
        None => parameter.is_empty(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_types_in_utf_8_are_read() {
        for good in [
            "application/json",
            "Application/JSON; Charset=\"UTF-8\"",
            "application/merge-patch+json;charset=utf-8",
            "application/json;",
            "application/json; profile=x",
        ] {
            assert!(is_json(good), "{good}");
        }
    }

    #[test]
    fn anything_else_is_not() {
        for bad in [
            "text/plain",
            "application/jsonp",
            "application/+json",
            "+json",
            "application/json; charset=latin1",
            "application/x-www-form-urlencoded",
            "",
        ] {
            assert!(!is_json(bad), "{bad}");
        }
    }
}
