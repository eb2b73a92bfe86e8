//! What a match is worth.

use crate::{
    phrase,
    query::{Piece, Query},
    spelling::is_near,
};

/// What a source of texts is to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Its names, each by itself: all words must be in one of them.
    Name,
    /// Whatever else is said of it, in one text.
    Text,
}

/// The place of a match among others; the lesser the better. Records of the same rank are ordered
/// by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank(u64);

/// What kind of match it is, the best first. Of several sources of names the first is better than
/// the second, kind by kind.
const NUMBER: u64 = 0;
const BEGINS: u64 = 16;
const WHOLE_WORDS: u64 = 32;
const BEGINNINGS: u64 = 48;
const IN_THE_TEXT: u64 = 64;
const DIVIDED: u64 = 80;
const NEAR: u64 = 96;

impl Rank {
    /// What was asked for by its number.
    pub const BY_NUMBER: Self = Self::new(NUMBER, 0, 0);

    /// For a cursor.
    pub fn number(self) -> u64 {
        self.0
    }

    /// From a cursor.
    pub fn from_number(number: u64) -> Self {
        Self(number)
    }

    /// The same rank, or `least` if that comes later: a match that is seen late must not come before
    /// those that were shown.
    #[must_use]
    pub(crate) fn not_before(self, least: Self) -> Self {
        self.max(least)
    }

    const fn new(kind: u64, loose: u64, extra: u64) -> Self {
        Self(kind << 32 | loose << 16 | extra)
    }

    /// Of a match as written, of a text of the source of that `index` and `role`.
    pub(crate) fn of(query: &Query, index: usize, role: Role, text: &str) -> Option<Self> {
        let index = index as u64;
        if let (Role::Name, Some(rest)) = (role, text.strip_prefix(query.whole())) {
            let loose = match rest {
                phrase::SPACE => 0,
                _ if rest.starts_with(phrase::SPACE) => 1,
                _ => 2,
            };
            return Some(Self::new(BEGINS + index, loose, extra(query, text)));
        }
        let loose = partial(query.pieces(), text)?;
        let kind = match role {
            Role::Text => IN_THE_TEXT,
            Role::Name if loose == 0 => WHOLE_WORDS + index,
            Role::Name => BEGINNINGS + index,
        };
        Some(Self::new(kind, loose, extra(query, text)))
    }

    /// Of a match of all pieces in one text, some of them with a wrong letter.
    pub(crate) fn near(query: &Query, text: &str) -> Option<Self> {
        let misspelt = misspelt(query.pieces(), text)?;
        Some(Self::new(NEAR, misspelt * 2, extra(query, text)))
    }

    /// Of a match of some pieces in a name and of the others in a text beside it.
    pub(crate) fn divided(query: &Query, name: &str, text: &str) -> Option<Self> {
        let ranks = divisions(query.pieces()).filter_map(|(left, right)| {
            let loose = partial(left, name)? + partial(right, text)?;
            Some(Self::new(DIVIDED, loose, extra(query, text)))
        });
        ranks.min()
    }

    /// The same, some of the pieces with a wrong letter.
    pub(crate) fn near_divided(query: &Query, name: &str, text: &str) -> Option<Self> {
        let ranks = divisions(query.pieces()).filter_map(|(left, right)| {
            let misspelt = misspelt(left, name)? + misspelt(right, text)?;
            Some(Self::new(NEAR, misspelt * 2 + 1, extra(query, text)))
        });
        ranks.min()
    }
}

/// The ways to divide a query between a name and a text: a name of so few pieces before the
/// others, or behind them.
pub(crate) fn divisions<T>(pieces: &[T]) -> impl Iterator<Item = (&[T], &[T])> {
    let lengths = 1..pieces.len().min(LONGEST_NAME + 1);
    lengths.flat_map(|length| {
        let (first, rest) = pieces.split_at(length);
        let (begin, last) = pieces.split_at(pieces.len() - length);
        [(first, rest), (last, begin)]
    })
}

/// The kinds of match as written of one text, in the order in which they are looked for: the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// A name begins with the query, or is it.
    Begins,
    /// Whole words of a name.
    WholeWords,
    /// Beginnings of words of a name.
    Beginnings,
    /// Words of the text.
    InTheText,
}

impl Stage {
    pub(crate) const ALL: [Self; 4] = [
        Self::Begins,
        Self::WholeWords,
        Self::Beginnings,
        Self::InTheText,
    ];

    /// The best rank that a match of this kind has in the source of that `index`.
    pub(crate) fn least(self, index: usize) -> Rank {
        let kind = match self {
            Self::Begins => BEGINS + index as u64,
            Self::WholeWords => WHOLE_WORDS + index as u64,
            Self::Beginnings => BEGINNINGS + index as u64,
            Self::InTheText => IN_THE_TEXT,
        };
        Rank::new(kind, 0, 0)
    }
}

/// A name beside other words has so many at most.
const LONGEST_NAME: usize = 4;

/// How many of the pieces are no whole words there; `None` if one is not there.
fn partial(pieces: &[Piece], text: &str) -> Option<u64> {
    pieces.iter().try_fold(0, |partial, piece| {
        if piece.is_a_word_in(text) {
            Some(partial)
        } else {
            piece.is_in(text).then_some(partial + 1)
        }
    })
}

/// How many of the pieces have a wrong letter; `None` if one is not there even so.
fn misspelt(pieces: &[Piece], text: &str) -> Option<u64> {
    pieces.iter().try_fold(0, |misspelt, piece| {
        if piece.is_in(text) {
            return Some(misspelt);
        }
        let typed = piece.word.as_deref()?;
        let is_there = phrase::words(text).any(|word| is_near(typed, word));
        is_there.then_some(misspelt + 1)
    })
}

/// How many words the text has beyond the query.
fn extra(query: &Query, text: &str) -> u64 {
    let asked: usize = query
        .pieces()
        .iter()
        .map(|piece| phrase::words(&piece.beginning).count())
        .sum();
    (phrase::words(text).count().saturating_sub(asked) as u64).min(u64::from(u16::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_up_to_four_words_is_before_the_others_or_behind_them() {
        let all = |pieces: &[u8]| {
            let divisions = divisions(pieces).map(|(name, text)| (name.to_vec(), text.to_vec()));
            divisions.collect::<Vec<_>>()
        };
        assert!(all(&[1]).is_empty());
        assert_eq!(all(&[1, 2]), [(vec![1], vec![2]), (vec![2], vec![1])]);
        let many = all(&[1, 2, 3, 4, 5, 6, 7]);
        assert_eq!(many.len(), 8);
        assert!(many.contains(&(vec![7], vec![1, 2, 3, 4, 5, 6])));
        assert!(many.contains(&(vec![1, 2, 3, 4], vec![5, 6, 7])));
    }
}
