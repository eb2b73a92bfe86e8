//! The language of a book.

use std::fmt;

use icu_locale::{Locale, LocaleCanonicalizer};

/// The longest tag taken, in characters: what RFC 5646, section 4.4.1, tells everybody to have
/// room for.
const MAX_LENGTH: usize = 35;

/// Languages under which the registry lists others as *extended language subtags* (RFC 5646,
/// section 2.2.2): `zh-yue` is the old spelling of `yue`.
const MACRO_LANGUAGES: [&str; 8] = ["ar", "kok", "lv", "ms", "sgn", "sw", "uz", "zh"];

/// Why a language tag was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LanguageError {
    /// Not a well-formed tag.
    #[error("must be a language tag (BCP 47), like en, pt-BR or zh-Hant")]
    Format,
    /// Longer than a tag of use can be.
    #[error("must be a language tag of at most {MAX_LENGTH} characters")]
    TooLong,
}

impl LanguageError {
    /// Stable code for a problem document.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Format => "format",
            Self::TooLong => "too_long",
        }
    }
}

/// A language tag (BCP 47) in canonical form: `en`, `pt-BR`, `zh-Hant`.
///
/// Canonical is what Unicode CLDR prefers (UTS #35, Annex C): the shortest code of a language,
/// also for the bibliographic codes of ISO 639-2 (`eng` becomes `en`, `fre` and `fra` become
/// `fr`), today's tag for a retired one (`iw` becomes `he`), and letters in the usual case.
///
/// A tag passes if it is well-formed, known or not: new languages are registered every year, and
/// a list in this program would refuse them. Not taken, because CLDR has no place for them, are
/// tags of private use alone (`x-…`) and irregular ones that were registered before there were
/// rules (`i-klingon`, today `tlh`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Language(String);

impl Language {
    /// Parses a tag and makes it canonical; white space around it is dropped.
    ///
    /// # Errors
    /// [`LanguageError`] says which rule the tag breaks.
    pub fn parse(raw: &str) -> Result<Self, LanguageError> {
        let tag = raw.trim();
        if tag.len() > MAX_LENGTH {
            return Err(LanguageError::TooLong);
        }
        let mut locale =
            Locale::try_from_str(without_macro_language(tag)).map_err(|_| LanguageError::Format)?;
        // Only points at data in the binary, so there is no gain in keeping one.
        LocaleCanonicalizer::new_extended().canonicalize(&mut locale);
        let canonical = locale.to_string();
        if canonical.len() > MAX_LENGTH {
            return Err(LanguageError::TooLong);
        }
        Ok(Self(canonical))
    }

    /// The canonical tag.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The canonical form of a tag with an extended language subtag is the tag from that subtag on
/// (RFC 5646, section 4.5); CLDR's tags have none.
fn without_macro_language(tag: &str) -> &str {
    let Some((language, rest)) = tag.split_once('-') else {
        return tag;
    };
    let extended = rest.split('-').next().unwrap_or_default();
    let is_extended = extended.len() == 3 && extended.bytes().all(|b| b.is_ascii_alphabetic());
    let is_macro = MACRO_LANGUAGES
        .iter()
        .any(|name| name.eq_ignore_ascii_case(language));
    if is_extended && is_macro { rest } else { tag }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn canonical(raw: &str) -> Result<String, LanguageError> {
        Language::parse(raw).map(|language| language.as_str().to_owned())
    }

    #[test]
    fn the_codes_that_library_records_use_become_canonical() {
        for (raw, tag) in [
            ("ara", "ar"),
            ("dan", "da"),
            ("en", "en"),
            ("en-CA", "en-CA"),
            ("en-GB", "en-GB"),
            ("en-US", "en-US"),
            ("eng", "en"),
            ("fil", "fil"),
            ("fre", "fr"),
            ("fra", "fr"),
            ("ger", "de"),
            ("deu", "de"),
            ("ind", "id"),
            ("ita", "it"),
            ("jpn", "ja"),
            ("mul", "mul"),
            ("nl", "nl"),
            ("dut", "nl"),
            ("nor", "no"),
            ("per", "fa"),
            ("pol", "pl"),
            ("por", "pt"),
            ("rum", "ro"),
            ("rus", "ru"),
            ("spa", "es"),
            ("swe", "sv"),
            ("tur", "tr"),
            ("vie", "vi"),
            ("chi", "zh"),
            ("gre", "el"),
            ("cze", "cs"),
            ("wel", "cy"),
            ("grc", "grc"),
            ("lat", "la"),
            ("und", "und"),
        ] {
            assert_eq!(canonical(raw).as_deref(), Ok(tag), "{raw}");
        }
    }

    #[test]
    fn letters_get_their_usual_case_and_retired_codes_their_successors() {
        for (raw, tag) in [
            ("EN-us", "en-US"),
            (" ENG ", "en"),
            ("zh-hANT-tw", "zh-Hant-TW"),
            ("eng-gb", "en-GB"),
            ("iw", "he"),
            ("in", "id"),
            ("ji", "yi"),
            ("sh", "sr-Latn"),
            ("art-lojban", "jbo"),
            ("de-de-1996", "de-DE-1996"),
            ("es-419", "es-419"),
            ("sr-Latn-RS", "sr-Latn-RS"),
            ("en-x-Old", "en-x-old"),
            ("zh-yue", "yue"),
            ("zh-cmn-Hans-CN", "zh-Hans-CN"),
        ] {
            assert_eq!(canonical(raw).as_deref(), Ok(tag), "{raw}");
        }
    }

    #[test]
    fn an_unknown_but_well_formed_tag_passes() {
        assert_eq!(canonical("qzz").as_deref(), Ok("qzz"));
        assert_eq!(canonical("XQ-Zxxx").as_deref(), Ok("xq-Zxxx"));
    }

    #[test]
    fn what_is_not_well_formed_is_refused() {
        for raw in [
            "",
            " ",
            "e",
            "English",
            "engl",
            "en-",
            "-en",
            "en--US",
            "en US",
            "en-US-US",
            "1en",
            "e1",
            "é",
            "en-é",
            "en\0",
            "i-klingon",
            "x-private",
            "en-fra",
            "zh-yue-yue",
            "en,fr",
        ] {
            assert_eq!(canonical(raw), Err(LanguageError::Format), "{raw}");
        }
    }

    #[test]
    fn a_tag_has_at_most_thirty_five_characters() {
        let longest = "en-x-12345678-12345678-12345678-123";
        assert_eq!(longest.len(), 35);
        assert_eq!(canonical(longest).as_deref(), Ok(longest));
        assert_eq!(
            canonical(&format!("{longest}4")),
            Err(LanguageError::TooLong)
        );
        let grows = "sh-x-12345678-12345678-12345678-123";
        assert_eq!(canonical(grows), Err(LanguageError::TooLong));
    }

    proptest! {
        #[test]
        fn a_canonical_tag_stays_as_it_is(
            raw in "[a-zA-Z]{2,3}(-[a-zA-Z]{3,4})?(-[a-zA-Z]{2}|-[0-9]{3})?(-[a-z0-9]{1,8}){0,3}",
        ) {
            if let Ok(language) = Language::parse(&raw) {
                prop_assert_eq!(Language::parse(language.as_str()), Ok(language));
            }
        }

        #[test]
        fn any_two_or_three_letters_are_a_language(raw in "[a-z]{2,3}") {
            prop_assert!(Language::parse(&raw).is_ok());
        }

        #[test]
        fn no_text_makes_it_panic(raw in "\\PC{0,40}") {
            let _parsed_or_not = Language::parse(&raw);
        }
    }
}
