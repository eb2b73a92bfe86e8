//! `validator` on lenient fields: lengths, counts and ranges declared on the body's struct.

use serde_json::Value;
use validator::{
    Validate, ValidateLength, ValidateRange, ValidationError, ValidationErrors,
    ValidationErrorsKind,
};
use values::FieldError;

use super::{Field, FieldList, FieldMap};

/// A field without a right value has no length: that it is missing or wrong is said elsewhere.
impl<T: ValidateLength<u64>> ValidateLength<u64> for Field<T> {
    fn length(&self) -> Option<u64> {
        self.value().and_then(T::length)
    }
}

/// Counts every element that was sent, right or wrong.
impl<T> ValidateLength<u64> for FieldList<T> {
    fn length(&self) -> Option<u64> {
        self.count().and_then(|count| u64::try_from(count).ok())
    }
}

/// Counts every entry that was sent, right or wrong.
impl<T> ValidateLength<u64> for FieldMap<T> {
    fn length(&self) -> Option<u64> {
        self.count().and_then(|count| u64::try_from(count).ok())
    }
}

/// A field without a right value is in every range.
impl<T: PartialOrd> ValidateRange<T> for Field<T> {
    fn greater_than(&self, max: T) -> Option<bool> {
        self.value().map(|value| *value > max)
    }

    fn less_than(&self, min: T) -> Option<bool> {
        self.value().map(|value| *value < min)
    }
}

/// Validates a body by its `#[validate(…)]` attributes; empty when all is right.
pub fn check(body: &impl Validate) -> Vec<FieldError> {
    match body.validate() {
        Ok(()) => Vec::new(),
        Err(errors) => validation_errors(&errors),
    }
}

/// What `validator` found, as field errors, by name. Codes: `too_short`, `too_long` (text),
/// `too_few`, `too_many` (entries), `out_of_range`; another rule keeps its own code.
pub fn validation_errors(errors: &ValidationErrors) -> Vec<FieldError> {
    let mut found = Vec::new();
    collect("", errors, &mut found);
    found.sort_by(|a, b| a.field.cmp(&b.field));
    found
}

fn collect(prefix: &str, errors: &ValidationErrors, found: &mut Vec<FieldError>) {
    for (name, kind) in errors.errors() {
        let path = if prefix.is_empty() {
            name.to_string()
        } else {
            format!("{prefix}.{name}")
        };
        match kind {
            ValidationErrorsKind::Field(errors) => {
                found.extend(errors.iter().map(|error| field_error(&path, error)));
            }
            ValidationErrorsKind::Struct(nested) => collect(&path, nested, found),
            ValidationErrorsKind::List(elements) => {
                for (index, nested) in elements {
                    collect(&format!("{path}[{index}]"), nested, found);
                }
            }
        }
    }
}

fn field_error(path: &str, error: &ValidationError) -> FieldError {
    let (code, message) = match error.code.as_ref() {
        "length" => length(error),
        "range" => ("out_of_range", range(error)),
        _ => ("invalid", "is not valid".to_owned()),
    };
    match &error.message {
        Some(own) => FieldError::new(path, code, own.as_ref()),
        None => FieldError::new(path, code, message),
    }
}

fn length(error: &ValidationError) -> (&'static str, String) {
    let value = error.params.get("value");
    let text = value.and_then(Value::as_str);
    let actual = match text {
        Some(text) => u64::try_from(text.chars().count()).ok(),
        None => value.and_then(Value::as_u64),
    };
    let bound = |name| error.params.get(name).and_then(Value::as_u64);
    let below = match (bound("min"), actual) {
        (Some(min), Some(actual)) => actual < min,
        (Some(_), None) => bound("max").is_none(),
        (None, _) => false,
    };
    let unit = |count: u64| match (text.is_some(), count) {
        (true, 1) => "character",
        (true, _) => "characters",
        (false, 1) => "entry",
        (false, _) => "entries",
    };
    let not = actual.map_or(String::new(), |actual| format!(", not {actual}"));
    match (bound("equal"), bound("min"), bound("max")) {
        (Some(equal), _, _) => (
            "wrong_length",
            format!("must have exactly {equal} {}{not}", unit(equal)),
        ),
        (None, Some(min), _) if below => (
            if text.is_some() {
                "too_short"
            } else {
                "too_few"
            },
            format!("must have at least {min} {}{not}", unit(min)),
        ),
        (None, _, Some(max)) => (
            if text.is_some() {
                "too_long"
            } else {
                "too_many"
            },
            format!("must have at most {max} {}{not}", unit(max)),
        ),
        (None, _, None) => ("wrong_length", "has a wrong length".to_owned()),
    }
}

