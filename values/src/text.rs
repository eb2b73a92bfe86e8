//! Text as the catalog keeps it: Unicode NFC, no control characters, bounded length.

use std::fmt;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// Why a text was refused. Lengths are counted in characters (Unicode scalar values) after
/// normalization.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing is left after trimming.
    #[error("must not be empty")]
    Empty,
    /// Longer than its field allows.
    #[error("must be at most {max} characters long, not {actual}")]
    TooLong {
        /// The most that the field takes.
        max: usize,
        /// What was sent.
        actual: usize,
    },
    /// Holds a control character, which no screen shows.
    #[error("must not contain control characters (found U+{:04X})", u32::from(*.0))]
    ControlCharacter(char),
}

impl TextError {
    /// Stable code for a problem document.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "required",
            Self::TooLong { .. } => "too_long",
            Self::ControlCharacter(_) => "control_character",
        }
    }
}

/// One line of text: NFC, trimmed, every run of white space collapsed to one space, never empty,
/// at most `MAX` characters, no control characters.
///
/// Two lines that look the same because they differ only in normalization or spacing are equal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Line<const MAX: usize>(String);

impl<const MAX: usize> Line<MAX> {
    /// Normalizes and checks `raw`.
    ///
    /// # Errors
    /// [`TextError`] says which rule the text breaks.
    pub fn parse(raw: &str) -> Result<Self, TextError> {
        let mut line = String::with_capacity(raw.len());
        for word in raw.split_whitespace() {
            if !line.is_empty() {
                line.push(' ');
            }
            push_nfc(&mut line, word);
        }
        // Composition can't cross a space, so normalizing word by word is the whole line's NFC.
        checked(line, MAX).map(Self)
    }

    /// The normalized text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The normalized text, owned.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl<const MAX: usize> fmt::Display for Line<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Several lines of text: NFC, trimmed, line breaks kept as `\n`, never empty, at most `MAX`
/// characters; tab and line feed are the only control characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Prose<const MAX: usize>(String);

impl<const MAX: usize> Prose<MAX> {
    /// Normalizes and checks `raw`.
    ///
    /// # Errors
    /// [`TextError`] says which rule the text breaks.
    pub fn parse(raw: &str) -> Result<Self, TextError> {
        let lines = raw.trim().replace("\r\n", "\n").replace('\r', "\n");
        let mut text = String::with_capacity(lines.len());
        push_nfc(&mut text, &lines);
        checked(text, MAX).map(Self)
    }

    /// The normalized text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The normalized text, owned.
    pub fn into_string(self) -> String {
        self.0
    }
}

/// Appends `part` in NFC, unchanged if it is that already.
fn push_nfc(text: &mut String, part: &str) {
    match is_nfc_quick(part.chars()) {
        IsNormalized::Yes => text.push_str(part),
        IsNormalized::No | IsNormalized::Maybe => text.extend(part.nfc()),
    }
}

fn checked(text: String, max: usize) -> Result<String, TextError> {
    if text.is_empty() {
        return Err(TextError::Empty);
    }
    let allowed = |c: char| !c.is_control() || c == '\n' || c == '\t';
    if let Some(bad) = text.chars().find(|c| !allowed(*c)) {
        return Err(TextError::ControlCharacter(bad));
    }
    let actual = text.chars().count();
    if actual > max {
        return Err(TextError::TooLong { max, actual });
    }
    Ok(text)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_trimmed_and_its_white_space_collapsed() {
        let line = Line::<255>::parse("  Gabriel \t García\u{a0}\n Márquez ").unwrap();
        assert_eq!(line.as_str(), "Gabriel García Márquez");
    }

    #[test]
    fn composed_and_decomposed_spellings_are_equal() {
        assert_eq!(
            Line::<255>::parse("Garci\u{301}a").unwrap(),
            Line::<255>::parse("Garc\u{ed}a").unwrap()
        );
    }

    #[test]
    fn length_is_counted_in_characters_after_normalization() {
        assert!(Line::<3>::parse(" e\u{301}e\u{301}e\u{301} ").is_ok());
        assert_eq!(
            Line::<3>::parse("abcd"),
            Err(TextError::TooLong { max: 3, actual: 4 })
        );
    }

    #[test]
    fn an_empty_or_blank_line_is_refused() {
        assert_eq!(Line::<3>::parse(" \u{3000}\n"), Err(TextError::Empty));
    }

    #[test]
    fn control_characters_are_refused() {
        assert_eq!(
            Line::<9>::parse("a\0b"),
            Err(TextError::ControlCharacter('\0'))
        );
        assert!(Prose::<9>::parse("a\tb\nc").is_ok());
        assert_eq!(
            Prose::<9>::parse("a\u{1b}"),
            Err(TextError::ControlCharacter('\u{1b}'))
        );
    }

    #[test]
    fn prose_keeps_line_breaks_in_one_form() {
        assert_eq!(Prose::<9>::parse("a\r\nb\rc").unwrap().as_str(), "a\nb\nc");
    }
}
