//! Text as it is compared, and as it is typed wrongly.

use fastrand::Rng;
use unicode_normalization::UnicodeNormalization;

/// Letters that are one with their mark, and what is typed for them.
const WHOLE: &[(char, &str)] = &[
    ('ł', "l"),
    ('Ł', "L"),
    ('ø', "o"),
    ('Ø', "O"),
    ('đ', "d"),
    ('Đ', "D"),
    ('ı', "i"),
    ('ß', "ss"),
    ('æ', "ae"),
];

/// A slip of the hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Slip {
    Missing,
    Extra,
    Wrong,
    Swapped,
}

/// Without accents; everything else as it is.
pub(crate) fn without_accents(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let marks = '\u{300}'..='\u{36f}';
    for letter in text.nfd().filter(|letter| !marks.contains(letter)) {
        match WHOLE.iter().find(|(whole, _)| *whole == letter) {
            Some((_, typed)) => plain.push_str(typed),
            None => plain.push(letter),
        }
    }
    plain.nfc().collect()
}

/// The words of a text: small letters without accents.
pub(crate) fn words(text: &str) -> Vec<String> {
    without_accents(text)
        .to_lowercase()
        .split(|c: char| c.is_whitespace() || (c.is_ascii_punctuation() && c != '\'') || c == '–')
        .map(|word| word.replace('\'', ""))
        .filter(|word| !word.is_empty())
        .collect()
}

/// Whether the one becomes the other by at most one missing, extra, wrong or swapped letter.
pub(crate) fn within_one_slip(one: &str, other: &str) -> bool {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let (short, long) = if one.len() <= other.len() {
        (&one, &other)
    } else {
        (&other, &one)
    };
    if long.len() - short.len() > 1 {
        return false;
    }
    let same = short.iter().zip(long).take_while(|(a, b)| a == b).count();
    let (short, long) = (&short[same..], &long[same..]);
    match (short, long) {
        ([], _) => true,
        ([a, b, rest @ ..], [c, d, others @ ..]) if (a, b) == (d, c) && rest == others => true,
        ([_, rest @ ..], [_, others @ ..]) if short.len() == long.len() => rest == others,
        (rest, [_, others @ ..]) => rest == others,
        _ => false,
    }
}

/// The word with a slip in it, behind its first letter. `None` if there is no room for one.
pub(crate) fn slipped(word: &str, slip: Slip, random: &mut Rng) -> Option<String> {
    let mut letters: Vec<char> = word.chars().collect();
    if letters.len() < 5 {
        return None;
    }
    let at = random.usize(1..letters.len());
    match slip {
        Slip::Missing => {
            letters.remove(at);
        }
        Slip::Extra => letters.insert(at, neighbor(&letters, random)),
        Slip::Wrong => letters[at] = neighbor(&letters, random),
        Slip::Swapped => {
            let at = random.usize(1..letters.len() - 1);
            letters.swap(at, at + 1);
        }
    }
    let slipped: String = letters.into_iter().collect();
    (slipped != word).then_some(slipped)
}

/// Some letter of the script that the others are of.
fn neighbor(letters: &[char], random: &mut Rng) -> char {
    match letters.first() {
        Some(first) if first.is_ascii() => random.lowercase(),
        _ => random.choice(letters).copied().unwrap_or('a'),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn accents_go_and_scripts_that_have_none_stay() {
        assert_eq!(
            without_accents("Łukasz Strauß-Müller Øyvind"),
            "Lukasz Strauss-Muller Oyvind"
        );
        for whole in ["村上 春樹", "김서연", "ガラス", "लक्ष्मी", "สมชาย"]
        {
            assert_eq!(without_accents(whole), whole);
        }
    }

    #[test]
    fn words_end_at_punctuation() {
        assert_eq!(
            words("Márquez, Jean-Paul O'Brien"),
            ["marquez", "jean", "paul", "obrien"]
        );
    }

    #[test]
    fn one_slip_is_told_from_two() {
        for near in [
            "hartwell",
            "hartwel",
            "hartwelll",
            "hartwoll",
            "hatrwell",
            "artwell",
        ] {
            assert!(within_one_slip("hartwell", near), "{near}");
            assert!(within_one_slip(near, "hartwell"), "{near}");
        }
        for far in [
            "hartwe",
            "hatrwel",
            "hertwoll",
            "trahwell",
            "hartwelxyz",
            "",
        ] {
            assert!(!within_one_slip("hartwell", far), "{far}");
        }
    }

    #[test]
    fn every_slip_is_one() {
        let mut random = Rng::with_seed(4);
        for slip in [Slip::Missing, Slip::Extra, Slip::Wrong, Slip::Swapped] {
            let mut slips = 0;
            for word in ["hartwell", "соколов", "παπαδοπουλος"] {
                for _ in 0..50 {
                    if let Some(slipped) = slipped(word, slip, &mut random) {
                        assert!(within_one_slip(word, &slipped), "{slipped}");
                        assert_eq!(slipped.chars().next(), word.chars().next());
                        slips += 1;
                    }
                }
            }
            assert!(slips > 100, "{slip:?}");
        }
        assert_eq!(slipped("hart", Slip::Wrong, &mut random), None);
    }

    #[test]
    fn a_slip_is_of_the_same_script() {
        let mut random = Rng::with_seed(5);
        let slipped = (0..50)
            .find_map(|_| slipped("соколов", Slip::Extra, &mut random))
            .unwrap();
        assert!(
            slipped.chars().all(|letter| ('а'..='я').contains(&letter)),
            "{slipped}"
        );
    }
}
