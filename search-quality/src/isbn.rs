//! ISBNs with the check digits of ISO 2108.

/// Coprime to every power of ten, so that no two numbers meet.
const STEP: u64 = 387_420_489;
const START: u64 = 123_456_789;
const NUMBERS: u64 = 1_000_000_000;

/// The ISBN-13 of the book with this number, no two alike below a thousand million.
pub(crate) fn of_number(number: u64) -> String {
    let body = format!(
        "978{:09}",
        number.wrapping_mul(STEP).wrapping_add(START) % NUMBERS
    );
    let sum: u32 = digits(&body)
        .zip([1, 3].into_iter().cycle())
        .map(|(digit, weight)| digit * weight)
        .sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}

/// The same number as an ISBN-10.
pub(crate) fn as_ten(isbn: &str) -> String {
    let body: String = isbn.chars().skip(3).take(9).collect();
    let sum: u32 = digits(&body)
        .zip((2..=10).rev())
        .map(|(digit, weight)| digit * weight)
        .sum();
    match (11 - sum % 11) % 11 {
        10 => format!("{body}X"),
        check => format!("{body}{check}"),
    }
}

/// With hyphens, as books bear it.
pub(crate) fn hyphened(isbn: &str) -> String {
    let mut text = String::with_capacity(17);
    for (at, digit) in isbn.chars().enumerate() {
        if matches!(at, 3 | 4 | 7 | 12) {
            text.push('-');
        }
        text.push(digit);
    }
    text
}

fn digits(text: &str) -> impl Iterator<Item = u32> {
    text.chars().filter_map(|digit| digit.to_digit(10))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn check_digits_are_those_of_the_standard() {
        // The standard's own example: 0-306-40615-2 is 978-0-306-40615-7.
        assert_eq!(as_ten("9780306406157"), "0306406152");
        assert_eq!(as_ten("9780804429573"), "080442957X");
        assert_eq!(hyphened("9780306406157"), "978-0-306-40615-7");
        for number in 0..200 {
            let isbn = of_number(number);
            let sum: u32 = digits(&isbn)
                .zip([1, 3].into_iter().cycle())
                .map(|(d, w)| d * w)
                .sum();
            assert_eq!((isbn.len(), sum % 10), (13, 0), "{isbn}");
        }
    }

    #[test]
    fn no_two_are_alike() {
        let all: BTreeSet<String> = (0..20_000).map(of_number).collect();
        assert_eq!(all.len(), 20_000);
    }
}
