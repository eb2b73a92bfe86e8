//! What at most one live book may have.

use std::fmt;

use ::values::Scheme;

use super::values::BookScheme;

/// Something that names one book.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Claim {
    /// An ISBN, 13 digits.
    Isbn(String),
    /// An identifier, canonical.
    Identifier(BookScheme, String),
}

impl Claim {
    /// The field of a book that makes the claim.
    pub fn field(&self) -> String {
        match self {
            Self::Isbn(_) => "isbn".to_owned(),
            Self::Identifier(scheme, _) => format!("identifiers.{}", scheme.as_str()),
        }
    }
}

impl fmt::Display for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Isbn(isbn) => write!(f, "ISBN {isbn}"),
            Self::Identifier(scheme, value) => write!(f, "{} identifier {value}", scheme.as_str()),
        }
    }
}