fn range(error: &ValidationError) -> String {
    let bound = |name| error.params.get(name);
    let mut limits = Vec::new();
    for (name, words) in [
        ("min", "at least"),
        ("exclusive_min", "greater than"),
        ("max", "at most"),
        ("exclusive_max", "less than"),
    ] {
        if let Some(limit) = bound(name) {
            limits.push(format!("{words} {limit}"));
        }
    }
    format!("must be {}", limits.join(" and "))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use serde::Deserialize;
    use values::FieldErrors;

    use super::*;
    use crate::field::in_declared_order;

    #[derive(Deserialize, Validate)]
    struct Sample {
        #[serde(default)]
        name: Field<String>,
        #[serde(default)]
        #[validate(length(max = 5))]
        summary: Field<String>,
        #[serde(default)]
        #[validate(range(min = 1, max = 9))]
        pages: Field<i32>,
        #[serde(default)]
        #[validate(length(min = 1, max = 2))]
        tags: FieldList<String>,
        #[serde(default)]
        codes: FieldMap<String>,
    }

    fn wrong(json: &str) -> Vec<(String, &'static str, String)> {
        let body: Sample = serde_json::from_str(json).unwrap();
        let mut errors = FieldErrors::new();
        errors.extend(check(&body));
        body.codes.into_map("codes", &mut errors);
        body.name.required("name", &mut errors);
        body.summary.into_option("summary", &mut errors);
        body.pages.into_option("pages", &mut errors);
        body.tags.into_vec("tags", &mut errors);
        in_declared_order::<Sample>(errors)
            .into_iter()
            .map(|error| (error.field, error.code, error.message))
            .collect()
    }

    fn expected(list: &[(&str, &'static str, &str)]) -> Vec<(String, &'static str, String)> {
        list.iter()
            .map(|(field, code, message)| ((*field).to_owned(), *code, (*message).to_owned()))
            .collect()
    }

    #[test]
    fn everything_wrong_is_told_at_once_in_the_order_of_the_fields() {
        let found = wrong(
            r#"{"codes":{"x":false},"tags":["a",2,"c"],"pages":0,"summary":"too much","name":5}"#,
        );
        assert_eq!(
            found,
            expected(&[
                ("name", "wrong_type", "must be a string, not a number"),
                (
                    "summary",
                    "too_long",
                    "must have at most 5 characters, not 8"
                ),
                ("pages", "out_of_range", "must be at least 1 and at most 9"),
                ("tags", "too_many", "must have at most 2 entries, not 3"),
                ("tags[1]", "wrong_type", "must be a string, not a number"),
                ("codes.x", "wrong_type", "must be a string, not a boolean"),
            ])
        );
    }

    #[test]
    fn only_what_is_required_must_be_there() {
        assert_eq!(
            wrong("{}"),
            expected(&[("name", "required", "must be given")])
        );
        assert_eq!(
            wrong(r#"{"name":"x","pages":9,"tags":["a"],"codes":null}"#),
            []
        );
    }

    #[test]
    fn too_few_entries_are_counted_in_words() {
        assert_eq!(
            wrong(r#"{"name":"x","tags":[]}"#),
            expected(&[("tags", "too_few", "must have at least 1 entry, not 0")])
        );
    }
}
