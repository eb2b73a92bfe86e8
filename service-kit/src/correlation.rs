//! The name of one request through every log and event it causes: header `X-Correlation-ID`.

use std::fmt;
use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::HeaderName;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use uuid::{NoContext, Timestamp, Uuid};

use crate::clock::Clock;
use crate::problem::Problem;

/// Header that carries the id, in and out.
pub const CORRELATION_HEADER: HeaderName = HeaderName::from_static("x-correlation-id");

/// 1 to 128 visible ASCII characters (`!` to `~`). As an extractor it is the id of this request.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CorrelationId(Box<str>);

impl CorrelationId {
    /// The longest id that is taken, in characters.
    pub const MAX_LENGTH: usize = 128;

    /// The id, if `raw` may be one.
    pub fn parse(raw: &str) -> Option<Self> {
        let visible = raw.bytes().all(|byte| byte.is_ascii_graphic());
        (visible && (1..=Self::MAX_LENGTH).contains(&raw.len())).then(|| Self(raw.into()))
    }

    /// A new id: a UUIDv7 of the clock's time.
    pub fn generate(clock: &dyn Clock) -> Self {
        let now = clock.now();
        let seconds = u64::try_from(now.timestamp()).unwrap_or(0);
        let timestamp = Timestamp::from_unix(NoContext, seconds, now.timestamp_subsec_nanos());
        Self(Uuid::new_v7(timestamp).to_string().into())
    }

    /// The id as it came or goes out.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CorrelationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromRequest for CorrelationId {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let id = request.extensions().get::<Self>().cloned();
        ready(id.ok_or_else(|| {
            Problem::internal(&"no correlation id: the application was not made by http::app")
        }))
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::clock::ManualClock;

    #[test]
    fn visible_ascii_up_to_128_characters_is_taken_as_it_is() {
        for good in ["a", "!~", &"x".repeat(128)] {
            assert_eq!(CorrelationId::parse(good).unwrap().as_str(), good);
        }
    }

    #[test]
    fn anything_else_is_not_an_id() {
        for bad in ["", "a b", "a\tb", "a\u{7f}", "é", &"x".repeat(129)] {
            assert_eq!(CorrelationId::parse(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn a_new_id_is_a_version_7_uuid_of_the_clocks_time() {
        let clock = ManualClock::new("2026-11-20T09:30:00.123Z".parse().unwrap());
        let id = Uuid::parse_str(CorrelationId::generate(&clock).as_str()).unwrap();
        assert_eq!(id.get_version_num(), 7);
        let (seconds, nanos) = id.get_timestamp().unwrap().to_unix();
        assert_eq!((seconds, nanos), (1_795_167_000, 123_000_000));
    }
}
