//! Where a service listens and who may call it from a browser. The port is not among them: a
//! program that runs two services needs two.

use std::net::{IpAddr, Ipv4Addr};
use std::str::FromStr;

use crate::actor::ActorHeader;
use crate::http::{Origin, OriginError};

/// Settings of the HTTP side; flatten them into a program's own.
#[derive(Debug, Clone, clap::Args)]
pub struct HttpSettings {
    /// Address to listen on: 127.0.0.1 for this machine alone, 0.0.0.0 for any network
    #[arg(long, env = "SERVICE_HOST", default_value = "127.0.0.1", value_parser = host)]
    pub service_host: IpAddr,
    /// Exact origins whose pages may call the service from a browser, separated by commas
    #[arg(
        long,
        env = "CORS_ORIGINS",
        default_value = "",
        hide_default_value = true
    )]
    pub cors_origins: CorsOrigins,
    /// Whether a change of a record must come with If-Match; without it the answer is a 428
    #[arg(
        long,
        env = "REQUIRE_IF_MATCH",
        default_value_t = false,
        default_missing_value = "true",
        num_args = 0..=1,
        require_equals = true,
        action = clap::ArgAction::Set
    )]
    pub require_if_match: bool,
    /// Header that names who asks, such as X-Forwarded-User; only behind a proxy that authenticates
    /// and overwrites it [default: nobody is named]
    #[arg(
        long,
        env = "ACTOR_HEADER",
        default_value = "",
        hide_default_value = true
    )]
    pub actor_header: ActorHeader,
}

impl Default for HttpSettings {
    fn default() -> Self {
        Self {
            service_host: IpAddr::V4(Ipv4Addr::LOCALHOST),
            cors_origins: CorsOrigins::default(),
            require_if_match: false,
            actor_header: ActorHeader::default(),
        }
    }
}

/// A list of origins separated by commas; empty for none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CorsOrigins(Vec<Origin>);

impl CorsOrigins {
    /// The origins, in the order in which they were given.
    pub fn iter(&self) -> impl Iterator<Item = &Origin> {
        self.0.iter()
    }
}

impl IntoIterator for CorsOrigins {
    type Item = Origin;
    type IntoIter = std::vec::IntoIter<Origin>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl FromStr for CorsOrigins {
    type Err = OriginError;

    fn from_str(list: &str) -> Result<Self, OriginError> {
        list.split(',')
            .map(str::trim)
            .filter(|origin| !origin.is_empty())
            .map(Origin::parse)
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

fn host(text: &str) -> Result<IpAddr, &'static str> {
    match text.trim() {
        "localhost" => Ok(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        address => address
            .trim_start_matches('[')
            .trim_end_matches(']')
            .parse()
            .map_err(|_| "must be an IP address of this machine, such as 127.0.0.1 or 0.0.0.0"),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Settings {
        #[command(flatten)]
        http: HttpSettings,
    }

    fn requires_if_match(arguments: &[&str]) -> Result<bool, clap::Error> {
        let all = ["program"].iter().chain(arguments);
        Settings::try_parse_from(all).map(|settings| settings.http.require_if_match)
    }

    #[test]
    fn if_match_is_required_when_that_is_said() {
        assert!(!requires_if_match(&[]).unwrap());
        assert!(requires_if_match(&["--require-if-match"]).unwrap());
        assert!(requires_if_match(&["--require-if-match=true"]).unwrap());
        assert!(!requires_if_match(&["--require-if-match=false"]).unwrap());
        assert!(requires_if_match(&["--require-if-match=perhaps"]).is_err());
    }
}
