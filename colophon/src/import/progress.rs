//! How far each stage is: bars on a terminal, plain lines elsewhere, both on standard error.

use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use tokio::time::Instant;

const TEMPLATE: &str = "{prefix:>8} [{wide_bar}] {pos}/{len}  {eta} left";
const LINE_EVERY: Duration = Duration::from_secs(5);

/// Where the stages that are under way show how far they are.
#[derive(Debug)]
pub(super) struct Board(Option<MultiProgress>);

impl Board {
    /// On standard error.
    pub(super) fn on_standard_error() -> Self {
        // Which draws on standard error.
        Self(io::stderr().is_terminal().then(MultiProgress::new))
    }

    /// Begins a stage of `total` steps.
    pub(super) fn begin(&self, stage: &'static str, total: usize) -> Progress {
        let Some(bars) = &self.0 else {
            return Progress::Lines(Lines::begin(stage, total));
        };
        let length = u64::try_from(total).unwrap_or(u64::MAX);
        let style =
            ProgressStyle::with_template(TEMPLATE).unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = ProgressBar::hidden()
            .with_style(style.progress_chars("=> "))
            .with_prefix(stage);
        bar.set_length(length);
        Progress::Bar(bars.add(bar))
    }
}

/// The progress of one stage.
#[derive(Debug)]
pub(super) enum Progress {
    /// On a terminal.
    Bar(ProgressBar),
    /// Elsewhere.
    Lines(Lines),
}

/// A line for every tenth of the way, and at least one every few seconds while things move.
#[derive(Debug)]
pub(super) struct Lines {
    stage: &'static str,
    total: usize,
    done: usize,
    began: Instant,
    last_line: Instant,
}

impl Progress {
    /// One step is done.
    pub(super) fn advance(&mut self) {
        match self {
            Self::Bar(bar) => bar.inc(1),
            Self::Lines(lines) => {
                if let Some(line) = lines.advance(Instant::now()) {
                    print(&line);
                }
            }
        }
    }

    /// The stage is over.
    pub(super) fn finish(self) {
        match self {
            Self::Bar(bar) => bar.finish(),
            Self::Lines(lines) => print(&lines.last()),
        }
    }
}

impl Lines {
    fn begin(stage: &'static str, total: usize) -> Self {
        let now = Instant::now();
        Self {
            stage,
            total,
            done: 0,
            began: now,
            last_line: now,
        }
    }

    fn advance(&mut self, now: Instant) -> Option<String> {
        let tenth = |done: usize| done * 10 / self.total.max(1);
        let passed_a_tenth = tenth(self.done + 1) > tenth(self.done);
        self.done += 1;
        // The end has a line of its own.
        let due = passed_a_tenth || now - self.last_line >= LINE_EVERY;
        (due && self.done < self.total).then(|| {
            self.last_line = now;
            format!("{}: {} of {}", self.stage, self.done, self.total)
        })
    }

    fn last(&self) -> String {
        let seconds = self.began.elapsed().as_secs_f64();
        format!(
            "{}: {} of {}, {seconds:.1} s",
            self.stage, self.done, self.total
        )
    }
}

/// Progress that nobody can read is no reason to stop.
fn print(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(total: usize, now: Instant) -> Lines {
        Lines {
            stage: "books",
            total,
            done: 0,
            began: now,
            last_line: now,
        }
    }

    #[test]
    fn the_bar_is_drawn_as_meant() {
        assert!(ProgressStyle::with_template(TEMPLATE).is_ok());
    }

    #[test]
    fn a_line_appears_for_every_tenth() {
        let now = Instant::now();
        let mut progress = lines(1000, now);
        let printed: Vec<_> = (0..1000).filter_map(|_| progress.advance(now)).collect();
        assert_eq!(printed.len(), 9);
        assert_eq!(printed[0], "books: 100 of 1000");
    }

    #[test]
    fn a_slow_stage_shows_signs_of_life_between_the_tenths() {
        let now = Instant::now();
        let mut progress = lines(1000, now);
        assert_eq!(progress.advance(now), None);
        assert_eq!(
            progress.advance(now + LINE_EVERY).as_deref(),
            Some("books: 2 of 1000")
        );
        assert_eq!(progress.advance(now + LINE_EVERY), None);
    }
}
