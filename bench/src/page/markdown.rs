//! The page.

use std::fmt::Write;

use super::{Facts, Kept, explanations};
use crate::{
    processor::{IDLE, PROGRAMS},
    readings::Rounds,
    row::{Row, Unit},
    statistics::median,
    table::{self, number},
};

const TEXT: &str = include_str!("text.md");

/// The whole page.
pub(super) fn page(rows: &[&Row], kept: &Kept) -> String {
    let mut page = TEXT.to_owned();
    page.push_str("\n## Where\n\n");
    page.push_str(&facts(&kept.facts));
    page.push_str(
        "\n## Figures\n\n![How much of each target is reached](performance/targets.svg)\n\n",
    );
    page.push_str(&figures(rows, kept));
    page.push_str(&limits(rows));
    page.push_str(&processors(rows, kept));
    page.push_str(&missed(rows, kept));
    page.push_str(&flames(rows, kept));
    page.push_str(&growth(kept));
    page
}

fn facts(facts: &Facts) -> String {
    let Facts {
        cores,
        processor,
        memory_gb,
        system,
        rustc,
        postgres,
        rabbitmq,
        ..
    } = facts;
    let Facts {
        commit,
        rounds,
        seconds,
        connections,
        ..
    } = facts;
    format!(
        "{cores} cores ({processor}), {memory_gb} GB, {system}; PostgreSQL {postgres}, RabbitMQ \
         {rabbitmq}, {rustc}. Last run at commit {commit}; {rounds} rounds of {seconds} s, {connections} \
         connections.\n"
    )
}

fn figures(rows: &[&Row], kept: &Kept) -> String {
    let mut text = String::from(
        "| work | limit | peer | Colophon | Colophon : limit | target | met |\n\
         |---|---|---|---|---|---|---|\n",
    );
    for row in rows {
        let line = table::line(row, &kept.readings.of(row));
        let [limit, peer, colophon] = &line.figures;
        let met: Vec<&str> = line.met.iter().map(|met| verdict(*met)).collect();
        // Writing to a string can't fail.
        let _written = writeln!(
            text,
            "| {} | {limit} | {peer} | {colophon} | {} | {} | {} |",
            line.work,
            line.ratio,
            line.targets.join("<br>"),
            met.join("<br>")
        );
    }
    text
}

fn verdict(met: Option<bool>) -> &'static str {
    match met {
        Some(true) => "yes",
        Some(false) => "**no**",
        None => "not measured",
    }
}

fn limits(rows: &[&Row]) -> String {
    let mut text = String::from("\nThe limits are:\n\n");
    for row in rows {
        if let Some(limit) = row.limit {
            let _written = writeln!(text, "- {}: {limit}", row.work);
        }
    }
    text
}

/// Who had the processors, in each row that it was looked at.
fn processors(rows: &[&Row], kept: &Kept) -> String {
    let mut text = String::new();
    for row in rows {
        let rounds = kept.readings.of(row);
        if rounds.shares.is_empty() {
            continue;
        }
        let _written = write!(text, "| {} ", row.work);
        for (program, _) in PROGRAMS {
            let _written = write!(
                text,
                "| {} ",
                share(row, &rounds, program, kept.facts.cores)
            );
        }
        let idle = rounds.share(IDLE).unwrap_or_default();
        let _written = writeln!(text, "| {} |", percent(idle));
    }
    if text.is_empty() {
        return text;
    }
    let titles: Vec<&str> = PROGRAMS.iter().map(|(_, title)| *title).collect();
    format!(
        "\n## Who has the processors\n\nWhile Colophon's figure was taken: what part of the time of all \
         processors each program had, and how much that is for each thing that was counted. The \
         system counts each by itself, in hundredths of a second, so that they need not add up to the whole.\n\n| work | {} | idle |\n|{}\n{text}",
        titles.join(" | "),
        "---|".repeat(PROGRAMS.len() + 2)
    )
}

/// As `31 % (62 µs)`.
fn share(row: &Row, rounds: &Rounds, program: &str, cores: usize) -> String {
    let share = rounds.share(program).unwrap_or_default();
    if share == 0.0 {
        return "–".to_owned();
    }
    let percent = percent(share);
    match (row.unit, median(&rounds.colophon)) {
        (Unit::PerSecond(_), Some(rate)) => {
            let each = share * cores as f64 * 1e6 / rate;
            format!("{percent} ({} µs)", number(each))
        }
        _ => percent,
    }
}

fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

/// What is to say about the rows that miss a target.
fn missed(rows: &[&Row], kept: &Kept) -> String {
    let mut text = String::new();
    for row in rows {
        let line = table::line(row, &kept.readings.of(row));
        if !line.met.contains(&Some(false)) {
            continue;
        }
        if let Some(explanation) = explanations::of(row.id) {
            let _written = writeln!(text, "\n**{}.** {explanation}", row.work);
        }
    }
    if text.is_empty() {
        return text;
    }
    format!("\n## What is in the way\n{text}")
}

/// The flame graphs that there are.
fn flames(rows: &[&Row], kept: &Kept) -> String {
    let mut text = String::new();
    for row in rows.iter().filter(|row| kept.flames.contains(row.id)) {
        let path = super::flames_path(row.id);
        let _written = writeln!(text, "\n[![{}]({path})]({path})\n\n{}", row.id, row.work);
    }
    if text.is_empty() {
        return text;
    }
    format!(
        "\n## What they do\n\nFlame graphs (`bench --flames`, by Linux's `perf`): callers stand above what they \
         call, each as wide as its part of all that was not idle; what only polls and runs others is left out, and \
         what is narrower than 0.4 %. Opened by itself, each box tells its name.\n{text}"
    )
}

fn growth(kept: &Kept) -> String {
    let mut text = String::new();
    for figure in kept.growth.figures() {
        let _written = writeln!(
            text,
            "\n### {}\n\n![{}](performance/growth-{}.svg)\n\n{}",
            figure.title,
            figure.title,
            figure.id,
            kept.growth.table(figure)
        );
    }
    if text.is_empty() {
        return text;
    }
    format!(
        "\n## Growth\n\nThe same work on catalogs of different sizes: so many authors and as many \
         books, three links each, on PostgreSQL, with the log of all of them. {}\n{text}",
        explanations::GROWTH
    )
}
