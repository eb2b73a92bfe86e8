//! As much of JSON Schema (2020-12) as the document uses.

use serde_json::{Map, Number, Value};

/// Says what of values is not as their schema says.
pub(crate) struct Schemas<'a> {
    /// Where references lead.
    pub(crate) document: &'a Value,
    /// Whether members that no schema names are fine, as in problem documents (RFC 9457, 3.2);
    /// elsewhere they would be undocumented.
    pub(crate) open: bool,
}

impl Schemas<'_> {
    pub(crate) fn conforms(&self, schema: &Value, value: &Value) -> Result<(), String> {
        if let Some(reference) = schema["$ref"].as_str() {
            let target = self.document.pointer(reference.trim_start_matches('#'));
            let target = target.ok_or_else(|| format!("{reference} leads nowhere"))?;
            return self.conforms(target, value);
        }
        if takes_anything(schema) {
            return Ok(());
        }
        has_type(schema, value)?;
        match value {
            Value::Object(members) => self.has_members(schema, members),
            Value::Array(elements) => self.has_elements(schema, elements),
            Value::Number(number) => is_in_range(schema, number),
            Value::Null | Value::Bool(_) | Value::String(_) => Ok(()),
        }
    }

    fn has_members(&self, schema: &Value, members: &Map<String, Value>) -> Result<(), String> {
        let required = schema["required"].as_array().into_iter().flatten();
        for name in required.filter_map(Value::as_str) {
            if !members.contains_key(name) {
                return Err(format!("{name} is required and missing"));
            }
        }
        for (name, member) in members {
            let named = schema["properties"].get(name);
            match named.or(schema.get("additionalProperties")) {
                Some(schema) => self
                    .conforms(schema, member)
                    .map_err(|why| format!("{name}: {why}"))?,
                None if self.open => {}
                None => return Err(format!("{name} is not documented")),
            }
        }
        Ok(())
    }

    fn has_elements(&self, schema: &Value, elements: &[Value]) -> Result<(), String> {
        let most = schema["maxItems"].as_u64().unwrap_or(u64::MAX);
        if elements.len() as u64 > most {
            return Err(format!("{} elements are too many", elements.len()));
        }
        let mut all = elements.iter();
        all.try_for_each(|element| self.conforms(&schema["items"], element))
    }
}

/// A schema that says nothing of its values.
fn takes_anything(schema: &Value) -> bool {
    let words = schema.as_object();
    words.is_some_and(|words| words.keys().all(|word| word == "description"))
}

fn is_in_range(schema: &Value, number: &Number) -> Result<(), String> {
    let least = schema["minimum"].as_i64().unwrap_or(i64::MIN);
    if number.as_i64().is_some_and(|number| number < least) {
        return Err(format!("{number} is too small"));
    }
    Ok(())
}

fn has_type(schema: &Value, value: &Value) -> Result<(), String> {
    let actual = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let allowed = match &schema["type"] {
        Value::String(one) => one == actual,
        Value::Array(several) => several.iter().any(|one| one == actual),
        _ => false,
    };
    match allowed {
        true => Ok(()),
        false => Err(format!("{actual} where {} is documented", schema["type"])),
    }
}
