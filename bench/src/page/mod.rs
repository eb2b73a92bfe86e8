//! docs/PERFORMANCE.md, its charts and the figures behind them.

mod bars;
mod curves;
mod explanations;
mod facts;
mod markdown;
pub(crate) mod svg;

use std::{collections::BTreeSet, fs, path::Path};

pub(crate) use facts::Facts;

use crate::{failure::Result, flames, growth::Growth, readings::Readings, row::Row};

/// Everything that the page is made from; kept beside it.
#[derive(Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub(crate) struct Kept {
    /// Of the last run.
    pub(crate) facts: Facts,
    /// Figures, round by round; of rows that the last run left out, those of the run before.
    pub(crate) readings: Readings,
    /// How figures grow with the catalog.
    pub(crate) growth: Growth,
    /// Ids of the rows that there are flame graphs of.
    pub(crate) flames: BTreeSet<String>,
}

const ROUNDS: &str = "docs/performance/rounds.json";
const PAGE: &str = "docs/PERFORMANCE.md";
const TARGETS: &str = "docs/performance/targets.svg";

/// The workspace's folder.
pub(crate) fn root() -> &'static Path {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().unwrap_or(own)
}

/// Where the flame graph of a row is, from the page's folder.
fn flames_path(id: &str) -> String {
    format!("performance/flames-{id}.svg")
}

/// Writes the flame graphs that were taken, to be shown by the page.
///
/// # Errors
/// If a file can't be written.
pub(crate) fn write_flames(root: &Path, readings: &Readings, kept: &mut Kept) -> Result<()> {
    for (id, stacks) in readings.stacks() {
        fs::write(
            root.join("docs").join(flames_path(id)),
            flames::chart(stacks),
        )?;
        kept.flames.insert(id.to_owned());
    }
    Ok(())
}

/// What is kept of earlier runs.
///
/// # Errors
/// If it is there and can't be read.
pub(crate) fn kept(root: &Path) -> Result<Kept> {
    let file = root.join(ROUNDS);
    if !file.is_file() {
        return Ok(Kept::default());
    }
    Ok(serde_json::from_str(&fs::read_to_string(file)?)?)
}

/// Writes the page, its charts and its figures.
///
/// # Errors
/// If a file can't be written.
pub(crate) fn write(root: &Path, rows: &[&'static Row], kept: &Kept) -> Result<()> {
    fs::create_dir_all(root.join("docs/performance"))?;
    fs::write(
        root.join(ROUNDS),
        serde_json::to_string_pretty(kept)? + "\n",
    )?;
    fs::write(root.join(TARGETS), bars::chart(rows, &kept.readings))?;
    for figure in kept.growth.figures() {
        let path = format!("docs/performance/growth-{}.svg", figure.id);
        fs::write(root.join(path), curves::chart(figure, &kept.growth))?;
    }
    fs::write(root.join(PAGE), markdown::page(rows, kept))?;
    Ok(())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::processor::Seen;
    use crate::row::{Target, Unit, Who};

    static ROW: Row = Row {
        id: "create",
        work: "`POST /authors`",
        unit: Unit::PerSecond(""),
        limit: Some("pgbench"),
        targets: &[Target::OfLimit(0.7)],
    };

    #[test]
    fn a_page_is_made_again_from_what_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let mut kept = Kept::default();
        kept.readings.note(&ROW, Who::Limit, 1_000.0);
        kept.readings.note(&ROW, Who::Colophon, 500.0);
        kept.facts.cores = 2;
        let shares = [("postgres".to_owned(), 0.5), ("idle".to_owned(), 0.25)];
        kept.readings.note_seen(
            &ROW,
            Seen {
                shares: shares.into(),
                stacks: None,
            },
        );
        write(folder.path(), &[&ROW], &kept).unwrap();
        let page = fs::read_to_string(folder.path().join(PAGE)).unwrap();
        assert!(
            page.contains(
                "| `POST /authors` | 1,000/s | – | 500/s | 0.50 | ≥ 0.7 × limit | **no** |"
            )
        );

        // Half of two cores for 500 things a second is 2 ms each.
        assert!(page.contains("| `POST /authors` | – | – | – | 50 % (2,000 µs) | – | – | 25 % |"));

        let again = super::kept(folder.path()).unwrap();
        assert_eq!(again.readings, kept.readings);
        write(folder.path(), &[&ROW], &again).unwrap();
        assert_eq!(fs::read_to_string(folder.path().join(PAGE)).unwrap(), page);
    }
}
