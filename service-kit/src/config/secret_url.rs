//! URLs with credentials in them.

use std::fmt;
use std::str::FromStr;

use url::Url;

const HIDDEN: &str = "***";

/// A URL that may hold a password, which neither [`fmt::Debug`] nor [`fmt::Display`] shows.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretUrl {
    text: String,
    url: Url,
}

/// Why a text is no URL; it does not repeat the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not a URL: {0}")]
pub struct SecretUrlError(#[from] url::ParseError);

impl SecretUrl {
    /// Reads a URL of any scheme: `postgres://…`, `sqlite://…`, `amqp://…`, `memory:`.
    ///
    /// # Errors
    /// [`SecretUrlError`] when it is none.
    pub fn parse(text: &str) -> Result<Self, SecretUrlError> {
        let text = text.trim();
        Ok(Self {
            url: Url::parse(text)?,
            text: text.to_owned(),
        })
    }

    /// The URL as it was given, password and all.
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// Its scheme, in lower case.
    pub fn scheme(&self) -> &str {
        self.url.scheme()
    }
}

impl FromStr for SecretUrl {
    type Err = SecretUrlError;

    fn from_str(text: &str) -> Result<Self, SecretUrlError> {
        Self::parse(text)
    }
}

impl fmt::Display for SecretUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let query = self.url.query().unwrap_or_default().to_ascii_lowercase();
        if self.url.password().is_none() && !query.contains("pass") {
            return f.write_str(&self.text);
        }
        let mut shown = self.url.clone();
        // Both fail only for a URL that can hold no password.
        if shown.password().is_some() && shown.set_password(Some(HIDDEN)).is_err() {
            return f.write_str(HIDDEN);
        }
        if query.contains("pass") {
            shown.set_query(Some(HIDDEN));
        }
        fmt::Display::fmt(&shown, f)
    }
}

impl fmt::Debug for SecretUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretUrl({self})")
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_not_shown_and_is_still_there() {
        let url = SecretUrl::parse("postgres://app:s3cret@db:5432/things").unwrap();
        assert_eq!(url.to_string(), "postgres://app:***@db:5432/things");
        assert_eq!(
            format!("{url:?}"),
            "SecretUrl(postgres://app:***@db:5432/things)"
        );
        assert_eq!(url.expose(), "postgres://app:s3cret@db:5432/things");
    }

    #[test]
    fn a_password_in_the_query_is_not_shown_either() {
        let url = SecretUrl::parse("postgres://db/things?user=a&Password=s3cret").unwrap();
        assert_eq!(url.to_string(), "postgres://db/things?***");
    }

    #[test]
    fn a_url_without_a_secret_is_shown_as_it_was_given() {
        for plain in [
            "memory:",
            "sqlite://./data/a.db?mode=rwc",
            "sqlite::memory:",
            "amqp://h/%2f",
        ] {
            assert_eq!(SecretUrl::parse(plain).unwrap().to_string(), plain);
        }
    }

    #[test]
    fn an_error_does_not_repeat_what_was_given() {
        let error = SecretUrl::parse("s3cret").unwrap_err();
        assert_eq!(
            error.to_string(),
            "is not a URL: relative URL without a base"
        );
    }
}
