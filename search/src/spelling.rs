//! Words with one wrong letter: another one, one too many or too few, or two that changed places.

use std::{cmp::Reverse, collections::BTreeSet};

/// So many letters a word must have for one to be wrong; of one that is typed, one may be missing.
const SHORTEST: usize = 4;
/// A longer one is nobody's typing.
const LONGEST: usize = 40;
/// Of longer words only the beginning is compared by its spellings, so that a word that is being
/// typed is found once so much of it is there.
const BEGINNING: usize = 7;

/// Whether one letter of a query's word may be wrong: it has at least four, or three of four, and none
/// is a digit.
pub(crate) fn can_be_misspelt(word: &str) -> bool {
    let length = word.chars().count();
    (SHORTEST - 1..=LONGEST).contains(&length) && word.chars().all(|letter| !letter.is_numeric())
}

/// Whether a word that is stored can be meant by one with a wrong letter.
pub(crate) fn can_be_meant(word: &str) -> bool {
    let length = word.chars().count();
    (SHORTEST - 1..=LONGEST + 1).contains(&length)
        && word.chars().all(|letter| !letter.is_numeric())
}

/// The beginning of `word` and that beginning without each of its letters. Two words that are
/// [near](is_near) share one of them.
pub(crate) fn spellings(word: &str) -> BTreeSet<String> {
    let letters: Vec<char> = word.chars().take(BEGINNING).collect();
    let without = |left_out: usize| {
        let kept = letters.iter().enumerate().filter(|(at, _)| *at != left_out);
        kept.map(|(_, letter)| *letter).collect::<String>()
    };
    (0..=letters.len()).map(without).collect()
}

/// The spellings of which a word that is [near](is_near) to what was `typed` has one.
pub(crate) fn spellings_near(typed: &str) -> BTreeSet<String> {
    match typed.chars().count() {
        // Only what was left out can be wrong.
        ..SHORTEST => BTreeSet::from([typed.to_owned()]),
        _ => spellings(typed),
    }
}

/// Whether `typed` is `word` with at most one wrong letter; or the beginning of it, if at least
/// seven letters were typed. Of three letters none is wrong: one of four is missing.
pub(crate) fn is_near(typed: &str, word: &str) -> bool {
    if !can_be_misspelt(typed) || !can_be_meant(word) {
        return false;
    }
    let typed: Vec<char> = typed.chars().collect();
    let word: Vec<char> = word.chars().collect();
    let length = typed.len();
    if length < SHORTEST && word.len() != SHORTEST {
        return false;
    }
    if length < BEGINNING {
        return at_most_one_differs(&typed, &word);
    }
    (length - 1..=length + 1)
        .filter_map(|length| word.get(..length))
        .any(|beginning| at_most_one_differs(&typed, beginning))
}

/// How like `word` is to what was `typed`; the lesser the liker: first by length, then by how far
/// they begin alike.
pub(crate) fn unlikeness(typed: &str, word: &str) -> (usize, Reverse<usize>) {
    let same = typed.chars().zip(word.chars()).take_while(|(a, b)| a == b);
    let length = typed.chars().count().abs_diff(word.chars().count());
    (length, Reverse(same.count()))
}

fn at_most_one_differs(a: &[char], b: &[char]) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let same = short.iter().zip(long).take_while(|(a, b)| a == b).count();
    let (short, long) = (&short[same..], &long[same..]);
    match (short, long) {
        ([], rest) => rest.len() <= 1,
        (_, [_, rest @ ..]) if short.len() < long.len() => short == rest,
        ([a, x, short @ ..], [b, y, long @ ..]) if a == y && x == b && short == long => true,
        ([_, short @ ..], [_, long @ ..]) => short == long,
        (_, []) => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_letter_may_be_wrong_missing_too_many_or_in_the_wrong_place() {
        for (typed, word) in [
            ("garsia", "garcia"),
            ("garia", "garcia"),
            ("garccia", "garcia"),
            ("gacria", "garcia"),
            ("arcia", "garcia"),
            ("garcia", "garcia"),
            ("emma", "ema"),
            ("dostoyevs", "dostoevsky"),
            ("ojhn", "john"),
            ("tia", "tina"),
            ("eie", "elie"),
        ] {
            assert!(is_near(typed, word), "{typed} {word}");
        }
        for (typed, word) in [
            ("garsja", "garcia"),
            ("ann", "ana"),
            ("ann", "an"),
            ("tia", "tian's"),
            ("ti", "tia"),
            ("gari", "garcia"),
            ("grcai", "garcia"),
            ("1984", "1985"),
            ("dosto", "dostoevsky"),
        ] {
            assert!(!is_near(typed, word), "{typed} {word}");
        }
    }

    #[test]
    fn of_words_that_may_be_meant_the_likest_comes_first() {
        let mut words = ["aobbits", "hobbitaa", "hobbitt", "hobbiton", "hobbits"];
        words.sort_by_key(|word| (unlikeness("hobbitz", word), *word));
        assert_eq!(
            words,
            ["hobbits", "hobbitt", "aobbits", "hobbitaa", "hobbiton"]
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        #[test]
        fn near_words_share_a_spelling(word in "[abc]{3,12}", at in 0_usize..12, kind in 0..4, letter in "[abcd]", keep in 3_usize..14) {
            let mut typed: Vec<char> = word.chars().collect();
            let at = at % typed.len();
            let letter = letter.chars().next().unwrap_or('a');
            match kind {
                0 => typed[at] = letter,
                1 => { typed.remove(at); }
                2 => typed.insert(at, letter),
                _ => typed.swap(at, (at + 1).min(word.len() - 1)),
            }
            typed.truncate(keep);
            let typed: String = typed.into_iter().collect();
            if is_near(&typed, &word) {
                prop_assert!(!spellings_near(&typed).is_disjoint(&spellings(&word)), "{typed} {word}");
            }
        }

        #[test]
        fn any_near_words_share_a_spelling(typed in "[ab]{3,10}", word in "[ab]{3,10}") {
            if is_near(&typed, &word) {
                prop_assert!(!spellings_near(&typed).is_disjoint(&spellings(&word)), "{typed} {word}");
            }
        }
    }
}
