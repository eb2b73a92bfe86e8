//! Which bodies are read as JSON: `application/json` and `…+json` but for JSON Patch, in UTF-8, not compressed.

use actix_web::{
    HttpRequest,
    http::{
        Method,
        header::{ACCEPT, CONTENT_ENCODING, CONTENT_TYPE, HeaderValue},
    },
};

use crate::problem::{Problem, ProblemKind};

/// # Errors
/// A 415 [`Problem`] that says what to send.
pub(super) fn check(request: &HttpRequest) -> Result<(), Problem> {
    let headers = request.headers();
    // RFC 9110, 15.5.16: the answer may say what would be taken.
    let taken = match *request.method() {
        Method::PATCH => "application/merge-patch+json, application/json",
        _ => "application/json",
    };
    let unsupported = |detail: &str| {
        Problem::new(ProblemKind::UnsupportedMediaType, detail)
            .with_header(ACCEPT, HeaderValue::from_static(taken))
    };
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

fn is_json(value: &str) -> bool {
    let mut parts = value.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default().to_ascii_lowercase();
    // Another kind of patch (RFC 6902) than is applied.
    let json = essence != "application/json-patch+json"
        && (essence == "application/json"
            || essence.strip_suffix("+json").is_some_and(|start| {
                start
                    .split_once('/')
                    .is_some_and(|(_, sub)| !sub.is_empty())
            }));
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
            "application/json-patch+json",
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
