//! Writes docs/RELIABILITY.md from the reports of some runs of the fault tests.
//!
//! ```text
//! reliability-table OUTPUT RELEASES DATE MACHINE REPORT…
//! ```
//! RELEASES, DATE and MACHINE are words for the page; each REPORT is the file of one run.

use std::{collections::BTreeMap, env, error::Error, fmt::Write as _, fs};

use serde::Deserialize;

/// A line of a report.
#[derive(Debug, Clone, Deserialize)]
struct Row {
    fault: String,
    acknowledged: u64,
    lost: u64,
    stale: u64,
    resurrected: u64,
    doubled: u64,
    seconds: f64,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [output, releases, date, machine, reports @ ..] = arguments.as_slice() else {
        return Err("usage: reliability-table OUTPUT RELEASES DATE MACHINE REPORT…".into());
    };
    if reports.is_empty() {
        return Err("there is no report".into());
    }
    let mut runs = Vec::new();
    for report in reports {
        runs.push(read(&fs::read_to_string(report)?)?);
    }
    fs::write(output, page(&runs, releases, date, machine)?)?;
    Ok(())
}

fn read(report: &str) -> Result<Vec<Row>, serde_json::Error> {
    report.lines().map(serde_json::from_str).collect()
}

fn page(
    runs: &[Vec<Row>],
    releases: &str,
    date: &str,
    machine: &str,
) -> Result<String, Box<dyn Error>> {
    let mut by_fault: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    for row in runs.iter().flatten() {
        by_fault.entry(&row.fault).or_default().push(row);
    }
    let mut page = format!(
        "# Reliability\n\
         \n\
         What each fault costs while editors write on both sides at once: records created, renamed\n\
         and deleted, links made, removed and their credits edited, often the same ones on both sides.\n\
         A checker then compares every acknowledged write with both databases, both logs, and the copy\n\
         of a third party that has nothing but the broker.\n\
         \n\
         *Acknowledged*: writes that were answered with success. *Lost*: of these, those of which log\n\
         and owner know nothing, and events missing from a log; a write that a later one superseded is\n\
         not lost. *Stale*: rows of a copy that are not what the owner has. *Resurrected*: rows that are\n\
         live in a copy and deleted in truth. *Doubled*: versions twice in a log, records created twice\n\
         by one request, ids given twice. *Seconds*: from the last write until all hold the same; where\n\
         copies were spoiled without load, from then. An owner that is restored from a backup loses the\n\
         records that the backup lacks, which are not counted; of its links nothing.\n\
         \n\
         {count} runs in a row on {date}, in a release build as it is shipped but for the places at which it\n\
         can be killed; heartbeats every half a second, comparisons every second, four tests at a time.\n\
         {machine}. {releases}.\n\
         \n\
         `tests/reliability.sh` makes this page again. `tests/run.sh` runs the same faults, shorter.\n\
         \n\
         | fault | acknowledged | lost | stale | resurrected | doubled | seconds |\n\
         |---|---|---|---|---|---|---|\n",
        count = runs.len(),
    );
    for (fault, rows) in by_fault {
        let missing = runs.len() - rows.len().min(runs.len());
        let each = |figure: fn(&Row) -> String| {
            let figures = rows.iter().map(|row| figure(row));
            let absent = std::iter::repeat_n("failed".to_owned(), missing);
            figures.chain(absent).collect::<Vec<_>>().join(" / ")
        };
        writeln!(
            page,
            "| {fault} | {} | {} | {} | {} | {} | {} |",
            each(|row| row.acknowledged.to_string()),
            each(|row| row.lost.to_string()),
            each(|row| row.stale.to_string()),
            each(|row| row.resurrected.to_string()),
            each(|row| row.doubled.to_string()),
            each(|row| format!("{:.1}", row.seconds)),
        )?;
    }
    Ok(page)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    const FIRST: &str = r#"{"fault":"b","acknowledged":7,"lost":0,"stale":0,"resurrected":0,"doubled":0,"seconds":0.24}
{"fault":"a","acknowledged":5,"lost":1,"stale":2,"resurrected":3,"doubled":4,"seconds":1.0}"#;
    const SECOND: &str = r#"{"fault":"a","acknowledged":6,"lost":0,"stale":0,"resurrected":0,"doubled":0,"seconds":12}"#;

    #[test]
    fn a_fault_has_a_row_with_the_figures_of_each_run() {
        let runs = [read(FIRST).unwrap(), read(SECOND).unwrap()];
        let page = page(&runs, "PostgreSQL 15", "2026-11-21", "2 cores").unwrap();
        let row = "| a | 5 / 6 | 1 / 0 | 2 / 0 | 3 / 0 | 4 / 0 | 1.0 / 12.0 |";
        assert!(page.contains(row), "{page}");
        assert!(page.contains("2 runs in a row on 2026-11-21"), "{page}");
    }

    #[test]
    fn a_run_that_told_nothing_of_a_fault_has_failed() {
        let runs = [read(FIRST).unwrap(), read(SECOND).unwrap()];
        let page = page(&runs, "", "", "").unwrap();
        assert!(page.contains("| b | 7 / failed | 0 / failed |"), "{page}");
    }
}
