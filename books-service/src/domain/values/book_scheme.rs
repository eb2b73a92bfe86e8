//! The identifier schemes for books, and the form of each.

use values::{IdentifierError, Scheme, goodreads_number, is_plain_number, open_library_key};

const OPEN_LIBRARY: &str = "an Open Library edition or work key, like OL7353617M or OL27448W";
const OCLC: &str = "an OCLC number: at most 18 digits, like 44954";
const LCCN: &str = "a Library of Congress control number, like 2001-000002 or n78-89035";

/// Who identifies a book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BookScheme {
    /// Edition or work at Open Library: `OL`, a number, `M` or `W`.
    OpenLibrary,
    /// OCLC control number (WorldCat), stored as digits without leading zeros.
    Oclc,
    /// Library of Congress control number, stored in its normalized form.
    Lccn,
    /// Book at Goodreads: a number, stored without leading zeros.
    Goodreads,
}

impl Scheme for BookScheme {
    const ALL: &'static [Self] = &[Self::OpenLibrary, Self::Oclc, Self::Lccn, Self::Goodreads];

    fn as_str(self) -> &'static str {
        match self {
            Self::OpenLibrary => "openlibrary",
            Self::Oclc => "oclc",
            Self::Lccn => "lccn",
            Self::Goodreads => "goodreads",
        }
    }

    fn canonical(self, raw: &str) -> Result<String, IdentifierError> {
        match self {
            Self::OpenLibrary => open_library_key(raw, &['M', 'W'], OPEN_LIBRARY),
            Self::Oclc => oclc(raw).ok_or(IdentifierError::Format(OCLC)),
            Self::Lccn => lccn(raw).ok_or(IdentifierError::Format(LCCN)),
            Self::Goodreads => goodreads_number(raw),
        }
    }
}

/// The digits of an OCLC number, which MARC records write as `(OCoLC)44954`, `ocm00044954`,
/// `ocn123456789` or `on1234567890`.
fn oclc(raw: &str) -> Option<String> {
    let lower = raw.to_ascii_lowercase();
    let number = lower.strip_prefix("(ocolc)").unwrap_or(&lower).trim_start();
    let number = ["ocm", "ocn", "on"]
        .iter()
        .find_map(|prefix| number.strip_prefix(prefix))
        .unwrap_or(number);
    let number = number.trim_start_matches('0');
    is_plain_number(number, 18).then(|| number.to_owned())
}

/// The normalized form of an LCCN by the rule of the Library of Congress
/// (<https://www.loc.gov/marc/lccn-namespace.html>): blanks, and a slash with all after it, are
/// dropped; what follows a hyphen is a serial number, filled with zeros to six digits.
fn lccn(raw: &str) -> Option<String> {
    let compact: String = raw
        .chars()
        .take_while(|c| *c != '/')
        .filter(|c| !c.is_whitespace())
        .map(|c| c.to_ascii_lowercase())
        .collect();
    let normalized = match compact.split_once('-') {
        None => compact,
        Some((prefix, serial)) if (1..=6).contains(&serial.len()) => {
            format!("{prefix}{serial:0>6}")
        }
        Some(_) => return None,
    };
    is_normalized_lccn(&normalized).then_some(normalized)
}

