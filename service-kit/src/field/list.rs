//! A field that is an array, each of whose wrong elements is named.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use values::{Edit, FieldError, FieldErrors};

use super::field_type::wrong_type;
use super::{Field, FieldType, JsonKind};

/// A JSON array of `T`. Put `#[serde(default)]` on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldList<T>(Field<Vec<Field<T>>>);

impl<T> Default for FieldList<T> {
    fn default() -> Self {
        Self(Field::Missing)
    }
}

impl<T: FieldType> FieldType for Vec<Field<T>> {
    const KIND: JsonKind = JsonKind::Array;
    const EXPECTED: &'static str = "an array";
}

impl<T: FieldType> FieldList<T> {
    /// The elements, `None` when the field is missing, null, or wrong in any way. Each wrong
    /// element, null included, is an error of its own: `book_ids[2]`.
    pub fn into_option(self, name: &str, errors: &mut FieldErrors) -> Option<Vec<T>> {
        let fields = self.0.into_option(name, errors)?;
        elements(fields, name, errors)
    }

    /// What a merge patch (RFC 7396) makes of the list: a list is replaced as a whole.
    pub fn into_edit(self, name: &str, errors: &mut FieldErrors) -> Edit<Vec<T>> {
        match self.0.into_edit(name, errors) {
            Edit::Keep => Edit::Keep,
            Edit::Clear => Edit::Clear,
            Edit::Set(fields) => elements(fields, name, errors).map_or(Edit::Keep, Edit::Set),
        }
    }

    /// The elements; a missing or null list is an error too (`required`).
    pub fn required(self, name: &str, errors: &mut FieldErrors) -> Option<Vec<T>> {
        let fields = self.0.required(name, errors)?;
        elements(fields, name, errors)
    }

    /// The elements that are right; a missing or null list is an empty one.
    pub fn into_vec(self, name: &str, errors: &mut FieldErrors) -> Vec<T> {
        self.into_option(name, errors).unwrap_or_default()
    }
}

impl<T> FieldList<T> {
    /// How many elements were sent, right or wrong; `None` when it is no array.
    pub fn count(&self) -> Option<usize> {
        self.0.value().map(Vec::len)
    }
}

fn elements<T: FieldType>(
    fields: Vec<Field<T>>,
    name: &str,
    errors: &mut FieldErrors,
) -> Option<Vec<T>> {
    let sent = fields.len();
    let mut right = Vec::with_capacity(sent);
    for (index, field) in fields.into_iter().enumerate() {
        match field {
            Field::Value(value) => right.push(value),
            Field::Wrong(wrong) => {
                errors.push(FieldError::new(
                    format!("{name}[{index}]"),
                    wrong.code,
                    wrong.message,
                ));
            }
            Field::Missing | Field::Null => {
                let wrong = wrong_type(T::EXPECTED, JsonKind::Null);
                errors.push(FieldError::new(
                    format!("{name}[{index}]"),
                    wrong.code,
                    wrong.message,
                ));
            }
        }
    }
    (right.len() == sent).then_some(right)
}

impl<'de, T: FieldType> Deserialize<'de> for FieldList<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Field::deserialize(deserializer).map(Self)
    }
}

/// Only how many there are: `validator` keeps it beside an error, and needs no more to say so.
impl<T> Serialize for FieldList<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.count().serialize(serializer)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn read(json: &str) -> (Option<Vec<i64>>, Vec<FieldError>) {
        let list: FieldList<i64> = serde_json::from_str(json).unwrap();
        let mut errors = FieldErrors::new();
        let ids = list.required("ids", &mut errors);
        (ids, errors.into_vec())
    }

    #[test]
    fn a_right_list_is_taken() {
        assert_eq!(read("[3, 1]"), (Some(vec![3, 1]), vec![]));
        assert_eq!(read("[]"), (Some(vec![]), vec![]));
    }

    #[test]
    fn each_wrong_element_is_named() {
        let (ids, errors) = read(r#"[1, "2", null, 1e300]"#);
        assert_eq!(ids, None);
        let named: Vec<_> = errors.iter().map(|e| (e.field.as_str(), e.code)).collect();
        assert_eq!(
            named,
            [
                ("ids[1]", "wrong_type"),
                ("ids[2]", "wrong_type"),
                ("ids[3]", "out_of_range")
            ]
        );
        assert_eq!(errors[1].message, "must be a whole number, not null");
    }

    #[test]
    fn a_list_that_is_none_says_so() {
        let (_, errors) = read(r#"{"0":1}"#);
        assert_eq!(errors[0].message, "must be an array, not an object");
        assert_eq!(read("null").1[0].code, "required");
    }
}
