//! A dead letter as a service tells of it, and as a person reads it.

use std::io::{self, Write};

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use uuid::Uuid;

/// A message that could not be applied.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Letter {
    pub(super) id: Uuid,
    state: String,
    reason: String,
    attempts: u64,
    first_failed_at: String,
    last_failed_at: String,
    next_attempt_at: Option<String>,
    producer: Option<String>,
    epoch: Option<i64>,
    sequence: Option<i64>,
    event_id: Option<Uuid>,
    event_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    payload_encoding: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    payload: Option<Box<RawValue>>,
}

/// A letter with the name of the service that has it.
#[derive(Serialize)]
pub(super) struct Line<'a> {
    service: &'a str,
    #[serde(flatten)]
    letter: &'a Letter,
}

/// Names the columns of [`Letter::write_row`].
pub(super) fn write_head(out: &mut dyn Write) -> io::Result<()> {
    let names = [
        "ID",
        "STATE",
        "TRIED",
        "FIRST FAILED",
        "LAST FAILED",
        "EVENT",
        "REASON",
    ];
    write_columns(out, names)
}

fn write_columns(out: &mut dyn Write, columns: [&str; 7]) -> io::Result<()> {
    let [id, state, tried, first, last, event, reason] = columns;
    writeln!(
        out,
        "{id:<36}  {state:<6}  {tried:>5}  {first:<27}  {last:<27}  {event:<20}  {reason}"
    )
}

impl Letter {
    /// One line of a table.
    pub(super) fn write_row(&self, out: &mut dyn Write) -> io::Result<()> {
        let event = self.event_type.as_deref().map_or("?".into(), printable);
        write_columns(
            out,
            [
                &self.id.to_string(),
                &self.state,
                &self.attempts.to_string(),
                &self.first_failed_at,
                &self.last_failed_at,
                &event,
                &printable(&self.reason),
            ],
        )
    }

    /// All that is known of it.
    pub(super) fn write_whole(&self, service: &str, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "id            {}", self.id)?;
        writeln!(out, "at            {service}")?;
        writeln!(out, "state         {}", self.state)?;
        writeln!(out, "reason        {}", printable(&self.reason))?;
        writeln!(out, "tried         {} times", self.attempts)?;
        writeln!(out, "first failed  {}", self.first_failed_at)?;
        writeln!(out, "last failed   {}", self.last_failed_at)?;
        if let Some(at) = &self.next_attempt_at {
            writeln!(out, "next attempt  {at}")?;
        }
        if let (Some(producer), Some(epoch), Some(sequence)) =
            (&self.producer, self.epoch, self.sequence)
        {
            let producer = printable(producer);
            writeln!(
                out,
                "from          {producer}, epoch {epoch}, sequence {sequence}"
            )?;
        }
        if let Some(event_type) = &self.event_type {
            writeln!(out, "event type    {}", printable(event_type))?;
        }
        if let Some(event_id) = self.event_id {
            writeln!(out, "event id      {event_id}")?;
        }
        let encoding = self.payload_encoding.as_deref().unwrap_or("none");
        writeln!(out, "payload       ({})", printable(encoding))?;
        for line in self.payload_text().lines() {
            writeln!(out, "{}", printable(line))?;
        }
        Ok(())
    }

    /// One line of JSON.
    pub(super) fn write_json(&self, service: &str, out: &mut dyn Write) -> io::Result<()> {
        let line = Line {
            service,
            letter: self,
        };
        writeln!(out, "{}", serde_json::to_string(&line)?)
    }

    fn payload_text(&self) -> String {
        let json = self.payload.as_ref().map_or("", |payload| payload.get());
        match self.payload_encoding.as_deref() {
            Some("json") => json.to_owned(),
            _ => serde_json::from_str(json).unwrap_or_default(),
        }
    }
}

/// Without what a terminal would obey instead of showing it: the text is a stranger's.
fn printable(text: &str) -> String {
    text.replace(|c: char| c.is_control(), "\u{fffd}")
}
