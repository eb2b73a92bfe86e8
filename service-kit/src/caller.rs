//! Who asks, as far as a change's events tell: the request's names.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};

use crate::actor::ActorHeader;
use crate::correlation::CorrelationId;
use crate::problem::Problem;

/// The length of a `traceparent` of version 00 (W3C Trace Context).
const TRACEPARENT_LENGTH: usize = 55;

/// The names under which a request is known. As an extractor: those of this request, or a 400 if
/// it does not say who asks as [`ActorHeader`] wants it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The request's id.
    pub correlation_id: String,
    /// W3C trace context, if it came with one.
    pub traceparent: Option<String>,
    /// Who asks, if the service is told.
    pub actor: Option<String>,
}

impl FromRequest for Caller {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let correlation_id = CorrelationId::from_request(request, payload).into_inner();
        ready(correlation_id.and_then(|id| {
            Ok(Self {
                correlation_id: id.as_str().to_owned(),
                traceparent: traceparent(request),
                actor: actor(request)?,
            })
        }))
    }
}

fn actor(request: &HttpRequest) -> Result<Option<String>, Problem> {
    let header = request.app_data::<ActorHeader>();
    header.map_or(Ok(None), |header| header.read(request))
}

fn traceparent(request: &HttpRequest) -> Option<String> {
    let value = request.headers().get("traceparent")?.to_str().ok()?;
    let form = |byte: u8| byte.is_ascii_hexdigit() || byte == b'-';
    (value.len() == TRACEPARENT_LENGTH && value.bytes().all(form)).then(|| value.to_owned())
}
