//! International Standard Book Numbers (ISO 2108).

use std::fmt;

use isbn::{Isbn10, Isbn13};

/// Why an ISBN was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IsbnError {
    /// Holds something else than digits and what groups them, or not as many as it takes.
    #[error("must be an ISBN: 10 or 13 digits, like 0-306-40615-2 or 978-0-306-40615-7")]
    Format,
    /// Thirteen digits, but of another kind of article.
    #[error("must begin with 978 or 979, if it has 13 digits")]
    NotABook,
    /// The check digit does not fit the others.
    #[error("must end in the check digit that fits the rest: some digit is mistyped")]
    CheckDigit,
}

impl IsbnError {
    /// Stable code for a problem document.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Format => "format",
            Self::NotABook => "prefix",
            Self::CheckDigit => "check_digit",
        }
    }
}

/// An ISBN in its one form: 13 digits, beginning with 978 or 979, the check digit right.
///
/// Whether an agency has given out the number is not asked: the table of ranges grows every
/// month, and a book must not be refused for being newer than this program.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Isbn(String);

impl Isbn {
    /// Parses an ISBN-10 or ISBN-13. White space and hyphens, also typographic ones (U+2010 to
    /// U+2015), may stand anywhere; `ISBN`, `ISBN-10` or `ISBN-13`, with or without a colon,
    /// may stand before it. The check digit X may be small.
    ///
    /// # Errors
    /// [`IsbnError`] says which rule the number breaks.
    pub fn parse(raw: &str) -> Result<Self, IsbnError> {
        let number = without_grouping(raw);
        // Digit by digit, because the crate's own reader gives one error for a letter and for
        // a wrong check digit, and takes thirteen digits with any prefix.
        let isbn13 = match number.len() {
            10 => Isbn13::from(Isbn10::new(digits::<10>(&number)?).map_err(refused)?),
            13 => {
                let digits = digits::<13>(&number)?;
                if !number.starts_with("978") && !number.starts_with("979") {
                    return Err(IsbnError::NotABook);
                }
                Isbn13::new(digits).map_err(refused)?
            }
            _ => return Err(IsbnError::Format),
        };
        Ok(Self(isbn13.to_string()))
    }

    /// Parses an ISBN that somebody looks for, as it may have been copied: also in full width, with
    /// points or minus signs (U+2212) between its groups, with punctuation around it, or as a URN (RFC 8254).
    ///
    /// # Errors
    /// Those of [`parse`](Self::parse).
    pub fn recognize(raw: &str) -> Result<Self, IsbnError> {
        let plain: String = raw.chars().map(plain).collect();
        let copied = plain.trim_matches(|c: char| !c.is_alphanumeric());
        let copied = match copied.split_at_checked(4) {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("urn:") => rest,
            _ => copied,
        };
        Self::parse(copied)
    }

