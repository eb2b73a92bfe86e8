//! Fields of a request body that tell what is wrong with them instead of failing at once, so that
//! one answer names *every* wrong field.
//!
//! ```
//! use serde::Deserialize;
//! use service_kit::field::{Field, FieldList, FieldMap, check};
//! use validator::Validate;
//! use values::{FieldError, FieldErrors};
//!
//! #[derive(Deserialize, Validate)]
//! struct Body {
//!     #[serde(default)]
//!     name: Field<String>,
//!     #[serde(default)]
//!     #[validate(range(min = 1))]
//!     pages: Field<i32>,
//!     #[serde(default)]
//!     #[validate(length(max = 50))]
//!     tags: FieldList<String>,
//!     #[serde(default)]
//!     codes: FieldMap<String>,
//! }
//!
//! fn convert(body: Body) -> Result<(Option<String>, Option<i32>), Vec<FieldError>> {
//!     let mut errors = FieldErrors::new();
//!     errors.extend(check(&body));
//!     let name = body.name.required("name", &mut errors);
//!     let pages = body.pages.into_option("pages", &mut errors);
//!     let _tags = body.tags.into_vec("tags", &mut errors);
//!     let _codes = body.codes.into_map("codes", &mut errors);
//!     let errors = service_kit::field::in_declared_order::<Body>(errors);
//!     if errors.is_empty() { Ok((name, pages)) } else { Err(errors) }
//! }
//!
//! let body = serde_json::from_str(r#"{"name":5,"pages":0,"tags":["a",null]}"#)?;
//! let wrong: Vec<_> = convert(body).unwrap_err().into_iter().map(|e| e.field).collect();
//! assert_eq!(wrong, ["name", "pages", "tags[1]"]);
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! In an OpenAPI schema (utoipa) give such a field its plain type:
//! `#[schema(value_type = Option<String>, max_length = 100)]`.

mod field_type;
mod list;
mod map;
mod order;
mod validation;

use serde::de::Deserializer;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;
use values::{Edit, FieldError, FieldErrors};

pub use field_type::{FieldType, JsonKind};
pub use list::FieldList;
pub use map::FieldMap;
pub use order::in_declared_order;
pub use validation::{check, validation_errors};

/// One field of a JSON object. Put `#[serde(default)]` on it, so that a missing one is
/// [`Field::Missing`]. It reads JSON only.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Field<T> {
    /// The field was not sent.
    #[default]
    Missing,
    /// The field was sent as `null`.
    Null,
    /// The field holds a value of the right type.
    Value(T),
    /// The field holds something else.
    Wrong(WrongValue),
}

/// Why a field's value could not be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrongValue {
    /// For programs: `wrong_type`, or `out_of_range` for a number that does not fit.
    pub code: &'static str,
    /// For people: `must be a string, not a number`.
    pub message: String,
}

impl<T> Field<T> {
    /// The value; `None` when the field is missing, null, or wrong. Only a wrong one is an error.
    pub fn into_option(self, name: &str, errors: &mut FieldErrors) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Missing | Self::Null => None,
            Self::Wrong(wrong) => {
                errors.push(FieldError::new(name, wrong.code, wrong.message));
                None
            }
        }
    }

    /// What a merge patch (RFC 7396) makes of the field; a wrong value is an error and no edit.
    pub fn into_edit(self, name: &str, errors: &mut FieldErrors) -> Edit<T> {
        match self {
            Self::Missing => Edit::Keep,
            Self::Null => Edit::Clear,
            value => value
                .into_option(name, errors)
                .map_or(Edit::Keep, Edit::Set),
        }
    }

    /// The value; a missing or null field is an error too (`required`).
    pub fn required(self, name: &str, errors: &mut FieldErrors) -> Option<T> {
        if matches!(self, Self::Missing | Self::Null) {
            errors.push(FieldError::new(name, "required", "must be given"));
        }
        self.into_option(name, errors)
    }

    /// The value, if there is a right one.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Missing | Self::Null | Self::Wrong(_) => None,
        }
    }
}

impl<'de, T: FieldType> Deserialize<'de> for Field<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // The text is kept as it was sent: a number too large for any type, or a broken escape in
        // a string, is then an error of this field and not of the document.
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        Ok(field_type::read(raw.get()))
    }
}

/// What was read, null for anything but a value; `validator` keeps it beside an error.
impl<T: Serialize> Serialize for Field<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value().serialize(serializer)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn field<T: FieldType>(json: &str) -> Field<T> {
        serde_json::from_str(json).unwrap()
    }

    fn message<T: FieldType>(json: &str) -> String {
        match field::<T>(json) {
            Field::Wrong(wrong) => wrong.message,
            Field::Missing | Field::Null | Field::Value(_) => String::new(),
        }
    }

    #[test]
    fn a_right_value_null_and_nothing_are_told_apart() {
        #[derive(Deserialize)]
        struct Body {
            #[serde(default)]
            name: Field<String>,
        }
        let name = |json| serde_json::from_str::<Body>(json).unwrap().name;
        assert_eq!(name("{}"), Field::Missing);
        assert_eq!(name(r#"{"name":null}"#), Field::Null);
        assert_eq!(name(r#"{"name":"x"}"#), Field::Value("x".to_owned()));
    }

    #[test]
    fn a_wrong_type_says_what_was_expected_and_found() {
        assert_eq!(message::<String>("5"), "must be a string, not a number");
        assert_eq!(
            message::<i32>("\"5\""),
            "must be a whole number, not a string"
        );
        assert_eq!(message::<bool>("[]"), "must be true or false, not an array");
        assert_eq!(
            message::<String>("{\"a\":1}"),
            "must be a string, not an object"
        );
        assert_eq!(
            message::<i64>("true"),
            "must be a whole number, not a boolean"
        );
    }

    #[test]
    fn a_number_that_does_not_fit_says_the_range_and_how_it_is_written() {
        for wrong in [
            "2147483648",
            "1e400",
            "99999999999999999999999999",
            "1.5",
            "1.0",
            "1e2",
            "-0",
        ] {
            assert_eq!(
                message::<i32>(wrong),
                "must be a whole number from -2147483648 to 2147483647, \
                 written without fraction or exponent, and zero without a sign",
                "{wrong}"
            );
        }
        assert!(matches!(
            field::<i32>("1e400"),
            Field::Wrong(WrongValue {
                code: "out_of_range",
                ..
            })
        ));
        assert_eq!(field::<u8>("255"), Field::Value(255));
    }

    #[test]
    fn a_lone_surrogate_is_an_error_of_its_field() {
        assert_eq!(
            message::<String>(r#""\ud800""#),
            "must hold whole Unicode characters only, and this has a broken \\u escape"
        );
    }

    #[test]
    fn deep_nesting_is_only_a_wrong_type() {
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(message::<String>(&deep), "must be a string, not an array");
    }

    #[test]
    fn a_field_reads_from_a_json_value_too() {
        let field: Field<i64> = serde_json::from_value(serde_json::json!(7)).unwrap();
        assert_eq!(field, Field::Value(7));
    }
}
