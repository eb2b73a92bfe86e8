//! The forms of identifiers whose registries number several kinds of thing.

use crate::IdentifierError;

/// More digits than any registry has given out, few enough to keep what is stored small.
const MAX_DIGITS: usize = 18;

/// Whether `text` is a number as a registry writes one: 1 to `max_digits` ASCII digits, the
/// first of them not zero.
pub fn is_plain_number(text: &str, max_digits: usize) -> bool {
    text.len() <= max_digits
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && !text.starts_with('0')
        && !text.is_empty()
}

/// A number at Goodreads; leading zeros are dropped.
///
/// # Errors
/// [`IdentifierError::Format`] for anything else.
pub fn goodreads_number(raw: &str) -> Result<String, IdentifierError> {
    let number = raw.trim_start_matches('0');
    if is_plain_number(number, MAX_DIGITS) {
        Ok(number.to_owned())
    } else {
        Err(IdentifierError::Format("a number, like 3389"))
    }
}

/// A key at Open Library: `OL`, a number, and one of the capital letters `kinds`, which says
/// what is numbered (`A` author, `M` edition, `W` work). Small letters become capitals.
///
/// # Errors
/// [`IdentifierError::Format`] with `expected` for anything else.
pub fn open_library_key(
    raw: &str,
    kinds: &[char],
    expected: &'static str,
) -> Result<String, IdentifierError> {
    let key = raw.to_ascii_uppercase();
    let number = key
        .strip_prefix("OL")
        .and_then(|rest| rest.strip_suffix(kinds));
    if number.is_some_and(|number| is_plain_number(number, MAX_DIGITS)) {
        Ok(key)
    } else {
        Err(IdentifierError::Format(expected))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_number_has_digits_only_and_no_leading_zero() {
        for right in ["1", "10", "987654"] {
            assert!(is_plain_number(right, 6), "{right}");
        }
        for wrong in [
            "", "0", "01", "1234567", "-1", "+1", "1.0", "1e3", " 1", "١",
        ] {
            assert!(!is_plain_number(wrong, 6), "{wrong}");
        }
    }

    #[test]
    fn a_goodreads_number_loses_its_leading_zeros() {
        assert_eq!(goodreads_number("003389").as_deref(), Ok("3389"));
        for wrong in ["", "0", "abc", "12a", "1234567890123456789"] {
            assert!(goodreads_number(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_open_library_key_is_of_one_of_the_kinds_asked_for() {
        let parse = |raw| open_library_key(raw, &['M', 'W'], "a key");
        assert_eq!(parse("ol27448w").as_deref(), Ok("OL27448W"));
        assert_eq!(parse("OL7353617M").as_deref(), Ok("OL7353617M"));
        for wrong in ["OL23919A", "OLM", "OL0M", "27448W", "OL1MW", "OL1", "XOL1M"] {
            assert_eq!(
                parse(wrong),
                Err(IdentifierError::Format("a key")),
                "{wrong}"
            );
        }
    }
}
