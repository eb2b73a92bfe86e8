//! Draws stacks: callers above what they call, each as wide as its part of all samples.

use super::Frame;
use crate::page::svg::{Anchor, COLORS, Svg};

const WIDTH: f64 = 1_200.0;
const ROW: f64 = 16.0;
/// What has a lesser part is left out: it could not be seen.
const LEAST: f64 = 0.004;
/// Deeper stacks are cut.
const DEEPEST: usize = 60;
/// About as wide as a letter is.
const LETTER: f64 = 6.4;
const TEXT: &str = "#ffffff";

/// The chart of all samples.
pub(crate) fn chart(all: &Frame) -> String {
    let depth = depth(all, all.count).min(DEEPEST);
    let mut svg = Svg::new(WIDTH, ROW * depth as f64);
    for (number, (left, name, frame)) in placed(all, 0.0, all.count).enumerate() {
        let color = COLORS[number % COLORS.len()];
        draw(&mut svg, all.count, (left, 0), name, frame, color);
    }
    svg.finish()
}

fn draw(
    svg: &mut Svg,
    all: u64,
    (left, level): (f64, usize),
    name: &str,
    frame: &Frame,
    color: &str,
) {
    if level >= DEEPEST {
        return;
    }
    let part = part(frame, all);
    let (x, y, width) = (left * WIDTH, level as f64 * ROW, part * WIDTH - 1.0);
    let title = format!("{name}: {:.1} %", part * 100.0);
    svg.titled_bar([x, y, width, ROW - 1.0], color, &title);
    let room = (width / LETTER) as usize;
    if room > 3 {
        let text: String = name.chars().take(room).collect();
        svg.text((x + 2.0, y + 11.5), Anchor::Start, TEXT, text);
    }
    for (left, name, frame) in placed(frame, left, all) {
        draw(svg, all, (left, level + 1), name, frame, color);
    }
}

/// What `frame` calls and can be seen, with where it begins.
fn placed(frame: &Frame, left: f64, all: u64) -> impl Iterator<Item = (f64, &str, &Frame)> {
    let mut next = left;
    frame.calls.iter().filter_map(move |(name, call)| {
        let place = next;
        next += part(call, all);
        (part(call, all) >= LEAST).then_some((place, name.as_str(), call))
    })
}

fn part(frame: &Frame, all: u64) -> f64 {
    frame.count as f64 / all.max(1) as f64
}

fn depth(frame: &Frame, all: u64) -> usize {
    let calls = placed(frame, 0.0, all).map(|(_, _, call)| 1 + depth(call, all));
    calls.max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_as_wide_as_its_part_and_stands_under_its_caller() {
        let leaf = |count| Frame {
            count,
            ..Frame::default()
        };
        let calls = [
            ("malloc".to_owned(), leaf(25)),
            ("write".to_owned(), leaf(50)),
        ];
        let service = Frame {
            count: 100,
            calls: calls.into(),
        };
        let all = Frame {
            count: 100,
            calls: [("service".to_owned(), service)].into(),
        };
        let chart = chart(&all);
        assert!(
            chart.contains(r#"<rect x="0.0" y="0.0" width="1199.0""#),
            "{chart}"
        );
        assert!(
            chart.contains(r#"<rect x="0.0" y="16.0" width="299.0""#),
            "{chart}"
        );
        assert!(
            chart.contains(r#"<rect x="300.0" y="16.0" width="599.0""#),
            "{chart}"
        );
        assert!(chart.contains("<title>write: 50.0 %</title>"));
    }
}
