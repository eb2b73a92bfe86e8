//! One JSON object a line: time, level, target, the event's fields (its message is one of them),
//! and the fields of the spans around it, all at the top, so that `correlation_id` is in the same
//! place on every line.
//!
//! A line is put together from texts: a span's fields become JSON once, when they are recorded, and
//! not again for each line within it.

use std::cell::Cell;
use std::io::Write as _;

use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime, SystemTime};
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

use super::members::Members;

/// Writes the lines to `output`, each in one call.
#[derive(Debug)]
pub(super) struct JsonLines<W, T = SystemTime> {
    output: W,
    clock: T,
}

impl<W> JsonLines<W> {
    pub(super) fn on_the_wall_clock(output: W) -> Self {
        Self {
            output,
            clock: SystemTime,
        }
    }
}

impl<S, W, T> Layer<S> for JsonLines<W, T>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: for<'a> MakeWriter<'a> + 'static,
    T: FormatTime + 'static,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        if let Some(span) = context.span(id) {
            let mut members = Members::roomy();
            attributes.record(&mut members);
            span.extensions_mut().insert(members);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(members) = span.extensions_mut().get_mut::<Members>()
        {
            values.record(members);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        // Taken out, since a field's `Debug` may write a line of its own while this one is made.
        let mut line = LINE.try_with(Cell::take).unwrap_or_default();
        line.fill(event, &context, &self.clock);
        // A log that nobody takes any more is no reason to fail.
        let _ = self
            .output
            .make_writer_for(event.metadata())
            .write_all(&line.text);
        line.clear();
        let _ = LINE.try_with(|kept| kept.set(line));
    }
}

thread_local! {
    static LINE: Cell<Line> = Cell::default();
}

/// A line in the making; kept for the next one, so that most lines allocate nothing.
#[derive(Default)]
struct Line {
    text: Vec<u8>,
    time: String,
    own: Members,
    names: Vec<&'static str>,
}

impl Line {
    fn fill<S, T>(&mut self, event: &Event<'_>, context: &Context<'_, S>, clock: &T)
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
        T: FormatTime,
    {
        // A clock that fails leaves the time out, and not the line.
        let _ = clock.format_time(&mut Writer::new(&mut self.time));
        let metadata = event.metadata();
        let mut own = std::mem::take(&mut self.own);
        self.text.push(b'{');
        own.add("timestamp", self.time.as_str());
        own.add("level", metadata.level().as_str());
        own.add("target", metadata.target());
        self.add(&own);
        own.clear();
        event.record(&mut own);
        self.add(&own);
        // The nearer to the event, the more a field counts.
        for span in context.event_scope(event).into_iter().flatten() {
            if let Some(members) = span.extensions().get::<Members>() {
                self.add(members);
            }
        }
        self.text.extend_from_slice(b"}\n");
        self.own = own;
    }

    /// Appends what is not there yet.
    fn add(&mut self, members: &Members) {
        for (name, json) in members.iter() {
            if self.names.contains(&name) {
                continue;
            }
            if !self.names.is_empty() {
                self.text.push(b',');
            }
            self.names.push(name);
            self.text.extend_from_slice(json);
        }
    }

    fn clear(&mut self) {
        self.text.clear();
        self.time.clear();
        self.own.clear();
        self.names.clear();
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use serde_json::{Value, json};
    use tracing::field::Empty;
    use tracing_subscriber::layer::SubscriberExt as _;

    use super::*;

    #[derive(Clone, Default)]
    struct Captured(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Captured {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl<'a> MakeWriter<'a> for Captured {
        type Writer = Self;

        fn make_writer(&'a self) -> Self {
            self.clone()
        }
    }

    /// The lines that are logged meanwhile.
    fn lines(act: impl FnOnce()) -> Vec<String> {
        let output = Captured::default();
        let layer = JsonLines {
            output: output.clone(),
            clock: (),
        };
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), act);
        let text = String::from_utf8(output.0.lock().unwrap().clone()).unwrap();
        text.lines().map(str::to_owned).collect()
    }

    fn only(lines: &[String]) -> Value {
        assert_eq!(lines.len(), 1, "{lines:?}");
        serde_json::from_str(&lines[0]).unwrap()
    }

    #[test]
    fn a_line_holds_the_fields_of_the_event_and_of_all_its_spans_at_the_top() {
        let lines = lines(|| {
            let outer = tracing::info_span!("request", correlation_id = "c-1", path = "/x");
            let _outer = outer.enter();
            let inner = tracing::info_span!("step", path = "/y", event_id = Empty);
            let _inner = inner.enter();
            inner.record("event_id", "e-1");
            tracing::info!(target: "here", status = 200, duration_ms = 1.5, "a \"line\"\nof two");
        });
        assert_eq!(
            only(&lines),
            json!({
                "timestamp": "", "level": "INFO", "target": "here", "message": "a \"line\"\nof two",
                "correlation_id": "c-1", "path": "/y", "event_id": "e-1",
                "status": 200, "duration_ms": 1.5,
            })
        );
    }

    #[test]
    fn no_key_stands_twice_in_a_line() {
        let lines = lines(|| {
            let outer = tracing::info_span!("outer", path = "/outer", level = "high", deep = 1);
            let _outer = outer.enter();
            let inner = tracing::info_span!("inner", path = Empty, deep = 2);
            let _inner = inner.enter();
            inner.record("path", "/first");
            inner.record("path", "/last");
            tracing::warn!(target: "here", deep = 3, timestamp = "mine");
        });
        // Parsing would hide a key that stands twice.
        assert_eq!(
            lines,
            [r#"{"timestamp":"","level":"WARN","target":"here","deep":3,"path":"/last"}"#]
        );
    }

    #[test]
    fn every_kind_of_value_is_json() {
        let failed = io::Error::other("disk \"full\"");
        let lines = lines(|| {
            tracing::info!(
                target: "here",
                r#type = "a\\b",
                yes = true,
                low = i64::MIN,
                high = u64::MAX,
                none = f64::NAN,
                shown = %"tab\t",
                debugged = ?["x"],
                error = &failed as &dyn std::error::Error,
            );
        });
        assert_eq!(
            only(&lines),
            json!({
                "timestamp": "", "level": "INFO", "target": "here", "type": "a\\b", "yes": true,
                "low": i64::MIN, "high": u64::MAX, "none": null, "shown": "tab\t",
                "debugged": "[\"x\"]", "error": "disk \"full\"",
            })
        );
    }
}
