//! Drawing, as little of it as two kinds of chart need. Colors fit light and dark pages.

use std::fmt::{Display, Write};

/// Where text is held.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Anchor {
    /// At its beginning.
    Start,
    /// In its middle.
    Middle,
    /// At its end.
    End,
}

/// For axes and what is not to stand out.
pub(crate) const GRAY: &str = "#8a8f98";
/// For what is apart from each other in one chart.
pub(crate) const COLORS: [&str; 6] = [
    "#2f81c7", "#d9822b", "#3d9a50", "#a05bc2", "#c74f4f", "#7a7f3a",
];

/// A drawing.
pub(crate) struct Svg {
    width: f64,
    height: f64,
    body: String,
}

impl Svg {
    /// An empty one.
    pub(crate) fn new(width: f64, height: f64) -> Self {
        Self {
            width,
            height,
            body: String::new(),
        }
    }

    /// A filled box.
    pub(crate) fn bar(&mut self, [x, y, width, height]: [f64; 4], color: &str) {
        self.add(format_args!(
            r#"<rect x="{x:.1}" y="{y:.1}" width="{width:.1}" height="{height:.1}" fill="{color}"/>"#
        ));
    }

    /// A filled box that says what it is when it is pointed at.
    pub(crate) fn titled_bar(&mut self, [x, y, width, height]: [f64; 4], color: &str, title: &str) {
        let title = escaped(title);
        self.add(format_args!(
            r#"<rect x="{x:.1}" y="{y:.1}" width="{width:.1}" height="{height:.1}" fill="{color}"><title>{title}</title></rect>"#
        ));
    }

    /// A line through points.
    pub(crate) fn line(&mut self, points: &[(f64, f64)], color: &str, width: f64) {
        let points: Vec<String> = points
            .iter()
            .map(|(x, y)| format!("{x:.1},{y:.1}"))
            .collect();
        self.add(format_args!(
            r#"<polyline points="{}" fill="none" stroke="{color}" stroke-width="{width}"/>"#,
            points.join(" ")
        ));
    }

    /// A dot.
    pub(crate) fn dot(&mut self, (x, y): (f64, f64), color: &str) {
        self.add(format_args!(
            r#"<circle cx="{x:.1}" cy="{y:.1}" r="3" fill="{color}"/>"#
        ));
    }

    /// Text.
    pub(crate) fn text(
        &mut self,
        (x, y): (f64, f64),
        anchor: Anchor,
        color: &str,
        text: impl Display,
    ) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let text = escaped(&text.to_string());
        self.add(format_args!(
            r#"<text x="{x:.1}" y="{y:.1}" text-anchor="{anchor}" fill="{color}">{text}</text>"#
        ));
    }

    /// The file's text.
    pub(crate) fn finish(self) -> String {
        let Self {
            width,
            height,
            body,
        } = self;
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
             width=\"{width}\" height=\"{height}\" font-family=\"sans-serif\" font-size=\"12\">\n\
             {body}</svg>\n"
        )
    }

    fn add(&mut self, element: std::fmt::Arguments<'_>) {
        // Writing to a string can't fail.
        let _written = writeln!(self.body, "{element}");
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drawing_holds_what_was_drawn_and_escapes_its_text() {
        let mut svg = Svg::new(100.0, 50.0);
        svg.bar([1.0, 2.0, 3.0, 4.0], GRAY);
        svg.line(&[(0.0, 0.0), (1.0, 1.0)], GRAY, 1.0);
        svg.text((0.0, 10.0), Anchor::Middle, GRAY, "a < b & c");
        let text = svg.finish();
        assert!(text.starts_with("<svg xmlns="));
        assert!(text.contains(r#"<rect x="1.0" y="2.0" width="3.0" height="4.0""#));
        assert!(text.contains(r#"points="0.0,0.0 1.0,1.0""#));
        assert!(text.contains("a &lt; b &amp; c</text>"));
        assert!(text.ends_with("</svg>\n"));
    }
}
