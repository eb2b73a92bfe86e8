//! Taking in a body of bounded size.

use actix_web::HttpRequest;
use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use actix_web::http::header::CONTENT_LENGTH;
use actix_web::web::{Bytes, BytesMut};
use futures_util::StreamExt as _;

use super::MAX_BODY_BYTES;
use crate::problem::{Problem, ProblemKind};

/// What is reserved ahead at most, however long a body says it is.
const RESERVED_AHEAD: usize = 16 * 1024;

/// The length that the request announces, if any.
///
/// # Errors
/// A 413 [`Problem`] when it is too much, before a byte is read.
pub(super) fn announced(request: &HttpRequest) -> Result<usize, Problem> {
    let header = request.headers().get(CONTENT_LENGTH);
    let length = header
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.parse::<u64>().ok())
        .unwrap_or(0);
    match usize::try_from(length) {
        Ok(length) if length <= MAX_BODY_BYTES => Ok(length),
        _ => Err(too_large()),
    }
}

/// The whole body, counted while it comes in.
///
/// # Errors
/// A 413 [`Problem`] as soon as it is too much, a 400 one when it breaks off.
pub(super) async fn all(mut payload: Payload, announced: usize) -> Result<Bytes, Problem> {
    let mut body = BytesMut::with_capacity(announced.min(RESERVED_AHEAD));
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| broken_off(&error))?;
        if body.len() + chunk.len() > MAX_BODY_BYTES {
            return Err(too_large());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

fn too_large() -> Problem {
    Problem::new(
        ProblemKind::ContentTooLarge,
        format!("The body must be at most {MAX_BODY_BYTES} bytes long."),
    )
}

fn broken_off(error: &PayloadError) -> Problem {
    Problem::new(
        ProblemKind::MalformedRequest,
        format!("The body could not be received: {error}."),
    )
}
