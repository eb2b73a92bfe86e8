//! A set of sequences.

/// Sequences from 1 to 15, as a set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Sequences(u16);

impl Sequences {
    /// Puts `sequence` in.
    pub fn insert(&mut self, sequence: i64) {
        self.0 |= Self::bit(sequence);
    }

    /// Takes `sequence` out.
    pub fn remove(&mut self, sequence: i64) {
        self.0 &= !Self::bit(sequence);
    }

    /// Whether `sequence` is in it.
    pub fn contains(self, sequence: i64) -> bool {
        self.0 & Self::bit(sequence) != 0
    }

    /// What is in it, ascending.
    pub fn iter(self) -> impl Iterator<Item = i64> {
        (1..=15).filter(move |sequence| self.contains(*sequence))
    }

    fn bit(sequence: i64) -> u16 {
        1 << sequence
    }
}
