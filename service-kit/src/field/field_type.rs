//! Types that a field may have, and how they are named to the one who sent another.

use serde::de::DeserializeOwned;

use super::{Field, WrongValue};

/// The JSON types, by what the sender calls them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JsonKind {
    /// `null`
    Null,
    /// `true` or `false`
    Boolean,
    /// Any number.
    Number,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

impl JsonKind {
    /// The type of a well-formed JSON text, by its first character.
    pub(crate) fn of(json: &str) -> Self {
        match json.trim_start().as_bytes().first() {
            Some(b'"') => Self::String,
            Some(b'[') => Self::Array,
            Some(b'{') => Self::Object,
            Some(b't' | b'f') => Self::Boolean,
            Some(b'n') | None => Self::Null,
            Some(_) => Self::Number,
        }
    }

    /// With its article: `a string`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "a boolean",
            Self::Number => "a number",
            Self::String => "a string",
            Self::Array => "an array",
            Self::Object => "an object",
        }
    }
}

/// A type that a [`Field`] can hold. A nested object implements it with an empty body
/// (`impl FieldType for Credit {}`); make its own fields lenient too.
pub trait FieldType: DeserializeOwned {
    /// The JSON type it is written in.
    const KIND: JsonKind = JsonKind::Object;
    /// What must be sent, with its article: `a whole number`.
    const EXPECTED: &'static str = "an object";

    /// What is wrong when the JSON type is right and the value is not; `reason` is serde's.
    fn refusal(reason: &str) -> WrongValue {
        WrongValue {
            code: "invalid",
            message: format!("can not be read: {reason}"),
        }
    }
}

impl FieldType for String {
    const KIND: JsonKind = JsonKind::String;
    const EXPECTED: &'static str = "a string";

    fn refusal(_: &str) -> WrongValue {
        WrongValue {
            code: "invalid_text",
            message: "must hold whole Unicode characters only, and this has a broken \\u escape"
                .to_owned(),
        }
    }
}

impl FieldType for bool {
    const KIND: JsonKind = JsonKind::Boolean;
    const EXPECTED: &'static str = "true or false";
}

macro_rules! whole_numbers {
    ($($number:ty),*) => {$(
        impl FieldType for $number {
            const KIND: JsonKind = JsonKind::Number;
            const EXPECTED: &'static str = "a whole number";

            fn refusal(_: &str) -> WrongValue {
                WrongValue {
                    code: "out_of_range",
                    message: format!(
                        "must be a whole number from {} to {}, \
                         written without fraction or exponent, and zero without a sign",
                        <$number>::MIN,
                        <$number>::MAX
                    ),
                }
            }
        }
    )*};
}

whole_numbers!(i16, i32, i64, u8, u16, u32, u64);

pub(super) fn read<T: FieldType>(json: &str) -> Field<T> {
    let found = JsonKind::of(json);
    if found == JsonKind::Null {
        return Field::Null;
    }
    if found != T::KIND {
        return Field::Wrong(wrong_type(T::EXPECTED, found));
    }
    match serde_json::from_str(json) {
        Ok(value) => Field::Value(value),
        Err(error) => {
            let reason = error.to_string();
            // The position would count from the start of this field, which nobody can see.
            let reason = reason.split(" at line ").next().unwrap_or_default();
            Field::Wrong(T::refusal(reason))
        }
    }
}

pub(super) fn wrong_type(expected: &str, found: JsonKind) -> WrongValue {
    WrongValue {
        code: "wrong_type",
        message: format!("must be {expected}, not {}", found.name()),
    }
}
