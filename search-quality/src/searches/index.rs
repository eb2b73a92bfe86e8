//! What a query can mean, by plain counting: only what is unmistakable is asked for.

use std::collections::{BTreeMap, BTreeSet};

use crate::letters::{within_one_slip, words};

/// How a word of a query meets one of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meets {
    Same,
    Beginning,
    /// By a beginning, or up to one slip.
    Nearly,
}

/// The words and phrases of all records of a kind.
#[derive(Debug, Default)]
pub(super) struct Index {
    words: BTreeMap<String, Vec<usize>>,
    phrases: BTreeMap<String, Vec<usize>>,
}

impl Index {
    /// Adds something that a record is called.
    pub(super) fn add_phrase(&mut self, record: usize, phrase: &str) {
        let bearers = self.phrases.entry(key(phrase)).or_default();
        if bearers.last() != Some(&record) {
            bearers.push(record);
        }
        self.add_words(record, phrase);
    }

    /// Adds what a record is found by too. Records come in order.
    pub(super) fn add_words(&mut self, record: usize, text: &str) {
        for word in words(text) {
            let bearers = self.words.entry(word).or_default();
            if bearers.last() != Some(&record) {
                bearers.push(record);
            }
        }
    }

    /// Who is called exactly so, but for case, accents and punctuation.
    pub(super) fn called(&self, phrase: &str) -> Vec<usize> {
        self.phrases.get(&key(phrase)).cloned().unwrap_or_default()
    }

    /// The records in which every word of `query` is met.
    pub(super) fn met(&self, query: &str, meets: Meets) -> BTreeSet<usize> {
        let mut met: Option<BTreeSet<usize>> = None;
        for word in words(query) {
            let with_word = self.with_word(&word, meets);
            met = Some(match met {
                None => with_word,
                Some(met) => met.intersection(&with_word).copied().collect(),
            });
        }
        met.unwrap_or_default()
    }

    /// The records with a phrase that holds `part`, its gaps left out.
    pub(super) fn holding(&self, part: &str) -> BTreeSet<usize> {
        let part = key(part).replace(' ', "");
        let holding = self
            .phrases
            .iter()
            .filter(|(phrase, _)| phrase.replace(' ', "").contains(&part));
        holding.flat_map(|(_, bearers)| bearers).copied().collect()
    }

    fn with_word(&self, word: &str, meets: Meets) -> BTreeSet<usize> {
        let beginning = || {
            let from = self.words.range(word.to_owned()..);
            from.take_while(|(other, _)| other.starts_with(word))
        };
        let mut met = BTreeSet::new();
        match meets {
            Meets::Same => met.extend(self.words.get(word).into_iter().flatten()),
            Meets::Beginning => met.extend(beginning().flat_map(|(_, bearers)| bearers)),
            Meets::Nearly => {
                met.extend(beginning().flat_map(|(_, bearers)| bearers));
                let near = self
                    .words
                    .iter()
                    .filter(|(other, _)| within_one_slip(word, other));
                met.extend(near.flat_map(|(_, bearers)| bearers));
            }
        }
        met
    }
}

fn key(phrase: &str) -> String {
    words(phrase).join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index() -> Index {
        let mut index = Index::default();
        for (record, name) in [
            "José Hartwell",
            "Jose Hartwell",
            "Ann Hartwood",
            "村上 春樹",
        ]
        .into_iter()
        .enumerate()
        {
            index.add_phrase(record, name);
        }
        index
    }

    #[test]
    fn bearers_are_told_but_for_case_and_accents() {
        assert_eq!(index().called("JOSÉ hartwell"), [0, 1]);
        assert!(index().called("Hartwell").is_empty());
    }

    #[test]
    fn words_are_met_whole_by_their_beginning_or_nearly() {
        let met = |query, meets| Vec::from_iter(index().met(query, meets));
        assert_eq!(met("hartwell jose", Meets::Same), [0, 1]);
        assert!(met("hartw", Meets::Same).is_empty());
        assert_eq!(met("hartw", Meets::Beginning), [0, 1, 2]);
        assert_eq!(met("an hartwodo", Meets::Nearly), [2]);
    }

    #[test]
    fn parts_are_held_over_gaps() {
        assert_eq!(Vec::from_iter(index().holding("上春")), [3]);
    }
}
