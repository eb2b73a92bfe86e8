//! Fields in which two edits meet, as a problem document shows them.

use serde_json::{Value, json};
use values::{FieldConflict, FieldValue};

/// Of each field your value, theirs, and the one before.
pub fn conflicts_json(conflicts: Vec<FieldConflict>) -> Value {
    let shown = conflicts.into_iter().map(|conflict| {
        json!({
            "field": conflict.field,
            "yours": value(conflict.yours),
            "theirs": value(conflict.theirs),
            "before": value(conflict.before),
        })
    });
    shown.collect()
}

fn value(value: FieldValue) -> Value {
    match value {
        FieldValue::Absent => Value::Null,
        FieldValue::Text(text) => text.into(),
        FieldValue::Number(number) => number.into(),
        FieldValue::List(texts) => texts.into(),
    }
}
