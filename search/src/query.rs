//! Queries as people type them.

use std::{cmp::Reverse, collections::BTreeSet};

use values::FoldedWord;

use crate::{
    phrase::{SPACE, fitting, opened, readings},
    spelling::can_be_misspelt,
};

/// Characters of a query at most.
const LONGEST: usize = 1_000;
/// Words of a query that are looked for at most, the longest ones; the others help only a match of
/// the whole.
const MOST_WORDS: usize = 12;
/// Words of a query that are looked for in more than one way at most: a database may try each way of
/// one with each way of all others.
const MOST_JOINED: usize = 6;

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
    /// What stands for it as well, in the same form: the word that it makes with its neighbors if
    /// hyphens, apostrophes or the spaces between initials are left out.
    pub(crate) joined: Vec<String>,
    /// The word, if it is long enough that one letter may be wrong.
    pub(crate) word: Option<String>,
}

impl Piece {
    /// All that may stand for it as it is written.
    pub(crate) fn beginnings(&self) -> impl Iterator<Item = &String> {
        [&self.beginning].into_iter().chain(&self.joined)
    }

    /// The same as whole words.
    pub(crate) fn whole_words(&self) -> impl Iterator<Item = String> {
        self.beginnings().map(|beginning| whole(beginning))
    }

    /// Whether a phrase has it.
    pub(crate) fn is_in(&self, text: &str) -> bool {
        self.beginnings().any(|beginning| text.contains(beginning))
    }

    /// Whether a phrase has it as a whole word.
    pub(crate) fn is_a_word_in(&self, text: &str) -> bool {
        self.whole_words().any(|whole| text.contains(&whole))
    }
}

fn whole(beginning: &str) -> String {
    format!("{beginning}{SPACE}")
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
        let [whole, unjointed, apart] = readings(raw);
        let words = in_a_phrase(&apart);
        let mut joined = vec![Vec::new(); words.len()];
        for coarser in [&whole, &unjointed] {
            join(words, coarser, &mut joined);
        }
        let mut pieces: Vec<Piece> = Vec::new();
        for (word, joined) in words.iter().zip(joined) {
            match pieces.last_mut() {
                Some(last) if word.joined => {
                    last.beginning.push_str(&format!("{SPACE}{}", word.text))
                }
                _ => pieces.push(Piece {
                    beginning: format!("{SPACE}{}", word.text),
                    joined,
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
            whole: opened(in_a_phrase(&whole)),
            pieces: longest(pieces),
        })
    }

    /// As it was typed, without white space around it: for those who read it as a number.
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// The ways to read it as a number of the kind that has this `name`: as it is; and without the name,
    /// if it begins with that, and without what stands around the number.
    pub fn as_number(&self, name: &str) -> [&str; 2] {
        let plain = trimmed(&self.raw);
        let number = match plain.split_at_checked(name.len()) {
            Some((label, rest))
                if label.eq_ignore_ascii_case(name) && !rest.starts_with(char::is_alphanumeric) =>
            {
                trimmed(rest)
            }
            _ => plain,
        };
        [&self.raw, number]
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

fn trimmed(text: &str) -> &str {
    text.trim_matches(|character: char| !character.is_alphanumeric())
}

/// What is behind these words is in no phrase; a first word that is too long is in none either.
fn in_a_phrase(words: &[FoldedWord]) -> &[FoldedWord] {
    match fitting(words) {
        [] => words,
        fitting => fitting,
    }
}

/// Adds to each of `words` the one of the `coarser` words that it is a part of, as far as these are
/// the same letters.
fn join(words: &[FoldedWord], coarser: &[FoldedWord], joined: &mut [Vec<String>]) {
    let mut from = 0;
    for whole in coarser {
        let (mut to, mut rest) = (from, whole.text.as_str());
        while let Some(behind) = words.get(to).and_then(|word| rest.strip_prefix(&word.text)) {
            (to, rest) = (to + 1, behind);
            if rest.is_empty() {
                break;
            }
        }
        if !rest.is_empty() {
            return;
        }
        let beginning = format!("{SPACE}{}", whole.text);
        for joined in joined.iter_mut().take(to).skip(from) {
            if to > from + 1 && !joined.contains(&beginning) {
                joined.push(beginning.clone());
            }
        }
        from = to;
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
    let mut pieces: Vec<_> = pieces.into_iter().map(|(_, piece)| piece).collect();
    let joined = pieces.iter_mut().filter(|piece| !piece.joined.is_empty());
    joined
        .skip(MOST_JOINED)
        .for_each(|piece| piece.joined.clear());
    pieces
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
    fn a_word_with_a_hyphen_may_also_stand_without_it_and_initials_as_one() {
        let joined = |raw: &str| {
            let query = Query::parse(raw).unwrap();
            let pieces = query.pieces().iter();
            let pieces = pieces.map(|piece| piece.beginnings().cloned().collect::<Vec<_>>());
            pieces.collect::<Vec<_>>()
        };
        assert_eq!(
            joined("Co-operation today"),
            [
                vec!["  co", "  cooperation"],
                vec!["  operation", "  cooperation"],
                vec!["  today"]
            ]
        );
        assert_eq!(
            joined("J. R. Smith"),
            [vec!["  j", "  jr"], vec!["  r", "  jr"], vec!["  smith"]]
        );
        assert_eq!(joined("JR Smith"), [["  jr"], ["  smith"]]);
        assert_eq!(joined("O'Neill-Smith")[0], ["  o", "  oneillsmith"]);
        // What is a sign of its own once a hyphen is left out is no part of the word.
        assert_eq!(joined("aa-#bb"), [["  aa"], ["  bb"]]);
    }

    #[test]
    fn a_number_may_stand_behind_the_name_of_its_kind_and_between_punctuation() {
        for raw in [
            "oclc:123",
            "OCLC 123",
            "Oclc : 123",
            "(oclc:123)",
            "123.",
            "\"123\"",
        ] {
            let query = Query::parse(raw).unwrap();
            assert_eq!(query.as_number("oclc"), [raw, "123"], "{raw}");
        }
        let other = Query::parse("oclcs 123").unwrap();
        assert_eq!(other.as_number("oclc"), ["oclcs 123", "oclcs 123"]);
    }

    #[test]
    fn few_words_are_looked_for_in_several_ways() {
        let query = Query::parse("a-b c-d e-f g-h i-j").unwrap();
        let pieces = query.pieces().iter();
        assert_eq!(pieces.filter(|piece| !piece.joined.is_empty()).count(), 6);
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
