//! Who gives identifiers to records of the catalog, and what is wrong with one.

use std::fmt;

/// A closed set of identifier schemes. Its order is the order of listing.
pub trait Scheme: Copy + Ord + fmt::Debug + Send + Sync + 'static {
    /// Every scheme, in order.
    const ALL: &'static [Self];

    /// The scheme as clients write it: `viaf`.
    fn as_str(self) -> &'static str;

    /// Checks `raw`, which was trimmed and is not empty, and gives its one canonical spelling.
    /// MUST leave a canonical spelling as it is.
    ///
    /// # Errors
    /// [`IdentifierError::Format`] or [`IdentifierError::CheckCharacter`].
    fn canonical(self, raw: &str) -> Result<String, IdentifierError>;
}

/// Why an identifier was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdentifierError {
    /// Not in the form of its scheme; holds what would be: `a number, like 96994048`.
    #[error("must be {0}")]
    Format(&'static str),
    /// In the right form, but its check character does not fit the rest.
    #[error("must end in the check character that fits the rest: some character is mistyped")]
    CheckCharacter,
    /// Of no scheme known here; holds the known ones.
    #[error("must be of a known scheme: {0}")]
    UnknownScheme(String),
    /// Not a scheme and a value; holds an example.
    #[error("must be a scheme, a colon and a value, like {0}:…")]
    NotAPair(&'static str),
}

impl IdentifierError {
    /// Stable code for a problem document.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Format(_) | Self::NotAPair(_) => "format",
            Self::CheckCharacter => "check_digit",
            Self::UnknownScheme(_) => "unknown_scheme",
        }
    }
}

pub(crate) fn scheme_named<S: Scheme>(name: &str) -> Option<S> {
    S::ALL
        .iter()
        .copied()
        .find(|scheme| scheme.as_str() == name)
}

pub(crate) fn unknown_scheme<S: Scheme>() -> IdentifierError {
    let known: Vec<_> = S::ALL.iter().map(|scheme| scheme.as_str()).collect();
    IdentifierError::UnknownScheme(known.join(", "))
}

/// A set of schemes for the tests of what stands on [`Scheme`].
#[cfg(test)]
pub(crate) mod shelf {
    use super::*;

    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
    pub(crate) enum Shelf {
        Wall,
        Floor,
    }

    impl Scheme for Shelf {
        const ALL: &'static [Self] = &[Self::Wall, Self::Floor];

        fn as_str(self) -> &'static str {
            match self {
                Self::Wall => "wall",
                Self::Floor => "floor",
            }
        }

        fn canonical(self, raw: &str) -> Result<String, IdentifierError> {
            match self {
                Self::Wall => crate::goodreads_number(raw),
                Self::Floor => Ok(raw.to_ascii_uppercase()),
            }
        }
    }
}
