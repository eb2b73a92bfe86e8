//! Queries as people type them.

use std::{cmp::Reverse, collections::BTreeSet};

use values::{Joints, fold};

use crate::{
    phrase::{SPACE, fitting, opened},
    spelling::can_be_misspelt,
};

/// Characters of a query at most.
const LONGEST: usize = 1_000;
/// Words of a query that are looked for at most, the longest ones; the others help only a match of
/// the whole.
const MOST_WORDS: usize = 12;

/// Why a query was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// Nothing in it can be looked for.
    #[error("must hold a letter or a digit")]
    NoWords,
    /// Longer than any title.
    #[error("must be at most {LONGEST} characters long")]
    TooLong,
}

impl QueryError {
    /// Stable code for a problem document.
    pub fn code(self) -> &'static str {
        match self {
            Self::NoWords => "required",
            Self::TooLong => "too_long",
        }
    }
}

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    raw: String,
    whole: String,
    pieces: Vec<Piece>,
}

/// A word that is looked for, or characters that must follow each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Piece {
    /// As it stands in a phrase, if it is a word's beginning.
    pub(crate) beginning: String,
    /// The word, if it is long enough that one letter may be wrong.
    pub(crate) word: Option<String>,
}

impl Piece {
    /// As it stands in a phrase, if it is a whole word.
    pub(crate) fn whole(&self) -> String {
        format!("{}{SPACE}", self.beginning)
    }
}

impl Query {
    /// Reads a query.
    ///
    /// # Errors
    /// [`QueryError`] says what is wrong with it.
    pub fn parse(raw: &str) -> Result<Self, QueryError> {
        if raw.chars().nth(LONGEST).is_some() {
            return Err(QueryError::TooLong);
        }
        let words = fold(raw, Joints::Separate);
        // What is behind these is in no phrase; a first word that is too long is in none either.
        let words = match fitting(&words) {
            [] => &words,
            fitting => fitting,
        };
        let mut pieces: Vec<Piece> = Vec::new();
        for word in words {
            match pieces.last_mut() {
                Some(last) if word.joined => {
                    last.beginning.push_str(&format!("{SPACE}{}", word.text))
                }
                _ => pieces.push(Piece {
                    beginning: format!("{SPACE}{}", word.text),
                    word: (!word.unspaced && can_be_misspelt(&word.text))
                        .then(|| word.text.clone()),
                }),
            }
        }
        if pieces.is_empty() {
            return Err(QueryError::NoWords);
        }
        Ok(Self {
            raw: raw.trim().to_owned(),
            whole: opened(words),
            pieces: longest(pieces),
        })
    }

    /// As it was typed, without white space around it: for those who read it as a number.
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// As the beginning of a phrase.
    pub(crate) fn whole(&self) -> &str {
        &self.whole
    }

    /// What is looked for in any order, at most 12.
    pub(crate) fn pieces(&self) -> &[Piece] {
        &self.pieces
    }
}

/// The longest of the pieces, of equal ones the first; none twice, in their order.
fn longest(mut pieces: Vec<Piece>) -> Vec<Piece> {
    let mut seen = BTreeSet::new();
    pieces.retain(|piece| seen.insert(piece.beginning.clone()));
    let mut pieces: Vec<_> = pieces.into_iter().enumerate().collect();
    pieces.sort_by_key(|(_, piece)| Reverse(piece.beginning.len()));
    pieces.truncate(MOST_WORDS);
    pieces.sort_unstable_by_key(|(at, _)| *at);
    pieces.into_iter().map(|(_, piece)| piece).collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn pieces(raw: &str) -> Vec<String> {
        let query = Query::parse(raw).unwrap();
        let pieces = query.pieces().iter().map(|piece| piece.beginning.clone());
        pieces.collect()
    }

    #[test]
    fn words_are_looked_for_in_any_order_and_characters_as_they_follow_each_other() {
        assert_eq!(pieces(" García  Márquez "), ["  garcia", "  marquez"]);
        assert_eq!(pieces("村上 春樹"), ["  村  上", "  春  樹"]);
        assert_eq!(pieces("iPhone入門 入門"), ["  iphone", "  入  門"]);
    }

    #[test]
    fn of_many_words_the_longest_are_looked_for() {
        let text: Vec<_> = (1..=30).map(|n| "x".repeat(n)).collect();
        let pieces = pieces(&text.join(" "));
        assert_eq!(pieces.len(), 12);
        assert_eq!(pieces[0].trim().len(), 19);
    }

    #[test]
    fn of_words_as_long_as_each_other_the_first_are_looked_for() {
        let words: Vec<_> = ('a'..='n').map(|letter| format!("x{letter}")).collect();
        let pieces = pieces(&format!("{} longest", words.join(" ")));
        assert_eq!(pieces.len(), 12);
        assert_eq!(pieces[..2], ["  xa", "  xb"]);
        assert_eq!(pieces[10..], ["  xk", "  longest"]);
    }

    #[test]
    fn a_query_that_no_phrase_holds_is_looked_for_as_far_as_one_would() {
        let one = Query::parse(&"щ".repeat(1_000)).unwrap();
        assert_eq!(one.whole().chars().count(), 1_002);
        let script = Query::parse(&"樹".repeat(1_000)).unwrap();
        assert_eq!(script.whole(), script.pieces()[0].beginning);
        assert!(script.whole().len() <= 1_500);
    }

    #[test]
    fn what_can_not_be_looked_for_is_refused() {
        assert_eq!(Query::parse(" ?! "), Err(QueryError::NoWords));
        assert_eq!(Query::parse(&"x".repeat(1_001)), Err(QueryError::TooLong));
        assert!(Query::parse(&"x".repeat(1_000)).is_ok());
    }
}