/// Eight digits, before which stand up to three letters and a century: nothing; a letter; two
/// letters or digits; a letter and two letters or digits; two letters and two digits.
fn is_normalized_lccn(text: &str) -> bool {
    let Some((prefix, digits)) = text
        .len()
        .checked_sub(8)
        .and_then(|at| text.split_at_checked(at))
    else {
        return false;
    };
    let (a, d) = (u8::is_ascii_lowercase, u8::is_ascii_digit);
    digits.bytes().all(|byte| d(&byte))
        && match prefix.as_bytes() {
            [] => true,
            [x] => a(x),
            [x, y] => (a(x) && a(y)) || (d(x) && d(y)),
            [x, y, z] => a(x) && ((a(y) && a(z)) || (d(y) && d(z))),
            [w, x, y, z] => a(w) && a(x) && d(y) && d(z),
            _ => false,
        }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::BookScheme::{Goodreads, Lccn, Oclc, OpenLibrary};
    use super::*;

    #[test]
    fn every_scheme_has_one_canonical_spelling() {
        for (scheme, raw, canonical) in [
            (OpenLibrary, "ol7353617m", "OL7353617M"),
            (OpenLibrary, "OL27448W", "OL27448W"),
            (Oclc, "44954", "44954"),
            (Oclc, "00044954", "44954"),
            (Oclc, "ocm00044954", "44954"),
            (Oclc, "ocn123456789", "123456789"),
            (Oclc, "on1234567890", "1234567890"),
            (Oclc, "(OCoLC)44954", "44954"),
            (Oclc, "(ocolc) OCM00044954", "44954"),
            (Goodreads, "0003", "3"),
        ] {
            assert_eq!(
                scheme.canonical(raw).as_deref(),
                Ok(canonical),
                "{scheme:?} {raw}"
            );
        }
    }

    #[test]
    fn an_lccn_is_normalized_by_the_rule_of_the_library_of_congress() {
        for (raw, normalized) in [
            ("n78-890351", "n78890351"),
            ("n78-89035", "n78089035"),
            ("n 78890351 ", "n78890351"),
            (" 85000002 ", "85000002"),
            ("85-2 ", "85000002"),
            ("2001-000002", "2001000002"),
            ("75-425165//r75", "75425165"),
            (" 79139101 /AC/r932", "79139101"),
            ("N78-89035", "n78089035"),
            ("sn 85000002", "sn85000002"),
            ("agr25000003", "agr25000003"),
            ("n2001000002", "n2001000002"),
            ("no2001000002", "no2001000002"),
        ] {
            assert_eq!(Lccn.canonical(raw).as_deref(), Ok(normalized), "{raw}");
        }
    }

    #[test]
    fn what_a_scheme_does_not_number_is_refused() {
        for (scheme, raw) in [
            (OpenLibrary, "OL23919A"),
            (OpenLibrary, "7353617"),
            (Oclc, "0"),
            (Oclc, "ocm"),
            (Oclc, "ocx44954"),
            (Oclc, "(OCoLC)(OCoLC)44954"),
            (Oclc, "1234567890123456789"),
            (Oclc, "44954\0"),
            (Lccn, "/85000002"),
            (Lccn, "85-"),
            (Lccn, "85-1234567"),
            (Lccn, "85-12-34"),
            (Lccn, "85-a"),
            (Lccn, "1234567"),
            (Lccn, "123456789"),
            (Lccn, "1a00000002"),
            (Lccn, "a1b00000002"),
            (Lccn, "12300000002"),
            (Lccn, "abcd00000002"),
            (Lccn, "abc1200000002"),
            (Lccn, "é5000002"),
            (Lccn, "éé5000002"),
            (Goodreads, "0"),
            (Goodreads, "3.5"),
        ] {
            let refused = scheme.canonical(raw);
            assert!(
                matches!(refused, Err(IdentifierError::Format(_))),
                "{scheme:?} {raw}"
            );
        }
    }

    #[test]
    fn the_schemes_are_listed_in_their_order() {
        assert!(BookScheme::ALL.is_sorted());
        assert_eq!(BookScheme::ALL.len(), 4);
    }

    proptest! {
        #[test]
        fn a_canonical_identifier_stays_as_it_is(
            scheme in prop::sample::select(BookScheme::ALL),
            raw in "(?i)[0-9]{1,19}|ol[0-9]{1,9}[amw]|(oc[mn])?[0-9]{8}|[a-z]{0,3}[0-9]{1,8}-[0-9]{1,6}|[a-z]{0,3}[0-9]{8,10}|\\PC{0,20}",
        ) {
            if let Ok(canonical) = scheme.canonical(&raw) {
                prop_assert_eq!(scheme.canonical(&canonical), Ok(canonical));
            }
        }
    }
}
