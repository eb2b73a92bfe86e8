//! How figures grow with the catalog.

mod measure;

use std::{collections::BTreeMap, fmt::Write};

use serde::{Deserialize, Serialize};

pub(crate) use measure::grow;

use crate::table::number;

/// Figures by curve and by records on each side.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Growth(BTreeMap<String, BTreeMap<u64, f64>>);

/// Curves that are shown in one chart.
#[derive(Debug)]
pub(crate) struct Figure {
    /// Its name in files.
    pub(crate) id: &'static str,
    /// What it shows, and in what.
    pub(crate) title: &'static str,
    /// Ids and names of its curves.
    pub(crate) curves: &'static [(&'static str, &'static str)],
}

/// All charts.
pub(crate) static FIGURES: [Figure; 6] = [
    Figure {
        id: "by-key",
        title: "Reads by key a second (should stay flat once the pages are in memory)",
        curves: &[
            ("get", "author"),
            ("get-book", "book"),
            ("get-known", "author read before"),
            ("get-book-known", "book read before"),
        ],
    },
    Figure {
        id: "lists",
        title: "Lists of 100 and searches a second (should stay flat)",
        curves: &[
            ("list-first", "first page"),
            ("list-deep", "deep page"),
            ("find", "search, a rare word"),
        ],
    },
    Figure {
        id: "writes",
        title: "Writes a second (should stay flat)",
        curves: &[
            ("create", "create author"),
            ("create-book", "create book"),
            ("link", "link, 5 each"),
        ],
    },
    Figure {
        id: "events",
        title: "Events a second (should stay flat)",
        curves: &[("relay", "relay"), ("apply", "apply")],
    },
    Figure {
        id: "whole",
        title: "Seconds for all of it (digest and snapshot may grow as the catalog does)",
        curves: &[
            ("start-up", "start-up"),
            ("digest", "digest"),
            ("snapshot", "snapshot"),
        ],
    },
    Figure {
        id: "memory",
        title: "Megabytes in memory, at most (should stay flat)",
        curves: &[
            ("memory-authors", "authors-service"),
            ("memory-books", "books-service"),
            ("memory-snapshot", "books, after a snapshot"),
        ],
    },
];

impl Growth {
    /// Notes a figure.
    pub(crate) fn note(&mut self, curve: &str, records: u64, figure: f64) {
        let points = self.0.entry(curve.to_owned()).or_default();
        points.insert(records, figure);
    }

    /// Records and figures of a curve, ascending.
    pub(crate) fn points(&self, curve: &str) -> Vec<(f64, f64)> {
        let points = self.0.get(curve).into_iter().flatten();
        points
            .map(|(records, figure)| (*records as f64, *figure))
            .collect()
    }

    /// The charts that there is something to show in.
    pub(crate) fn figures(&self) -> impl Iterator<Item = &'static Figure> {
        let shown = |figure: &&Figure| figure.curves.iter().any(|(id, _)| self.0.contains_key(*id));
        FIGURES.iter().filter(shown)
    }

    /// The numbers of a chart, as a table.
    pub(crate) fn table(&self, figure: &Figure) -> String {
        let curves = figure.curves.iter();
        let mut sizes: Vec<u64> = curves
            .clone()
            .filter_map(|(id, _)| self.0.get(*id))
            .flat_map(|points| points.keys().copied())
            .collect();
        sizes.sort_unstable();
        sizes.dedup();
        let mut table = String::from("| records |");
        for (_, name) in curves.clone() {
            // Writing to a string can't fail.
            let _written = write!(table, " {name} |");
        }
        let _written = writeln!(table, "\n|{}", "---|".repeat(figure.curves.len() + 1));
        for size in sizes {
            let _written = write!(table, "| {} |", number(size as f64));
            for (id, _) in curves.clone() {
                let value = self.0.get(*id).and_then(|points| points.get(&size));
                let value = value.map_or_else(|| "–".to_owned(), |value| number(*value));
                let _written = write!(table, " {value} |");
            }
            table.push('\n');
        }
        table
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_table_has_a_line_for_each_size_and_a_gap_for_what_was_not_measured() {
        let mut growth = Growth::default();
        growth.note("relay", 100_000, 18_000.0);
        growth.note("relay", 10_000, 20_000.0);
        growth.note("apply", 10_000, 30_000.0);
        let figure = growth.figures().next().unwrap();
        assert_eq!(figure.id, "events");
        assert_eq!(
            growth.table(figure),
            "| records | relay | apply |\n|---|---|---|\n\
             | 10,000 | 20,000 | 30,000 |\n| 100,000 | 18,000 | – |\n"
        );
        assert_eq!(growth.points("relay"), [(1e4, 2e4), (1e5, 1.8e4)]);
    }
}
