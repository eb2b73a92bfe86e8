//! How many pages a book has.

/// Why a number of pages was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PageCountError {
    /// Below one or above what any binding holds.
    #[error("must be a whole number from 1 to {max}", max = PageCount::MAX)]
    OutOfRange,
}

impl PageCountError {
    /// Stable code for a problem document.
    pub fn code(&self) -> &'static str {
        match self {
            Self::OutOfRange => "out_of_range",
        }
    }
}

/// A number of pages from 1 to [`PageCount::MAX`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PageCount(u32);

impl PageCount {
    /// The most pages taken.
    pub const MAX: u32 = 100_000;

    /// Checks a number of pages.
    ///
    /// # Errors
    /// [`PageCountError::OutOfRange`]
    pub fn parse(raw: i64) -> Result<Self, PageCountError> {
        match u32::try_from(raw) {
            Ok(pages @ 1..=Self::MAX) => Ok(Self(pages)),
            Ok(_) | Err(_) => Err(PageCountError::OutOfRange),
        }
    }

    /// The number of pages.
    pub fn get(self) -> u32 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_counted_from_one_to_a_hundred_thousand() {
        for right in [1, 417, 100_000] {
            assert_eq!(
                PageCount::parse(right).map(|pages| i64::from(pages.get())),
                Ok(right)
            );
        }
        for wrong in [0, -1, 100_001, 4_294_967_297, i64::MIN, i64::MAX] {
            assert_eq!(
                PageCount::parse(wrong),
                Err(PageCountError::OutOfRange),
                "{wrong}"
            );
        }
    }

    #[test]
    fn the_error_says_what_would_be_right() {
        assert_eq!(
            PageCountError::OutOfRange.to_string(),
            "must be a whole number from 1 to 100000"
        );
    }
}
