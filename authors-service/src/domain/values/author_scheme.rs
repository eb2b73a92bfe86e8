//! The identifier schemes for persons, and the form of each.

use values::{IdentifierError, Scheme, goodreads_number, is_plain_number, open_library_key};

use super::mod_11_2;

const ISNI: &str = "an ISNI: 16 characters, like 0000 0001 2103 2683";
const ORCID: &str = "an ORCID iD: 16 characters, like 0000-0002-1825-0097";
const VIAF: &str = "a VIAF number: at most 22 digits, like 96994048";
const WIKIDATA: &str = "a Wikidata item: Q and a number, like Q5878";
const OPEN_LIBRARY: &str = "an Open Library author key, like OL23919A";

/// Who identifies an author.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AuthorScheme {
    /// International Standard Name Identifier (ISO 27729), stored as 16 characters together.
    Isni,
    /// Virtual International Authority File: at most 22 digits, the first not zero.
    Viaf,
    /// ORCID iD, stored as four groups joined by hyphens.
    Orcid,
    /// Item at Wikidata: `Q` and a number.
    Wikidata,
    /// Author at Open Library: `OL`, a number, `A`.
    OpenLibrary,
    /// Author at Goodreads: a number, stored without leading zeros.
    Goodreads,
}

impl Scheme for AuthorScheme {
    const ALL: &'static [Self] = &[
        Self::Isni,
        Self::Viaf,
        Self::Orcid,
        Self::Wikidata,
        Self::OpenLibrary,
        Self::Goodreads,
    ];

    fn as_str(self) -> &'static str {
        match self {
            Self::Isni => "isni",
            Self::Viaf => "viaf",
            Self::Orcid => "orcid",
            Self::Wikidata => "wikidata",
            Self::OpenLibrary => "openlibrary",
            Self::Goodreads => "goodreads",
        }
    }

    fn canonical(self, raw: &str) -> Result<String, IdentifierError> {
        match self {
            Self::Isni => mod_11_2::checked(raw, ISNI),
            Self::Viaf => viaf(raw),
            Self::Orcid => orcid(raw),
            Self::Wikidata => wikidata(raw),
            Self::OpenLibrary => open_library_key(raw, &['A'], OPEN_LIBRARY),
            Self::Goodreads => goodreads_number(raw),
        }
    }
}

fn viaf(raw: &str) -> Result<String, IdentifierError> {
    if is_plain_number(raw, 22) {
        Ok(raw.to_owned())
    } else {
        Err(IdentifierError::Format(VIAF))
    }
}

/// Whether the number is in the blocks of ISNIs set aside for ORCID is not checked: blocks get
/// added, and the people in a new one have done nothing wrong.
fn orcid(raw: &str) -> Result<String, IdentifierError> {
    // The full form of an ORCID iD is a URL, which is what people copy.
    let number = ["https://orcid.org/", "http://orcid.org/"]
        .iter()
        .find_map(|prefix| strip_prefix_ignoring_case(raw, prefix))
        .unwrap_or(raw);
    let number = mod_11_2::checked(number, ORCID)?;
    let (left, right) = number.split_at(8);
    let ((first, second), (third, fourth)) = (left.split_at(4), right.split_at(4));
    Ok([first, second, third, fourth].join("-"))
}

fn wikidata(raw: &str) -> Result<String, IdentifierError> {
    let item = raw.to_ascii_uppercase();
    if item
        .strip_prefix('Q')
        .is_some_and(|number| is_plain_number(number, 18))
    {
        Ok(item)
    } else {
        Err(IdentifierError::Format(WIKIDATA))
    }
}

fn strip_prefix_ignoring_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (start, rest) = text.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::AuthorScheme::{Goodreads, Isni, OpenLibrary, Orcid, Viaf, Wikidata};
    use super::*;

    #[test]
    fn every_scheme_has_one_canonical_spelling() {
        for (scheme, raw, canonical) in [
            (Isni, "0000 0001 2103 2683", "0000000121032683"),
            (Isni, "0000-0001-2146-438x", "000000012146438X"),
            (Isni, "0000000121032683", "0000000121032683"),
            (Viaf, "96994048", "96994048"),
            (Viaf, "1234567890123456789012", "1234567890123456789012"),
            (Orcid, "0000-0002-1825-0097", "0000-0002-1825-0097"),
            (Orcid, "000000021694233x", "0000-0002-1694-233X"),
            (
                Orcid,
                "https://orcid.org/0000-0002-1825-0097",
                "0000-0002-1825-0097",
            ),
            (
                Orcid,
                "HTTP://ORCID.org/0000-0002-1825-0097",
                "0000-0002-1825-0097",
            ),
            (Wikidata, "q42", "Q42"),
            (Wikidata, "Q5878", "Q5878"),
            (OpenLibrary, "ol23919a", "OL23919A"),
            (Goodreads, "0013450", "13450"),
        ] {
            assert_eq!(
                scheme.canonical(raw).as_deref(),
                Ok(canonical),
                "{scheme:?} {raw}"
            );
        }
    }

    #[test]
    fn what_a_scheme_does_not_number_is_refused() {
        for (scheme, raw) in [
            (Isni, "0000 0001 2103 268"),
            (Isni, "https://orcid.org/0000-0002-1825-0097"),
            (Viaf, "096994048"),
            (Viaf, "12345678901234567890123"),
            (Viaf, "viaf/96994048"),
            (Orcid, "https://orcid.org/"),
            (Orcid, "https://example.org/0000-0002-1825-0097"),
            (Orcid, "https://orcid.orgé0000-0002-1825-0097"),
            (Wikidata, "42"),
            (Wikidata, "Q042"),
            (Wikidata, "P42"),
            (Wikidata, "Q"),
            (OpenLibrary, "OL27448W"),
            (Goodreads, "Gabriel"),
            (Goodreads, "1\0"),
        ] {
            let refused = scheme.canonical(raw);
            assert!(
                matches!(refused, Err(IdentifierError::Format(_))),
                "{scheme:?} {raw}"
            );
        }
    }

    #[test]
    fn a_mistyped_isni_or_orcid_is_told_from_a_malformed_one() {
        for (scheme, raw) in [
            (Isni, "0000 0001 2103 2684"),
            (Isni, "0000 0000 0000 0000"),
            (Orcid, "0000-0002-1825-0079"),
            (Orcid, "0000-0002-1825-009X"),
        ] {
            let refused = scheme.canonical(raw);
            assert_eq!(
                refused,
                Err(IdentifierError::CheckCharacter),
                "{scheme:?} {raw}"
            );
        }
    }

    #[test]
    fn the_schemes_are_listed_in_their_order() {
        assert!(AuthorScheme::ALL.is_sorted());
        assert_eq!(AuthorScheme::ALL.len(), 6);
    }

    proptest! {
        #[test]
        fn a_canonical_identifier_stays_as_it_is(
            scheme in prop::sample::select(AuthorScheme::ALL),
            raw in "(?i)[0-9]{1,24}|0{7}[0-9]{8}[0-9x]|q[0-9]{1,9}|ol[0-9]{1,9}[amw]|\\PC{0,20}",
        ) {
            if let Ok(canonical) = scheme.canonical(&raw) {
                prop_assert_eq!(scheme.canonical(&canonical), Ok(canonical));
            }
        }
    }
}
