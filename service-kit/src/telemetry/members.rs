//! The fields of a span or an event as members of a JSON object, in text.

use std::fmt;
use std::ops::Range;

use serde::{Serialize, Serializer as _};
use serde_json::Serializer;
use tracing::field::{Field, Visit};

/// Members by name, each as `"name":value`. One that is recorded again takes the place of the one
/// before.
#[derive(Debug, Default)]
pub(super) struct Members {
    text: Vec<u8>,
    places: Vec<(&'static str, Range<usize>)>,
}

impl Members {
    /// With room for what most spans have, so that it need not grow member by member.
    pub(super) fn roomy() -> Self {
        Self {
            text: Vec::with_capacity(128),
            places: Vec::with_capacity(4),
        }
    }

    /// Each name with its text, in the order in which they were first recorded.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&'static str, &[u8])> {
        self.places
            .iter()
            .filter_map(|(name, place)| Some((*name, self.text.get(place.clone())?)))
    }

    /// Adds a member, or replaces it.
    pub(super) fn add(&mut self, name: &'static str, value: impl Serialize) {
        self.write(name, |json| value.serialize(json).is_ok());
    }

    /// Forgets all, and keeps the memory.
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.places.clear();
    }

    fn write(
        &mut self,
        name: &'static str,
        value: impl FnOnce(&mut Serializer<&mut Vec<u8>>) -> bool,
    ) {
        let start = self.text.len();
        let mut json = Serializer::new(&mut self.text);
        let named = name.serialize(&mut json).is_ok();
        json.into_inner().push(b':');
        // Fails only where a value's own `Debug` does; half a member would spoil the line.
        if !named || !value(&mut Serializer::new(&mut self.text)) {
            self.text.truncate(start);
            return;
        }
        let place = start..self.text.len();
        match self.places.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => *known = place,
            None => self.places.push((name, place)),
        }
    }
}

fn name(field: &Field) -> &'static str {
    let name = field.name();
    name.strip_prefix("r#").unwrap_or(name)
}

impl Visit for Members {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.write(name(field), |json| {
            json.collect_str(&format_args!("{value:?}")).is_ok()
        });
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.add(name(field), value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.add(name(field), value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.add(name(field), value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.add(name(field), value);
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.add(name(field), value);
    }

    fn record_error(&mut self, field: &Field, value: &(dyn std::error::Error + 'static)) {
        self.write(name(field), |json| json.collect_str(value).is_ok());
    }
}
