//! Web origins that may call a service from a browser.

use std::fmt;
use std::str::FromStr;

use url::Url;

/// An exact web origin, `https://catalog.example.org` or `http://localhost:5173`: scheme, host, and
/// a port unless it is the scheme's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(String);

/// Why a text is no origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OriginError {
    /// It is no URL, or not one over HTTP.
    #[error("must be an origin such as https://catalog.example.org (http or https, no wildcard)")]
    NotAnOrigin,
    /// It has a path, query, fragment or user.
    #[error("must be scheme, host and port only, without a path")]
    MoreThanAnOrigin,
}

impl Origin {
    /// Checks and normalizes an origin: lower case, default port left out.
    ///
    /// # Errors
    /// [`OriginError`] says what is wrong.
    pub fn parse(raw: &str) -> Result<Self, OriginError> {
        let url = Url::parse(raw.trim()).map_err(|_| OriginError::NotAnOrigin)?;
        if !matches!(url.scheme(), "http" | "https") || raw.contains('*') {
            return Err(OriginError::NotAnOrigin);
        }
        let bare = url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        if !bare {
            return Err(OriginError::MoreThanAnOrigin);
        }
        Ok(Self(url.origin().ascii_serialization()))
    }

    /// As browsers send it in `Origin`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Origin {
    type Err = OriginError;

    fn from_str(raw: &str) -> Result<Self, OriginError> {
        Self::parse(raw)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_kept_as_a_browser_sends_it() {
        let parse = |raw| Origin::parse(raw).unwrap().0;
        assert_eq!(
            parse("https://Catalog.Example.org:443/"),
            "https://catalog.example.org"
        );
        assert_eq!(parse(" http://localhost:5173"), "http://localhost:5173");
    }

    #[test]
    fn what_is_no_origin_is_refused() {
        for bad in [
            "*",
            "",
            "catalog.example.org",
            "https://*.example.org",
            "file:///x",
            "null",
        ] {
            assert_eq!(Origin::parse(bad), Err(OriginError::NotAnOrigin), "{bad}");
        }
        for more in [
            "https://a.org/path",
            "https://a.org/?q",
            "https://u:p@a.org",
        ] {
            assert_eq!(
                Origin::parse(more),
                Err(OriginError::MoreThanAnOrigin),
                "{more}"
            );
        }
    }
}
