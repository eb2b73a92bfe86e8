//! How a figure grows with the catalog, both axes logarithmic: a flat line does not grow, and one
//! that rises by a decade in a decade grows as its input does.

use super::svg::{Anchor, COLORS, GRAY, Svg};
use crate::{
    growth::{Figure, Growth},
    table::number,
};

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 320.0;
const LEFT: f64 = 80.0;
const RIGHT: f64 = 40.0;
const TOP: f64 = 56.0;
const BOTTOM: f64 = 40.0;

/// An axis from one power of ten to another.
struct Axis {
    from: i32,
    to: i32,
    start: f64,
    end: f64,
}

impl Axis {
    /// As many decades as hold all values.
    fn around(values: impl Iterator<Item = f64> + Clone, start: f64, end: f64) -> Self {
        let least = values.clone().fold(f64::INFINITY, f64::min);
        let greatest = values.fold(f64::MIN_POSITIVE, f64::max);
        let from = least.min(greatest).max(f64::MIN_POSITIVE).log10().floor() as i32;
        let to = (greatest.log10().ceil() as i32).max(from + 1);
        Self {
            from,
            to,
            start,
            end,
        }
    }

    fn place(&self, value: f64) -> f64 {
        let share = (value.log10() - f64::from(self.from)) / f64::from(self.to - self.from);
        self.start + share * (self.end - self.start)
    }

    fn decades(&self) -> impl Iterator<Item = f64> + use<> {
        (self.from..=self.to).map(|power| 10_f64.powi(power))
    }
}

/// The curves of one figure.
pub(super) fn chart(figure: &Figure, growth: &Growth) -> String {
    let curves: Vec<(&str, Vec<(f64, f64)>)> = figure
        .curves
        .iter()
        .map(|(id, name)| (*name, growth.points(id)))
        .collect();
    let points = || curves.iter().flat_map(|(_, points)| points.iter().copied());
    let across = Axis::around(points().map(|(size, _)| size), LEFT, WIDTH - RIGHT);
    let up = Axis::around(points().map(|(_, value)| value), HEIGHT - BOTTOM, TOP);
    let mut svg = Svg::new(WIDTH, HEIGHT);
    svg.text((LEFT, 18.0), Anchor::Start, GRAY, figure.title);
    grid(&mut svg, &across, &up);
    let name_width = (WIDTH - LEFT - RIGHT) / curves.len() as f64;
    for (number, ((name, points), color)) in curves.iter().zip(COLORS).enumerate() {
        let placed: Vec<(f64, f64)> = points
            .iter()
            .map(|(size, value)| (across.place(*size), up.place(*value)))
            .collect();
        svg.line(&placed, color, 2.0);
        for point in placed {
            svg.dot(point, color);
        }
        let x = LEFT + number as f64 * name_width;
        svg.bar([x, 28.0, 10.0, 10.0], color);
        svg.text((x + 14.0, 37.0), Anchor::Start, color, name);
    }
    svg.finish()
}

fn grid(svg: &mut Svg, across: &Axis, up: &Axis) {
    for size in across.decades() {
        let x = across.place(size);
        svg.line(&[(x, TOP), (x, HEIGHT - BOTTOM)], GRAY, 0.3);
        svg.text(
            (x, HEIGHT - BOTTOM + 18.0),
            Anchor::Middle,
            GRAY,
            number(size),
        );
    }
    for value in up.decades() {
        let y = up.place(value);
        svg.line(&[(LEFT, y), (WIDTH - RIGHT, y)], GRAY, 0.3);
        svg.text((LEFT - 6.0, y + 4.0), Anchor::End, GRAY, number(value));
    }
    let below = ((LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 6.0);
    svg.text(below, Anchor::Middle, GRAY, "records on each side");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::growth::FIGURES;

    #[test]
    fn an_axis_goes_from_decade_to_decade() {
        let axis = Axis::around([20.0, 3_000.0].into_iter(), 0.0, 300.0);
        assert_eq!(
            axis.decades().collect::<Vec<_>>(),
            [10.0, 100.0, 1_000.0, 10_000.0]
        );
        assert!((axis.place(100.0) - 100.0).abs() < 1e-9);
    }

    #[test]
    fn each_curve_is_drawn() {
        let mut growth = Growth::default();
        for figure in &FIGURES {
            for (curve, _) in figure.curves {
                growth.note(curve, 10, 1.0);
            }
            let drawn = chart(figure, &growth);
            let names = figure.curves.iter();
            let names = names.filter(|(_, name)| drawn.contains(&format!(">{name}<")));
            assert_eq!(names.count(), figure.curves.len(), "{}", figure.id);
        }
    }

    #[test]
    fn a_single_value_has_an_axis_too() {
        let axis = Axis::around([10.0].into_iter(), 0.0, 1.0);
        assert!(axis.place(10.0).is_finite());
    }
}
