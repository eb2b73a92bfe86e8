//! The broker's URL, parsed once.

use std::time::Duration;

use lapin::uri::AMQPUri;
use url::{Host, Url};

use super::{RabbitMqOptions, name::name};
use crate::BusError;

/// Bytes of a frame at most, unless the URL says otherwise. The client library keeps buffers of 64
/// frames for each connection: with the broker's 128 KiB that is 8 MiB at rest.
const FRAME_MAX: u32 = 16 * 1024;

/// Where the broker is and how to log in. Shown as host and port alone.
#[derive(Clone)]
pub(super) struct Address {
    uri: AMQPUri,
    connect_timeout: Duration,
}

impl Address {
    pub(super) fn parse(url: &str, options: &RabbitMqOptions) -> Result<Self, BusError> {
        // No parser's error text is passed on whole: one of them repeats the URL, password and all.
        let parsed = Url::parse(url).map_err(|error| refused(&error.to_string()))?;
        if !matches!(parsed.scheme(), "amqp" | "amqps") {
            return Err(refused("its scheme is neither amqp nor amqps"));
        }
        let host = match parsed.host() {
            // The client library would take localhost for an IPv6 address.
            Some(Host::Ipv6(address)) => address.to_string(),
            Some(host) => host.to_string(),
            None => return Err(refused("it names no host")),
        };
        if host.is_empty() {
            return Err(refused("it names no host"));
        }
        let mut uri: AMQPUri = url
            .parse()
            .map_err(|_| refused("its credentials, virtual host or parameters are malformed"))?;
        if !matches!(parsed.host(), Some(Host::Domain(_))) {
            uri.authority.host = host;
        }
        if uri.vhost.is_empty() {
            "/".clone_into(&mut uri.vhost);
        }
        name("virtual host", &uri.vhost)?;
        uri.query.heartbeat.get_or_insert(options.heartbeat_seconds);
        uri.query.frame_max.get_or_insert(FRAME_MAX);
        let connect_timeout = uri
            .query
            .connection_timeout
            .map_or(options.connect_timeout, Duration::from_millis);
        Ok(Self {
            uri,
            connect_timeout,
        })
    }

    pub(super) fn uri(&self) -> &AMQPUri {
        &self.uri
    }

    pub(super) fn connect_timeout(&self) -> Duration {
        self.connect_timeout
    }

    pub(super) fn vhost(&self) -> &str {
        &self.uri.vhost
    }

    pub(super) fn user(&self) -> &str {
        &self.uri.authority.userinfo.username
    }

    /// Host and port, for messages.
    pub(super) fn place(&self) -> String {
        format!("{}:{}", self.uri.authority.host, self.uri.authority.port)
    }
}

fn refused(why: &str) -> BusError {
    BusError::Refused(format!(
        "the broker URL can't be used: {why}; it reads amqp://user:password@host:5672/vhost"
    ))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn parse(url: &str) -> Result<Address, BusError> {
        Address::parse(url, &RabbitMqOptions::default())
    }

    #[test]
    fn what_the_url_leaves_out_is_filled_in() {
        let address = parse("amqp://broker.example").unwrap();
        assert_eq!(address.place(), "broker.example:5672");
        assert_eq!((address.vhost(), address.user()), ("/", "guest"));
        assert_eq!(address.uri().query.heartbeat, Some(10));
        assert_eq!(address.connect_timeout(), Duration::from_secs(5));
        assert_eq!(
            parse("amqps://broker.example").unwrap().place(),
            "broker.example:5671"
        );
    }

    #[test]
    fn what_the_url_says_wins() {
        let address =
            parse("amqp://u%40x:p%2Fw@h:1234/a%2Fb?heartbeat=3&connection_timeout=250").unwrap();
        assert_eq!((address.user(), address.vhost()), ("u@x", "a/b"));
        assert_eq!(address.uri().authority.userinfo.password, "p/w");
        assert_eq!(address.uri().query.heartbeat, Some(3));
        assert_eq!(address.connect_timeout(), Duration::from_millis(250));
    }

    #[test]
    fn a_bare_slash_is_the_default_virtual_host() {
        assert_eq!(parse("amqp://h/").unwrap().vhost(), "/");
    }

    #[test]
    fn a_virtual_host_that_is_too_long_is_refused() {
        let url = format!("amqp://h/{}", "v".repeat(256));
        assert!(matches!(parse(&url), Err(BusError::Refused(_))));
    }

    #[test]
    fn an_ipv6_address_is_kept() {
        assert_eq!(
            parse("amqp://[2001:db8::1]:5673")
                .unwrap()
                .uri()
                .authority
                .host,
            "2001:db8::1"
        );
        assert_eq!(parse("amqp://127.0.0.1").unwrap().place(), "127.0.0.1:5672");
    }

    #[test]
    fn a_url_that_cannot_be_used_is_refused_without_its_password() {
        for url in [
            "amqp:user:secret",
            "amqp://user:secret@",
            "amqp://user:secret@host:port",
            "amqp://user:secret@host/?heartbeat=often",
            "amqp://user:secret%ff@host",
            "http://user:secret@host",
            "secret",
        ] {
            let Err(BusError::Refused(text)) = parse(url) else {
                panic!("{url} was taken");
            };
            assert!(!text.contains("secret"), "{url}: {text}");
            assert!(
                text.contains("amqp://") && !text.contains('\n'),
                "{url}: {text}"
            );
        }
    }
}
