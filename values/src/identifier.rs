//! One identifier, as somebody looks a record up by it.

use std::fmt;

use crate::scheme::{scheme_named, unknown_scheme};
use crate::{IdentifierError, Scheme};

/// One identifier together with its scheme, as a filter names it: `viaf:96994048`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identifier<S> {
    scheme: S,
    value: String,
}

impl<S: Scheme> Identifier<S> {
    /// Parses a scheme, a colon and a value; white space around either is dropped and the value
    /// is brought to its canonical spelling.
    ///
    /// # Errors
    /// [`IdentifierError`] says which part is wrong.
    pub fn parse(raw: &str) -> Result<Self, IdentifierError> {
        let example = S::ALL.first().map_or("", |scheme| scheme.as_str());
        let (name, value) = raw
            .split_once(':')
            .map(|(name, value)| (name.trim(), value.trim()))
            .filter(|(_, value)| !value.is_empty())
            .ok_or(IdentifierError::NotAPair(example))?;
        let scheme = scheme_named::<S>(name).ok_or_else(unknown_scheme::<S>)?;
        let value = scheme.canonical(value)?;
        Ok(Self { scheme, value })
    }

    /// The scheme.
    pub fn scheme(&self) -> S {
        self.scheme
    }

    /// The canonical value.
    pub fn value(&self) -> &str {
        &self.value
    }
}

impl<S: Scheme> fmt::Display for Identifier<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.scheme.as_str(), self.value)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::scheme::shelf::Shelf;

    #[test]
    fn a_filter_is_a_scheme_and_a_value() {
        let identifier = Identifier::<Shelf>::parse("wall: 007 ").unwrap();
        assert_eq!(
            (identifier.scheme(), identifier.value()),
            (Shelf::Wall, "7")
        );
        assert_eq!(identifier.to_string(), "wall:7");
        assert_eq!(
            Identifier::<Shelf>::parse("floor:a:b").unwrap().value(),
            "A:B"
        );
    }

    #[test]
    fn a_wrong_filter_says_what_would_be_right() {
        for (raw, code) in [
            ("", "format"),
            ("wall", "format"),
            ("wall:", "format"),
            (":7", "unknown_scheme"),
            ("roof:7", "unknown_scheme"),
            ("wall:x", "format"),
        ] {
            assert_eq!(
                Identifier::<Shelf>::parse(raw).unwrap_err().code(),
                code,
                "{raw}"
            );
        }
        assert_eq!(
            Identifier::<Shelf>::parse("7").unwrap_err().to_string(),
            "must be a scheme, a colon and a value, like wall:…"
        );
    }
}
