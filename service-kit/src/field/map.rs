//! A field that is an object used as a map, each of whose wrong entries is named.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use values::{Edit, FieldError, FieldErrors};

use super::{Field, FieldType, JsonKind, WrongValue};

/// A JSON object with entries of type `T` under names of the sender's choice. Put
/// `#[serde(default)]` on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldMap<T>(Field<Entries<T>>);

/// As sent: in order, with a name that was given twice.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Entries<T>(Vec<(String, Field<T>)>);

impl<T> Default for FieldMap<T> {
    fn default() -> Self {
        Self(Field::Missing)
    }
}

impl<T: FieldType> FieldType for Entries<T> {
    const KIND: JsonKind = JsonKind::Object;
    const EXPECTED: &'static str = "an object";

    fn refusal(_: &str) -> WrongValue {
        WrongValue {
            code: "invalid_text",
            message: "must have names of whole Unicode characters only".to_owned(),
        }
    }
}

impl<T: FieldType> FieldMap<T> {
    /// The entries, `None` when the field is missing, null, or wrong in any way. An entry that is
    /// null counts as not sent. Each wrong entry is an error of its own: `identifiers.isni`; so is
    /// a name that is given twice.
    pub fn into_option(self, name: &str, errors: &mut FieldErrors) -> Option<BTreeMap<String, T>> {
        let Entries(entries) = self.0.into_option(name, errors)?;
        let mut map = BTreeMap::new();
        let mut all_right = true;
        for (key, field) in entries {
            let path = format!("{name}.{key}");
            let wrong = match field {
                Field::Missing | Field::Null => continue,
                Field::Wrong(wrong) => Some(wrong),
                Field::Value(value) => map.insert(key, value).map(|_| WrongValue {
                    code: "duplicate",
                    message: "must be given once".to_owned(),
                }),
            };
            if let Some(wrong) = wrong {
                errors.push(FieldError::new(path, wrong.code, wrong.message));
                all_right = false;
            }
        }
        all_right.then_some(map)
    }

    /// What a merge patch (RFC 7396) makes of the map: `None` takes an entry away. Wrong entries
    /// are errors and left out.
    pub fn into_edits(
        self,
        name: &str,
        errors: &mut FieldErrors,
    ) -> Edit<BTreeMap<String, Option<T>>> {
        let entries = match self.0.into_edit(name, errors) {
            Edit::Keep => return Edit::Keep,
            Edit::Clear => return Edit::Clear,
            Edit::Set(Entries(entries)) => entries,
        };
        let mut edits = BTreeMap::new();
        for (key, field) in entries {
            let path = format!("{name}.{key}");
            if edits.contains_key(&key) {
                errors.push(FieldError::new(path, "duplicate", "must be given once"));
                continue;
            }
            match field.into_edit(&path, errors) {
                Edit::Keep => {}
                Edit::Clear => {
                    edits.insert(key, None);
                }
                Edit::Set(value) => {
                    edits.insert(key, Some(value));
                }
            }
        }
        Edit::Set(edits)
    }

    /// The entries; a missing, null, or wrong map is an empty one.
    pub fn into_map(self, name: &str, errors: &mut FieldErrors) -> BTreeMap<String, T> {
        self.into_option(name, errors).unwrap_or_default()
    }
}

impl<T> FieldMap<T> {
    /// How many entries were sent, right or wrong; `None` when it is no object.
    pub fn count(&self) -> Option<usize> {
        self.0.value().map(|entries| entries.0.len())
    }
}

impl<'de, T: FieldType> Deserialize<'de> for FieldMap<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Field::deserialize(deserializer).map(Self)
    }
}

/// Only how many there are: `validator` keeps it beside an error, and needs no more to say so.
impl<T> Serialize for FieldMap<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.count().serialize(serializer)
    }
}

impl<'de, T: FieldType> Deserialize<'de> for Entries<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EntriesVisitor(PhantomData))
    }
}

struct EntriesVisitor<T>(PhantomData<T>);

impl<'de, T: FieldType> Visitor<'de> for EntriesVisitor<T> {
    type Value = Entries<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Entries(entries))
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    type Codes = Vec<(String, &'static str)>;

    fn read(json: &str) -> (Option<BTreeMap<String, String>>, Codes) {
        let map: FieldMap<String> = serde_json::from_str(json).unwrap();
        let mut errors = FieldErrors::new();
        let entries = map.into_option("codes", &mut errors);
        let errors = errors.into_vec().into_iter().map(|e| (e.field, e.code));
        (entries, errors.collect())
    }

    #[test]
    fn entries_are_taken_and_null_ones_are_not_there() {
        let (entries, errors) = read(r#"{"a":"1","b":null}"#);
        assert_eq!(entries.unwrap(), BTreeMap::from([("a".into(), "1".into())]));
        assert_eq!(errors, []);
    }

    #[test]
    fn each_wrong_entry_is_named() {
        let (entries, errors) = read(r#"{"a":1,"b":"x","c":[],"b":"y"}"#);
        assert_eq!(entries, None);
        assert_eq!(
            errors,
            [
                ("codes.a".to_owned(), "wrong_type"),
                ("codes.c".to_owned(), "wrong_type"),
                ("codes.b".to_owned(), "duplicate")
            ]
        );
    }

    #[test]
    fn a_merge_patch_sets_and_takes_away_and_names_what_is_wrong() {
        let edits = |json: &str| {
            let map: FieldMap<String> = serde_json::from_str(json).unwrap();
            let mut errors = FieldErrors::new();
            let edits = map.into_edits("codes", &mut errors);
            let errors = errors.into_vec().into_iter().map(|e| (e.field, e.code));
            (edits, errors.collect::<Vec<_>>())
        };
        let (set, errors) = edits(r#"{"a":"1","b":null,"c":1,"a":"2"}"#);
        let expected = BTreeMap::from([("a".into(), Some("1".into())), ("b".into(), None)]);
        assert_eq!(set, Edit::Set(expected));
        let wrong = [
            ("codes.c".to_owned(), "wrong_type"),
            ("codes.a".to_owned(), "duplicate"),
        ];
        assert_eq!(errors, wrong);
        assert_eq!(edits("null"), (Edit::Clear, vec![]));
        assert_eq!(edits("[]").1, [("codes".to_owned(), "wrong_type")]);
    }

    #[test]
    fn a_broken_name_is_an_error_of_the_map() {
        let (_, errors) = read(r#"{"\ud800":"1"}"#);
        assert_eq!(errors, [("codes".to_owned(), "invalid_text")]);
    }
}
