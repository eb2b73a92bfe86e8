//! ISO 7064 mod 11-2, the check character of ISNI (ISO 27729) and of ORCID iDs.

use values::IdentifierError;

/// Length of an ISNI and of an ORCID iD, check character included.
const LENGTH: usize = 16;

/// The 16 characters of `raw` without the white space and hyphens that group them, a final `x`
/// as `X`, once the check character fits.
///
/// # Errors
/// [`IdentifierError::Format`] with `expected` if the characters are not 15 digits and a digit
/// or `X`; [`IdentifierError::CheckCharacter`] if the last does not fit.
pub(super) fn checked(raw: &str, expected: &'static str) -> Result<String, IdentifierError> {
    let number: String = raw
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .map(|c| c.to_ascii_uppercase())
        .collect();
    let mut digits = number.chars();
    let last = digits.next_back();
    let check = check_character(digits.as_str());
    match (number.len(), check, last) {
        (LENGTH, Some(right), Some(given)) if right == given => Ok(number),
        (LENGTH, Some(_), Some('0'..='9' | 'X')) => Err(IdentifierError::CheckCharacter),
        _ => Err(IdentifierError::Format(expected)),
    }
}

/// The character that makes `digits` right; none if they aren't all ASCII digits.
fn check_character(digits: &str) -> Option<char> {
    let remainder = digits.chars().try_fold(0, |sum, digit| {
        digit.to_digit(10).map(|digit| (sum + digit) * 2 % 11)
    })?;
    match (12 - remainder) % 11 {
        10 => Some('X'),
        check => char::from_digit(check, 10),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn published_numbers_have_their_check_characters() {
        for (digits, check) in [
            ("000000021825009", '7'),
            ("000000012103268", '3'),
            ("000000021694233", 'X'),
            ("000000012146438", 'X'),
        ] {
            assert_eq!(check_character(digits), Some(check), "{digits}");
        }
        assert_eq!(check_character("00000001214643x"), None);
    }

    #[test]
    fn what_is_not_sixteen_characters_long_is_no_number() {
        for wrong in [
            "",
            "X",
            "000000012146438",
            "00000001214643800",
            "X000000121464380",
            "000000012146438Y",
            "00000001214643é8",
            "٠٠٠٠٠٠٠١٢١٤٦٤٣٨X",
        ] {
            assert_eq!(
                checked(wrong, "this"),
                Err(IdentifierError::Format("this")),
                "{wrong}"
            );
        }
    }

    proptest! {
        #[test]
        fn any_digits_with_their_check_character_are_right(digits in "[0-9]{15}") {
            let number = format!("{digits}{}", check_character(&digits).unwrap());
            prop_assert_eq!(checked(&number, "this"), Ok(number.clone()));
            prop_assert_eq!(checked(&number.to_lowercase(), "this"), Ok(number));
        }

        #[test]
        fn one_changed_digit_is_found(digits in "[0-9]{15}", at in 0_usize..15, by in 1_u8..10) {
            let check = check_character(&digits).unwrap();
            let mut changed = digits.into_bytes();
            changed[at] = b'0' + (changed[at] - b'0' + by) % 10;
            let number = format!("{}{check}", String::from_utf8(changed).unwrap());
            prop_assert_eq!(checked(&number, "this"), Err(IdentifierError::CheckCharacter));
        }

        #[test]
        fn two_swapped_neighbors_are_found(
            digits in "[0-9]{15}",
            at in 0_usize..14,
            by in 1_u8..10,
        ) {
            let mut swapped = digits.into_bytes();
            swapped[at + 1] = b'0' + (swapped[at] - b'0' + by) % 10;
            let check = check_character(std::str::from_utf8(&swapped).unwrap()).unwrap();
            swapped.swap(at, at + 1);
            let number = format!("{}{check}", String::from_utf8(swapped).unwrap());
            prop_assert_eq!(checked(&number, "this"), Err(IdentifierError::CheckCharacter));
        }
    }
}
