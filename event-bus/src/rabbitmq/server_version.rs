//! Which RabbitMQ this is.
//!
//! The broker says so in its greeting, which the client library keeps to itself. So the greeting is
//! asked for once more, on a connection that goes no further.

use futures_util::{AsyncReadExt, AsyncWriteExt};
use lapin::{
    protocol::{self, AMQPClass, connection},
    tcp::{AMQPUriTcpExt, TLSConfig},
};
use tokio::time::timeout;

use super::{
    address::Address,
    failure::{bus_error, no_answer},
};
use crate::BusError;

/// Protocol header of AMQP 0-9-1 (section 4.2.2).
const PROTOCOL_HEADER: &[u8] = b"AMQP\x00\x00\x09\x01";

/// Type (1), channel (2) and payload size (4) of a frame (section 4.2.3).
const FRAME_HEADER_SIZE: usize = 7;

/// Greetings are about 500 bytes long.
const LARGEST_GREETING: u32 = 64 * 1024;

/// The first number of a RabbitMQ version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct MajorVersion(u32);

impl MajorVersion {
    pub(super) const FOUR: Self = Self(4);

    pub(super) fn parse(version: &str) -> Option<Self> {
        let (major, _) = version.split_once('.')?;
        major.parse().ok().map(Self)
    }
}

/// Asks the broker at `address`.
pub(super) async fn ask(address: &Address) -> Result<MajorVersion, BusError> {
    let payload = match timeout(address.connect_timeout(), greeting(address)).await {
        Ok(payload) => payload?,
        Err(_elapsed) => return Err(no_answer(address, address.connect_timeout())),
    };
    let version = reported_version(&payload).unwrap_or_default();
    MajorVersion::parse(&version).ok_or_else(|| {
        BusError::Refused(format!(
            "{} reports version {version:?}, which does not tell how to declare its queues: \
             name a RabbitMQ broker, 3.10 or later, in the broker URL",
            address.place()
        ))
    })
}

async fn greeting(address: &Address) -> Result<Vec<u8>, BusError> {
    let io = |error: std::io::Error| bus_error(&error.into(), address);
    let runtime = lapin::runtime::default_runtime().map_err(|error| bus_error(&error, address))?;
    let connecting = address
        .uri()
        .connect_with_config_async(TLSConfig::default(), &runtime);
    let mut stream = connecting.await.map_err(io)?;
    stream.write_all(PROTOCOL_HEADER).await.map_err(io)?;
    stream.flush().await.map_err(io)?;

    let mut header = [0; FRAME_HEADER_SIZE];
    stream.read_exact(&mut header).await.map_err(io)?;
    let [kind, _, _, size @ ..] = header;
    let size = u32::from_be_bytes(size);
    if kind != protocol::constants::FRAME_METHOD || size > LARGEST_GREETING {
        return Err(BusError::Refused(format!(
            "{} does not speak AMQP 0-9-1: name a RabbitMQ broker in the broker URL",
            address.place()
        )));
    }
    let mut payload = vec![0; size as usize];
    stream.read_exact(&mut payload).await.map_err(io)?;
    Ok(payload)
}

/// The version in the payload of a `connection.start` frame.
fn reported_version(payload: &[u8]) -> Option<String> {
    match protocol::parse_class(payload) {
        Ok((_, AMQPClass::Connection(connection::AMQPMethod::Start(start)))) => start
            .server_properties
            .inner()
            .get("version")?
            .as_long_string()
            .map(ToString::to_string),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_number_of_a_version_counts() {
        assert_eq!(MajorVersion::parse("3.10.8"), Some(MajorVersion(3)));
        assert_eq!(MajorVersion::parse("4.0.0-rc.1"), Some(MajorVersion::FOUR));
        assert_eq!(MajorVersion::parse("10.1"), Some(MajorVersion(10)));
        for odd in ["", "4", "v4.1", "master.x"] {
            assert_eq!(MajorVersion::parse(odd), None, "{odd}");
        }
    }

    #[test]
    fn a_greeting_that_is_none_reports_no_version() {
        assert_eq!(reported_version(b""), None);
        assert_eq!(reported_version(b"HTTP/1.1 400 Bad Request"), None);
    }
}
