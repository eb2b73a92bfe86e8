//! Undoes what a spreadsheet does to a cell.

/// An ISBN-10 whose leading zeros a spreadsheet took away gets them back; anything else stays as it
/// is, and so do zeros alone, which would become an ISBN with a right check digit.
pub(super) fn restore_leading_zeros(raw: &str) -> String {
    let (digits, last) =
        raw.split_at(raw.len() - raw.chars().next_back().map_or(0, char::len_utf8));
    let is_isbn_10 = digits.bytes().all(|byte| byte.is_ascii_digit())
        && matches!(last.as_bytes(), [b'0'..=b'9' | b'X' | b'x']);
    if is_isbn_10 && raw.bytes().any(|byte| byte != b'0') {
        format!("{raw:0>10}")
    } else {
        raw.to_owned()
    }
}

/// Reads a year as a spreadsheet writes it: `2008`, `2008.0`, `-750.0`.
pub(super) fn parse_year(raw: &str) -> Option<i32> {
    let (year, fraction) = raw.split_once('.').unwrap_or((raw, "0"));
    if !fraction.bytes().all(|byte| byte == b'0') {
        return None;
    }
    year.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_leading_zeros_of_an_isbn_10_are_restored() {
        let cases = [
            ("439023483", "0439023483"),
            ("7203116", "0007203116"),
            ("00439023483", "00439023483"),
            ("80442957X", "080442957X"),
            ("9780439023481", "9780439023481"),
            ("0-439-02348-3", "0-439-02348-3"),
            ("0", "0"),
            ("é", "é"),
        ];
        for (raw, restored) in cases {
            assert_eq!(restore_leading_zeros(raw), restored);
        }
    }

    #[test]
    fn years_are_read_as_spreadsheets_write_them() {
        let cases = [
            ("2008.0", Some(2008)),
            ("-750.0", Some(-750)),
            ("1605", Some(1605)),
            ("1605.5", None),
            ("MCM", None),
        ];
        for (raw, year) in cases {
            assert_eq!(parse_year(raw), year, "{raw}");
        }
    }
}
