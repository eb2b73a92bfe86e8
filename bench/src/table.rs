//! The figures of a row, held against what has to be reached.

use crate::{
    readings::Rounds,
    row::{Row, Target, Who},
    statistics::{median, spread},
};

/// What a row came to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Line {
    /// What is done.
    pub(crate) work: String,
    /// Of the limit, the peer and Colophon.
    pub(crate) figures: [String; 3],
    /// How Colophon stands to the limit.
    pub(crate) ratio: String,
    /// What has to be reached.
    pub(crate) targets: Vec<String>,
    /// Whether each is; `None` if what it is held against was not measured.
    pub(crate) met: Vec<Option<bool>>,
}

/// Puts a row's figures together.
pub(crate) fn line(row: &Row, rounds: &Rounds) -> Line {
    let figure = |who: Who| figure(row, rounds.of(who));
    let ratio = quotient(rounds, Who::Limit).map(|ratio| format!("{ratio:.2}"));
    Line {
        work: row.work.to_owned(),
        figures: [Who::Limit, Who::Peer, Who::Colophon].map(figure),
        ratio: ratio.unwrap_or_default(),
        targets: row
            .targets
            .iter()
            .map(|target| target_text(row, *target))
            .collect(),
        met: row
            .targets
            .iter()
            .map(|target| met(*target, rounds))
            .collect(),
    }
}

/// Median and spread, as `17,400 (16,900–18,100)/s`.
fn figure(row: &Row, rounds: &[f64]) -> String {
    let (Some(middle), Some((least, greatest))) = (median(rounds), spread(rounds)) else {
        return "–".to_owned();
    };
    let suffix = row.unit.suffix();
    let gap = if suffix.starts_with('/') { "" } else { " " };
    let suffix = suffix.trim_start();
    let [middle, least, greatest] = [middle, least, greatest].map(number);
    if least == greatest {
        return format!("{middle}{gap}{suffix}");
    }
    format!("{middle}{gap}{suffix} ({least}–{greatest})")
}

/// Three digits that matter, thousands apart.
pub(crate) fn number(value: f64) -> String {
    if value >= 100.0 {
        return thousands(value.round() as u64);
    }
    let digits = if value >= 10.0 { 1 } else { 2 };
    format!("{value:.digits$}")
}

fn thousands(value: u64) -> String {
    match value / 1_000 {
        0 => value.to_string(),
        above => format!("{},{:03}", thousands(above), value % 1_000),
    }
}

/// Colophon's median over another's.
pub(crate) fn quotient(rounds: &Rounds, by: Who) -> Option<f64> {
    let quotient = median(&rounds.colophon)? / median(rounds.of(by))?;
    quotient.is_finite().then_some(quotient)
}

fn met(target: Target, rounds: &Rounds) -> Option<bool> {
    Some(reached(target, rounds)? >= 1.0)
}

/// How much of a target is reached: 1 is all of it, and more is better.
pub(crate) fn reached(target: Target, rounds: &Rounds) -> Option<f64> {
    let reached = match target {
        Target::OfLimit(least) => quotient(rounds, Who::Limit)? / least,
        Target::TimesLimit(most) => most / quotient(rounds, Who::Limit)?,
        Target::OfPeer(least) => quotient(rounds, Who::Peer)? / least,
        Target::AtLeast(least) => median(&rounds.colophon)? / least,
        Target::AtMost(most) => most / median(&rounds.colophon)?,
    };
    (!reached.is_nan()).then_some(reached)
}

fn target_text(row: &Row, target: Target) -> String {
    let suffix = row.unit.suffix();
    let gap = if suffix.starts_with(['/', ' ']) {
        ""
    } else {
        " "
    };
    match target {
        Target::OfLimit(least) => format!("≥ {least} × limit"),
        Target::TimesLimit(most) => format!("≤ {most} × limit"),
        Target::OfPeer(least) => format!("≥ {least} × peer"),
        Target::AtLeast(least) => format!("≥ {}{gap}{suffix}", number(least)),
        Target::AtMost(most) => format!("≤ {most}{gap}{suffix}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::row::Unit;

    const ROW: Row = Row {
        id: "create",
        work: "create",
        unit: Unit::PerSecond(""),
        limit: Some("pgbench"),
        targets: &[
            Target::OfLimit(0.7),
            Target::OfPeer(15.0),
            Target::AtLeast(12_000.0),
        ],
    };

    fn rounds() -> Rounds {
        Rounds {
            limit: vec![10_000.0, 20_000.0, 16_000.0],
            colophon: vec![12_000.0, 12_900.0, 11_000.0],
            ..Rounds::default()
        }
    }

    #[test]
    fn a_line_shows_medians_with_their_spread_and_the_ratio_of_the_medians() {
        let line = line(&ROW, &rounds());
        let [limit, peer, colophon] = line.figures;
        assert_eq!(limit, "16,000/s (10,000–20,000)");
        assert_eq!(peer, "–");
        assert_eq!(colophon, "12,000/s (11,000–12,900)");
        assert_eq!(line.ratio, "0.75");
    }

    #[test]
    fn a_target_is_met_missed_or_not_to_be_told() {
        let line = line(&ROW, &rounds());
        assert_eq!(line.targets, ["≥ 0.7 × limit", "≥ 15 × peer", "≥ 12,000/s"]);
        assert_eq!(line.met, [Some(true), None, Some(true)]);
        let slow = Rounds {
            colophon: vec![1.0],
            ..rounds()
        };
        assert_eq!(
            super::line(&ROW, &slow).met,
            [Some(false), None, Some(false)]
        );
    }

    #[test]
    fn of_a_time_less_is_better() {
        let row = Row {
            unit: Unit::Milliseconds,
            targets: &[Target::TimesLimit(4.0), Target::AtMost(25.0)],
            ..ROW
        };
        let rounds = Rounds {
            limit: vec![1.0],
            colophon: vec![4.5],
            ..Rounds::default()
        };
        assert_eq!(line(&row, &rounds).met, [Some(false), Some(true)]);
        assert_eq!(line(&row, &rounds).targets, ["≤ 4 × limit", "≤ 25 ms"]);
    }

    #[test]
    fn numbers_have_three_digits_that_matter() {
        assert_eq!(number(1_234_567.8), "1,234,568");
        assert_eq!(number(1_005.0), "1,005");
        assert_eq!(number(99.94), "99.9");
        assert_eq!(number(0.256), "0.26");
    }
}
