//! The year in which a book came out.

/// Why a year was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PublicationYearError {
    /// Before the first books or too far ahead.
    #[error("must be a year from {first} to {last}", first = PublicationYear::FIRST)]
    OutOfRange {
        /// The last year that would be taken.
        last: i32,
    },
}

impl PublicationYearError {
    /// Stable code for a problem document.
    pub fn code(&self) -> &'static str {
        match self {
            Self::OutOfRange { .. } => "out_of_range",
        }
    }
}

/// A year from [`PublicationYear::FIRST`] to [`PublicationYear::YEARS_AHEAD`] years ahead, counted
/// as in ISO 8601: 0 is 1 BC, -1 is 2 BC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PublicationYear(i32);

impl PublicationYear {
    /// The first year taken.
    pub const FIRST: i32 = -3000;

    /// How far ahead a book may be announced, in years.
    pub const YEARS_AHEAD: i32 = 5;

    /// Checks a year as given in the year `this_year`.
    ///
    /// # Errors
    /// [`PublicationYearError::OutOfRange`]
    pub fn parse(raw: i64, this_year: i32) -> Result<Self, PublicationYearError> {
        let last = this_year.saturating_add(Self::YEARS_AHEAD);
        match i32::try_from(raw) {
            Ok(year) if (Self::FIRST..=last).contains(&year) => Ok(Self(year)),
            Ok(_) | Err(_) => Err(PublicationYearError::OutOfRange { last }),
        }
    }

    /// The year.
    pub fn get(self) -> i32 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_from_the_first_books_to_five_ahead_are_taken() {
        for right in [-3000, -1750, -1, 0, 1, 1605, 2026, 2031] {
            let year = PublicationYear::parse(right, 2026);
            assert_eq!(year.map(|year| i64::from(year.get())), Ok(right));
        }
    }

    #[test]
    fn years_too_early_or_too_far_ahead_are_refused() {
        for wrong in [-3001, 2032, i64::MIN, i64::MAX, 4_294_969_322] {
            let refused = PublicationYear::parse(wrong, 2026);
            assert_eq!(
                refused,
                Err(PublicationYearError::OutOfRange { last: 2031 }),
                "{wrong}"
            );
        }
    }

    #[test]
    fn the_error_says_what_would_be_right() {
        let error = PublicationYearError::OutOfRange { last: 2031 };
        assert_eq!(error.to_string(), "must be a year from -3000 to 2031");
    }

    #[test]
    fn the_end_of_all_years_is_no_overflow() {
        assert!(PublicationYear::parse(2031, i32::MAX).is_ok());
    }
}