    /// The 13 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Isbn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// ASCII instead of its full-width form, and a hyphen instead of what groups digits elsewhere.
fn plain(character: char) -> char {
    match character {
        '.' | '\u{2212}' | '\u{ff0e}' => '-',
        '\u{ff01}'..='\u{ff5e}' => {
            char::from_u32(u32::from(character) - 0xfee0).unwrap_or(character)
        }
        other => other,
    }
}

/// The characters of the number alone, without label, white space and hyphens.
fn without_grouping(raw: &str) -> String {
    let raw = raw.trim();
    let (labeled, number) = match raw.split_at_checked(4) {
        Some((label, rest)) if label.eq_ignore_ascii_case("isbn") => (true, rest),
        Some(_) | None => (false, raw),
    };
    let is_grouping = |c: char| {
        c.is_whitespace() || matches!(c, '-' | '\u{2010}'..='\u{2015}') || (labeled && c == ':')
    };
    let mut number: String = number.chars().filter(|c| !is_grouping(*c)).collect();
    // Of "ISBN-13: 978…" this far "13978…" is left; the length tells it from a bare number.
    let is_kind = |kind, length| labeled && number.len() == length && number.starts_with(kind);
    if is_kind("10", 12) || is_kind("13", 15) {
        number.drain(..2);
    }
    number
}

/// The value of each digit; 10 for an X at the end of ten.
fn digits<const N: usize>(number: &str) -> Result<[u8; N], IsbnError> {
    let mut digits = [0; N];
    for (at, (digit, byte)) in digits.iter_mut().zip(number.bytes()).enumerate() {
        *digit = match byte {
            b'0'..=b'9' => byte - b'0',
            b'X' | b'x' if N == 10 && at == 9 => 10,
            _ => return Err(IsbnError::Format),
        };
    }
    Ok(digits)
}

fn refused(error: isbn::IsbnError) -> IsbnError {
    match error {
        isbn::IsbnError::InvalidChecksum => IsbnError::CheckDigit,
        isbn::IsbnError::InvalidLength
        | isbn::IsbnError::InvalidDigit
        | isbn::IsbnError::InvalidGroup
        | isbn::IsbnError::UndefinedRange
        | isbn::IsbnError::InvalidConversion
        | isbn::IsbnError::DigitTooLarge => IsbnError::Format,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The check digit of an ISBN-10, by the definition: weights 10 to 2, sum divisible by 11.
    fn check_10(nine: &str) -> char {
        let sum: u32 = nine
            .bytes()
            .zip((2..=10).rev())
            .map(|(digit, weight)| u32::from(digit - b'0') * weight)
            .sum();
        match (11 - sum % 11) % 11 {
            10 => 'X',
            check => char::from_digit(check, 10).unwrap(),
        }
    }

    /// The check digit of an ISBN-13, by the definition: weights 1 and 3, sum divisible by 10.
    fn check_13(twelve: &str) -> char {
        let sum: u32 = twelve
            .bytes()
            .zip([1, 3].into_iter().cycle())
            .map(|(digit, weight)| u32::from(digit - b'0') * weight)
            .sum();
        char::from_digit((10 - sum % 10) % 10, 10).unwrap()
    }

    #[test]
    fn every_way_of_writing_a_number_is_the_same_number() {
        for raw in [
            "9780306406157",
            "978-0-306-40615-7",
            " 978 0 306 40615 7\n",
            "978‐0‑306‒40615–7",
            "978—0―306406157",
            "0306406152",
            "0-306-40615-2",
            "ISBN 0-306-40615-2",
            "ISBN-10: 0-306-40615-2",
            "isbn10 0306406152",
            "ISBN-13: 978-0-306-40615-7",
            "ISBN13:9780306406157",
            "ISBN:9780306406157",
            "ISBN-13\u{a0}978-0-306-40615-7",
        ] {
            assert_eq!(Isbn::parse(raw).unwrap().as_str(), "9780306406157", "{raw}");
        }
    }

    #[test]
    fn known_numbers_of_either_length_and_prefix_are_taken() {
        for (raw, isbn) in [
            ("0-8044-2957-X", "9780804429573"),
            ("0-8044-2957-x", "9780804429573"),
            ("979-10-90636-07-1", "9791090636071"),
            ("0439023483", "9780439023481"),
            // In ranges that no agency has opened: the check digit alone decides.
            ("979-9-999999-99-0", "9799999999990"),
            ("9999999999", "9789999999991"),
        ] {
            assert_eq!(Isbn::parse(raw).unwrap().as_str(), isbn, "{raw}");
        }
    }

    #[test]
    fn what_is_no_isbn_is_refused() {
        for raw in [
            "",
            " ",
            "-",
            "ISBN",
            "ISBN:",
            "030640615",
            "03064061522",
            "978030640615",
            "97803064061577",
            "X306406152",
            "03064X6152",
            "978030640615X",
            "0306406152:",
            "13 9780306406157",
            "10 0306406152",
            "0306406152\0",
            "٠٣٠٦٤٠٦١٥٢",
            "０３０６４０６１５２",
            "not an isbn",
            "0.30640615",
            "9.78043902348e+12",
            "é306406152",
            "ISBN ISBN 0306406152",
            "isbé",
            "ISBNé06406152",
        ] {
            assert_eq!(Isbn::parse(raw), Err(IsbnError::Format), "{raw}");
        }
    }

    #[test]
    fn a_number_is_recognized_as_it_was_copied() {
        for raw in [
            "9780306406157.",
            "(978-0-306-40615-7)",
            "“9780306406157”",
            "ISBN 978-0-306-40615-7,",
            "978.0.306.40615.7",
            "978−0−306−40615−7",
            "９７８０３０６４０６１５７",
            "urn:isbn:9780306406157",
            "[0-306-40615-2]",
            "9780306406157",
        ] {
            let recognized = Isbn::recognize(raw);
            assert_eq!(
                recognized.as_ref().map(Isbn::as_str),
                Ok("9780306406157"),
                "{raw}"
            );
        }
        for raw in ["978 and 0306406157 more", "urn:issn:9780306406157", "", "…"] {
            assert_eq!(Isbn::recognize(raw), Err(IsbnError::Format), "{raw}");
        }
    }

    #[test]
    fn a_number_of_another_kind_of_article_is_refused() {
        assert_eq!(Isbn::parse("4006381333931"), Err(IsbnError::NotABook));
        assert_eq!(Isbn::parse("9771234567003"), Err(IsbnError::NotABook));
    }

    #[test]
    fn a_wrong_check_digit_is_refused() {
        for raw in [
            "0306406153",
            "030640615X",
            "0-8044-2957-0",
            "9780306406158",
            "9780306406150",
        ] {
            assert_eq!(Isbn::parse(raw), Err(IsbnError::CheckDigit), "{raw}");
        }
    }

    proptest! {
        #[test]
        fn any_nine_digits_with_their_check_digit_are_one_number_in_both_lengths(
            nine in "[0-9]{9}",
        ) {
            let ten = format!("{nine}{}", check_10(&nine));
            let thirteen = format!("978{nine}{}", check_13(&format!("978{nine}")));
            let parsed = Isbn::parse(&ten);
            prop_assert_eq!(parsed.as_ref().map(Isbn::as_str), Ok(thirteen.as_str()));
            prop_assert_eq!(Isbn::parse(&thirteen), parsed);
        }

        #[test]
        fn any_number_with_either_prefix_stays_as_it_is(twelve in "97[89][0-9]{9}") {
            let thirteen = format!("{twelve}{}", check_13(&twelve));
            let parsed = Isbn::parse(&thirteen).unwrap();
            prop_assert_eq!(parsed.as_str(), thirteen.as_str());
            prop_assert_eq!(Isbn::parse(parsed.as_str()).unwrap(), parsed);
        }

        #[test]
        fn one_changed_digit_of_ten_is_found(nine in "[0-9]{9}", at in 0_usize..9, by in 1_u8..10) {
            let changed = with_digit_raised(&nine, at, by);
            let raw = format!("{changed}{}", check_10(&nine));
            prop_assert_eq!(Isbn::parse(&raw), Err(IsbnError::CheckDigit));
        }

        #[test]
        fn one_changed_digit_of_thirteen_is_found(
            nine in "[0-9]{9}", at in 0_usize..9, by in 1_u8..10,
        ) {
            let check = check_13(&format!("978{nine}"));
            let raw = format!("978{}{check}", with_digit_raised(&nine, at, by));
            prop_assert_eq!(Isbn::parse(&raw), Err(IsbnError::CheckDigit));
        }

        #[test]
        fn no_text_makes_it_panic(raw in "(isbn)?[-: 0-9xX]{0,18}|\\PC{0,18}") {
            if let Ok(isbn) = Isbn::parse(&raw) {
                prop_assert_eq!(Isbn::parse(isbn.as_str()), Ok(isbn));
            }
        }
    }

    fn with_digit_raised(digits: &str, at: usize, by: u8) -> String {
        let mut bytes = digits.as_bytes().to_vec();
        bytes[at] = b'0' + (bytes[at] - b'0' + by) % 10;
        String::from_utf8(bytes).unwrap()
    }
}
