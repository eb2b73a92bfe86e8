//! Errors in the order in which a body declares its fields.

use std::fmt;

use serde::de::value::Error as NoValue;
use serde::de::{DeserializeOwned, Deserializer, Error as _, Visitor};
use serde::forward_to_deserialize_any;
use values::{FieldError, FieldErrors};

/// Sorts errors by the fields of `T` as its struct declares them; within a field, and for what is
/// no field of it, in the order in which they were found.
pub fn in_declared_order<T: DeserializeOwned>(errors: FieldErrors) -> Vec<FieldError> {
    let declared = declared_fields::<T>();
    let mut errors = errors.into_vec();
    errors.sort_by_key(|error| {
        let top = error.field.split(['.', '[']).next().unwrap_or(&error.field);
        declared
            .iter()
            .position(|name| *name == top)
            .unwrap_or(declared.len())
    });
    errors
}

/// The names under which serde reads the fields of a struct; empty for any other type.
fn declared_fields<T: DeserializeOwned>() -> &'static [&'static str] {
    let mut fields: &'static [&'static str] = &[];
    // The reading is bound to fail: it is made only to be told the names.
    let _nothing_read = T::deserialize(FieldNames(&mut fields));
    fields
}

struct FieldNames<'a>(&'a mut &'static [&'static str]);

impl<'de> Deserializer<'de> for FieldNames<'_> {
    type Error = NoValue;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, NoValue> {
        *self.0 = fields;
        self.deserialize_any(visitor)
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, NoValue> {
        Err(NoValue::custom(NothingToRead))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

struct NothingToRead;

impl fmt::Display for NothingToRead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("there is nothing to read")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_renamed_field_keeps_its_place_and_strangers_come_last() {
        #[derive(serde::Deserialize)]
        struct Body {
            #[serde(rename = "zeta")]
            _first: u8,
            _alpha: u8,
        }
        let mut errors = FieldErrors::new();
        for field in ["other", "_alpha[3]", "zeta.b", "zeta.a"] {
            errors.push(FieldError::new(field, "x", "is wrong"));
        }
        let sorted = in_declared_order::<Body>(errors);
        let names: Vec<_> = sorted.into_iter().map(|error| error.field).collect();
        assert_eq!(names, ["zeta.b", "zeta.a", "_alpha[3]", "other"]);
    }
}
