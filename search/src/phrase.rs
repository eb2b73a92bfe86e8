//! Phrases as they are stored: folded words, each between two spaces, so that the beginning of a
//! word, a whole word and words that follow each other are all plain substrings.

use values::{FoldedWord, Joints, fold, fold_initials_apart, join_initials};

/// What separates words. Two spaces: so even one letter makes a trigram.
pub(crate) const SPACE: &str = "  ";

/// Bytes of a phrase at most; an index takes no longer ones. Words behind that are left out.
const LONGEST_PHRASE: usize = 1_500;
/// Bytes of a key to sort by at most: all of a name or publisher of 255 letters, as they are in the
/// most of scripts.
const LONGEST_KEY: usize = 1_100;
/// Stands between two texts, so that no words of both follow each other.
const BREAK: &str = "|";

/// The phrases by which a name or a title is found: its words, the same with hyphens and
/// apostrophes left out if there are any, and with initials in a row apart if there are any. None
/// if there is no letter and no digit.
pub fn phrases(name: &str) -> Vec<String> {
    let mut phrases: Vec<String> = Vec::new();
    for words in readings(name) {
        let phrase = closed(opened(fitting(&words)));
        if !phrase.is_empty() && !phrases.contains(&phrase) {
            phrases.push(phrase);
        }
    }
    phrases
}

/// Several texts as one, in which words are found wherever they stand.
pub fn text<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let mut text = String::new();
    for part in parts {
        for words in readings(part) {
            let words = joined(words.iter().map(|word| word.text.as_str()));
            let is_there = || format!("{text}{SPACE}").contains(&format!("{words}{SPACE}"));
            if words.is_empty() || is_there() {
                continue;
            }
            if !text.is_empty() {
                text.push_str(SPACE);
                text.push_str(BREAK);
            }
            text.push_str(&words);
        }
    }
    closed(text)
}

/// The ways to read a text: as it is written, without hyphens and apostrophes, and with initials apart.
pub(crate) fn readings(text: &str) -> [Vec<FoldedWord>; 3] {
    let apart = fold_initials_apart(text, Joints::Separate);
    [
        join_initials(apart.clone()),
        fold(text, Joints::Join),
        apart,
    ]
}

/// What a name or title is sorted by.
pub fn sort_key(name: &str) -> String {
    let words = fold(name, Joints::Separate);
    let mut key = String::new();
    for (at, word) in words.iter().enumerate() {
        if at > 0 && !word.joined {
            key.push(' ');
        }
        key.push_str(&word.text);
    }
    let mut end = key.len().min(LONGEST_KEY);
    while !key.is_char_boundary(end) {
        end -= 1;
    }
    key.truncate(end);
    key
}

/// Those of the words, from the first, that make a phrase which an index takes.
pub(crate) fn fitting(words: &[FoldedWord]) -> &[FoldedWord] {
    let mut length = 0;
    let fits = |word: &&FoldedWord| {
        length += SPACE.len() + word.text.len();
        length <= LONGEST_PHRASE
    };
    let count = words.iter().take_while(fits).count();
    words.get(..count).unwrap_or(words)
}

/// A phrase whose last word may go on.
pub(crate) fn opened(words: &[FoldedWord]) -> String {
    joined(words.iter().map(|word| word.text.as_str()))
}

/// The same phrase, its last word ended.
pub(crate) fn closed(mut phrase: String) -> String {
    if !phrase.is_empty() {
        phrase.push_str(SPACE);
    }
    phrase
}

fn joined<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.flat_map(|word| [SPACE, word]).collect()
}

/// The words of a phrase.
pub(crate) fn words(phrase: &str) -> impl Iterator<Item = &str> {
    phrase
        .split(SPACE)
        .filter(|word| !word.is_empty() && *word != BREAK)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phrase_is_its_words_between_two_spaces() {
        assert_eq!(phrases("John Smith"), ["  john  smith  "]);
        assert_eq!(phrases("村上 春樹"), ["  村  上  春  樹  "]);
        assert!(phrases("?!").is_empty());
    }

    #[test]
    fn a_name_with_a_hyphen_is_also_found_without_it() {
        assert_eq!(
            phrases("Jean-Paul Sartre"),
            ["  jean  paul  sartre  ", "  jeanpaul  sartre  "]
        );
    }

    #[test]
    fn a_name_with_initials_is_also_found_by_each_of_them() {
        assert_eq!(
            phrases("D. O. Fagunwa"),
            ["  do  fagunwa  ", "  d  o  fagunwa  "]
        );
        assert_eq!(text(["D. O. F", "Do"]), "  dof  |  d  o  f  |  do  ");
    }

    #[test]
    fn the_longest_text_makes_a_phrase_that_an_index_takes() {
        let phrase = &phrases(&"樹".repeat(1_000))[0];
        assert!((1_400..1_510).contains(&phrase.len()), "{}", phrase.len());
        assert!(sort_key(&"樹".repeat(1_000)).len() <= 1_100);
        let [one, other] = ["А", "Б"].map(|last| sort_key(&("Ж".repeat(254) + last)));
        assert_ne!(one, other);
    }

    #[test]
    fn texts_are_kept_apart_and_none_twice() {
        assert_eq!(text(["One", "Two Three", "two"]), "  one  |  two  three  ");
        assert_eq!(text(["?", ""]), "");
        assert_eq!(words("  one  |  two  ").collect::<Vec<_>>(), ["one", "two"]);
    }

    #[test]
    fn a_key_to_sort_by_reads_as_the_name() {
        assert_eq!(sort_key("Émile  ZOLA"), "emile zola");
        assert_eq!(sort_key("村上 春樹"), "村上 春樹");
    }
}
