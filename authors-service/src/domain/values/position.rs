//! The place of an author among a book's authors.

/// Why a position was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PositionError {
    /// Below one or above what an editor needs.
    #[error("must be a whole number from 1 to {max}", max = Position::MAX)]
    OutOfRange,
}

impl PositionError {
    /// Stable code for a problem document.
    pub fn code(&self) -> &'static str {
        match self {
            Self::OutOfRange => "out_of_range",
        }
    }
}

/// A position that an editor gives, from 1 to [`Position::MAX`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position(i32);

impl Position {
    /// The greatest position taken.
    pub const MAX: i32 = 10_000;

    /// Checks a position.
    ///
    /// # Errors
    /// [`PositionError::OutOfRange`]
    pub fn parse(raw: i64) -> Result<Self, PositionError> {
        match i32::try_from(raw) {
            Ok(position @ 1..=Self::MAX) => Ok(Self(position)),
            Ok(_) | Err(_) => Err(PositionError::OutOfRange),
        }
    }

    /// The position.
    pub fn get(self) -> i32 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_counted_from_one_to_ten_thousand() {
        for right in [1, 2, 10_000] {
            let position = Position::parse(right).map(|position| i64::from(position.get()));
            assert_eq!(position, Ok(right));
        }
        for wrong in [0, -1, 10_001, 4_294_967_297, i64::MIN, i64::MAX] {
            let position = Position::parse(wrong);
            assert_eq!(position, Err(PositionError::OutOfRange), "{wrong}");
        }
    }

    #[test]
    fn the_error_says_what_would_be_right() {
        let sentence = PositionError::OutOfRange.to_string();
        assert_eq!(sentence, "must be a whole number from 1 to 10000");
    }
}
