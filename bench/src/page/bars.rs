//! How near each row is to its target: one bar each, and one line at what has to be reached.

use super::svg::{Anchor, COLORS, GRAY, Svg};
use crate::{
    readings::{Readings, Rounds},
    row::{Row, Target},
    table::reached,
};

const WIDTH: f64 = 900.0;
const LEFT: f64 = 190.0;
const ROW_HEIGHT: f64 = 22.0;
const TOP: f64 = 30.0;
/// So many times the target fits the chart; what is beyond is cut.
const MOST: f64 = 2.0;

/// One bar for each target of each row that was measured.
pub(super) fn chart(rows: &[&Row], readings: &Readings) -> String {
    let bars: Vec<(String, f64)> = rows
        .iter()
        .flat_map(|row| of_row(row, &readings.of(row)))
        .collect();
    let height = TOP + bars.len() as f64 * ROW_HEIGHT + 20.0;
    let mut svg = Svg::new(WIDTH, height);
    let scale = (WIDTH - LEFT - 80.0) / MOST;
    let target = LEFT + scale;
    svg.text((target, TOP - 12.0), Anchor::Middle, GRAY, "target");
    for (number, (name, share)) in bars.iter().enumerate() {
        let y = TOP + number as f64 * ROW_HEIGHT;
        let [_, missed, met, ..] = COLORS;
        let color = if *share >= 1.0 { met } else { missed };
        let length = share.min(MOST) * scale;
        svg.bar([LEFT, y, length, ROW_HEIGHT - 6.0], color);
        svg.text((LEFT - 8.0, y + 12.0), Anchor::End, GRAY, name);
        svg.text(
            (LEFT + length + 6.0, y + 12.0),
            Anchor::Start,
            GRAY,
            format_args!("{share:.2}"),
        );
    }
    svg.line(&[(target, TOP - 8.0), (target, height - 10.0)], GRAY, 1.5);
    svg.finish()
}

fn of_row(row: &Row, rounds: &Rounds) -> Vec<(String, f64)> {
    let bar = |target: &Target| {
        let name = match target {
            Target::OfPeer(_) => format!("{} (peer)", row.id),
            _ => row.id.to_owned(),
        };
        Some((name, reached(*target, rounds)?))
    };
    row.targets.iter().filter_map(bar).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::row::{Unit, Who};

    #[test]
    fn a_target_that_was_not_measured_has_no_bar() {
        let row = Row {
            id: "create",
            work: "",
            unit: Unit::PerSecond(""),
            limit: None,
            targets: &[Target::AtLeast(100.0), Target::OfPeer(7.0)],
        };
        let mut readings = Readings::default();
        readings.note(&row, Who::Colophon, 150.0);
        let chart = chart(&[&row], &readings);
        assert_eq!(chart.matches("<rect").count(), 1);
        assert!(chart.contains(">1.50</text>"));
        assert!(!chart.contains("(peer)"));
    }
}
