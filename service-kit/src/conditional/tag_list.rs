//! `entity-tag` lists as in `If-Match` and `If-None-Match` (RFC 9110, 8.8.3 and 13.1).

use actix_web::http::header::{HeaderMap, HeaderName};

/// A header of entity tags, over all its lines.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum TagList {
    /// The header is not there.
    Absent,
    /// `*`
    Any,
    /// The tags that could be read. A line that breaks the syntax ends with the last tag before
    /// the break: what can't be read matches nothing.
    Tags(Vec<Tag>),
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Tag {
    pub(super) weak: bool,
    /// Between the quotes.
    pub(super) opaque: String,
}

impl TagList {
    pub(super) fn of(headers: &HeaderMap, name: &HeaderName) -> Self {
        let mut tags = None;
        for line in headers.get_all(name) {
            if line.as_bytes().trim_ascii() == b"*" {
                return Self::Any;
            }
            read_line(line.as_bytes(), tags.get_or_insert_with(Vec::new));
        }
        tags.map_or(Self::Absent, Self::Tags)
    }
}

fn read_line(line: &[u8], tags: &mut Vec<Tag>) {
    let mut rest = line;
    loop {
        // A list may have empty elements (RFC 9110, 5.6.1.2).
        rest = skip(rest, b" \t,");
        let (weak, quoted) = match rest.strip_prefix(b"W/") {
            Some(quoted) => (true, quoted),
            None => (false, rest),
        };
        let Some(body) = quoted.strip_prefix(b"\"") else {
            return;
        };
        let Some(end) = body.iter().position(|byte| *byte == b'"') else {
            return;
        };
        let (opaque, after) = body.split_at(end);
        let after = skip(after.get(1..).unwrap_or_default(), b" \t");
        if !(after.is_empty() || after.starts_with(b",")) {
            return;
        }
        tags.push(Tag {
            weak,
            opaque: String::from_utf8_lossy(opaque).into_owned(),
        });
        rest = after;
    }
}

fn skip<'a>(bytes: &'a [u8], skipped: &[u8]) -> &'a [u8] {
    let start = bytes
        .iter()
        .position(|byte| !skipped.contains(byte))
        .unwrap_or(bytes.len());
    bytes.get(start..).unwrap_or_default()
}
