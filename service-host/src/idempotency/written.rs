//! An answer in the form in which it is kept: JSON with its status, headers and body.

use actix_web::{
    HttpResponse,
    body::MessageBody as _,
    http::{
        StatusCode,
        header::{HeaderName, HeaderValue},
    },
};
use serde::{Deserialize, Serialize};
use service_kit::problem::Problem;

#[derive(Serialize, Deserialize)]
struct Written {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

/// Writes an answer down.
///
/// # Errors
/// If it is no text, or not whole yet.
pub(super) fn write(answer: HttpResponse) -> Result<String, Problem> {
    let status = answer.status().as_u16();
    let mut headers = Vec::new();
    for (name, value) in answer.headers() {
        let value = value.to_str().map_err(|error| Problem::internal(&error))?;
        headers.push((name.as_str().to_owned(), value.to_owned()));
    }
    let body = answer.into_body().try_into_bytes();
    let body = body.map_err(|_| Problem::internal(&"an answer that comes in parts"))?;
    let body = String::from_utf8(body.into()).map_err(|error| Problem::internal(&error))?;
    let written = Written {
        status,
        headers,
        body,
    };
    serde_json::to_string(&written).map_err(|error| Problem::internal(&error))
}

/// The answer again.
///
/// # Errors
/// If it is not what [`write`] wrote.
pub(super) fn read(text: &str) -> Result<HttpResponse, Problem> {
    let written: Written = serde_json::from_str(text).map_err(|error| Problem::internal(&error))?;
    let status = StatusCode::from_u16(written.status).map_err(|error| Problem::internal(&error))?;
    let mut answer = HttpResponse::with_body(status, written.body).map_into_boxed_body();
    for (name, value) in written.headers {
        let name = HeaderName::try_from(name).map_err(|error| Problem::internal(&error))?;
        let value = HeaderValue::try_from(value).map_err(|error| Problem::internal(&error))?;
        answer.headers_mut().append(name, value);
    }
    Ok(answer)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use actix_web::http::header::{ETAG, LOCATION};

    use super::*;

    #[test]
    fn an_answer_reads_back_as_it_was_written() {
        let answer = || {
            HttpResponse::Created()
                .insert_header((LOCATION, "/things/1"))
                .insert_header((ETAG, "\"1-1.0\""))
                .content_type("application/json")
                .body("{\"name\":\"Émile\"}")
        };
        let read = read(&write(answer()).unwrap()).unwrap();
        assert_eq!(read.status(), 201);
        assert_eq!(read.headers().len(), answer().headers().len());
        for (name, value) in answer().headers() {
            assert_eq!(read.headers().get(name), Some(value), "{name}");
        }
        let body = read.into_body().try_into_bytes().unwrap();
        assert_eq!(body, "{\"name\":\"Émile\"}");
    }
}
