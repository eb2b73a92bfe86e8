//! What was found.

use std::{collections::BTreeMap, fmt};

use crate::{
    query::Records,
    searches::{Kind, Search},
};

/// Among so many the right one has to be.
pub const FIRST: u32 = 5;

/// The ids that a service gave the records of a catalog, by their places.
#[derive(Debug, Clone, Default)]
pub struct Ids {
    /// Of authors.
    pub authors: Vec<i64>,
    /// Of books.
    pub books: Vec<i64>,
}

/// How many searches found what was searched for, kind by kind.
#[derive(Debug, Clone, Default)]
pub struct Score {
    kinds: BTreeMap<(Records, Kind), Count>,
    missed: Vec<String>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Count {
    found: usize,
    asked: usize,
}

impl Score {
    /// Notes what a search was answered with: ids, the first first.
    pub fn note(&mut self, search: &Search, ids: &Ids, answered: &[i64]) {
        let given = match search.records {
            Records::Authors => &ids.authors,
            Records::Books => &ids.books,
        };
        let right = |id: &&i64| search.right.iter().any(|at| given.get(*at) == Some(*id));
        let found = answered.iter().take(FIRST as usize).find(right).is_some();
        let count = self.kinds.entry((search.records, search.kind)).or_default();
        count.asked += 1;
        if found {
            count.found += 1;
        } else {
            let right = search.right.first().and_then(|at| given.get(*at));
            self.missed.push(format!(
                "{}: {} {:?}, expected id {}, answered {answered:?}",
                search.kind,
                search.records.path(),
                search.query,
                right.copied().unwrap_or_default()
            ));
        }
    }

    /// How many of a hundred were found; 0 of none.
    pub fn percent(&self) -> f64 {
        let (found, asked) = self.kinds.values().fold((0, 0), |(found, asked), count| {
            (found + count.found, asked + count.asked)
        });
        100.0 * found as f64 / asked.max(1) as f64
    }

    /// The searches that missed, in words.
    pub fn missed(&self) -> &[String] {
        &self.missed
    }
}

/// Kind by kind.
impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, ((records, kind), count)) in self.kinds.iter().enumerate() {
            let comma = if at > 0 { ", " } else { "" };
            let Count { found, asked } = count;
            write!(f, "{comma}{} {kind} {found}/{asked}", records.path())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_the_right_among_the_first_five_is_found() {
        let search = Search {
            kind: Kind::Exact,
            records: Records::Books,
            query: "a b".to_owned(),
            right: vec![0, 2],
        };
        let ids = Ids {
            authors: Vec::new(),
            books: vec![10, 11, 12],
        };
        let mut score = Score::default();
        score.note(&search, &ids, &[1, 2, 3, 4, 12]);
        assert!(score.missed().is_empty());
        score.note(&search, &ids, &[1, 2, 3, 4, 11, 12]);
        score.note(&search, &ids, &[]);
        assert_eq!(score.percent().round(), 33.0);
        assert_eq!(score.to_string(), "/books exact 1/3");
        assert_eq!(
            score.missed()[1],
            "exact: /books \"a b\", expected id 10, answered []"
        );
    }
}
