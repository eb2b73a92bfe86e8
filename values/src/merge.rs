//! Merges two edits of one record, field by field (a three-way merge).

use std::collections::{BTreeMap, BTreeSet};

/// What somebody does to a field.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Edit<T> {
    /// Leaves it as it is.
    #[default]
    Keep,
    /// Takes its value away.
    Clear,
    /// Gives it this value.
    Set(T),
}

impl<T> Edit<T> {
    /// What becomes of a field that may be empty.
    pub fn apply(self, held: Option<T>) -> Option<T> {
        match self {
            Self::Keep => held,
            Self::Clear => None,
            Self::Set(value) => Some(value),
        }
    }

    /// The same for a field whose empty value is the default.
    pub fn apply_or_default(self, held: T) -> T
    where
        T: Default,
    {
        self.apply(Some(held)).unwrap_or_default()
    }
}

/// The value of a field, whatever it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldValue {
    /// Nothing.
    Absent,
    /// A text.
    Text(String),
    /// A number.
    Number(i64),
    /// Several texts.
    List(Vec<String>),
}

/// Has a [`FieldValue`].
pub trait ToFieldValue {
    /// It as a value that can be shown.
    fn to_field_value(&self) -> FieldValue;
}

impl ToFieldValue for String {
    fn to_field_value(&self) -> FieldValue {
        FieldValue::Text(self.clone())
    }
}

impl ToFieldValue for i32 {
    fn to_field_value(&self) -> FieldValue {
        FieldValue::Number(i64::from(*self))
    }
}

impl ToFieldValue for Vec<String> {
    fn to_field_value(&self) -> FieldValue {
        match self.is_empty() {
            true => FieldValue::Absent,
            false => FieldValue::List(self.clone()),
        }
    }
}

impl<T: ToFieldValue> ToFieldValue for Option<T> {
    fn to_field_value(&self) -> FieldValue {
        self.as_ref().map_or(FieldValue::Absent, T::to_field_value)
    }
}

/// A field that two edits gave different values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldConflict {
    /// Its name; `identifiers.viaf` for an entry of a map.
    pub field: String,
    /// What the one who merges makes of it.
    pub yours: FieldValue,
    /// What it is by now.
    pub theirs: FieldValue,
    /// What it was when both began.
    pub before: FieldValue,
}

/// Merges field after field, and collects those that can't be merged.
#[derive(Debug, Default)]
pub struct Merge {
    conflicts: Vec<FieldConflict>,
}

impl Merge {
    /// What becomes of a field: what either edit made of it if the other left it as it was, or both
    /// made the same of it; otherwise it is a conflict.
    pub fn field<T>(&mut self, name: &str, before: &T, theirs: &T, yours: &T) -> T
    where
        T: Clone + PartialEq + ToFieldValue,
    {
        if yours == before || yours == theirs {
            return theirs.clone();
        }
        if theirs != before {
            self.conflicts.push(FieldConflict {
                field: name.to_owned(),
                yours: yours.to_field_value(),
                theirs: theirs.to_field_value(),
                before: before.to_field_value(),
            });
        }
        yours.clone()
    }

    /// The same for each entry of a map.
    pub fn map(
        &mut self,
        name: &str,
        before: &BTreeMap<String, String>,
        theirs: &BTreeMap<String, String>,
        yours: &BTreeMap<String, String>,
    ) -> BTreeMap<String, String> {
        let keys: BTreeSet<&String> = [before, theirs, yours]
            .into_iter()
            .flat_map(BTreeMap::keys)
            .collect();
        let merged = keys.into_iter().filter_map(|key| {
            let of = |map: &BTreeMap<String, String>| map.get(key).cloned();
            let name = format!("{name}.{key}");
            let value = self.field(&name, &of(before), &of(theirs), &of(yours))?;
            Some((key.clone(), value))
        });
        merged.collect()
    }

    /// The fields that can't be merged; if there is one, what was merged is of no use.
    ///
    /// # Errors
    /// If there is one.
    pub fn finish(self) -> Result<(), Vec<FieldConflict>> {
        match self.conflicts.is_empty() {
            true => Ok(()),
            false => Err(self.conflicts),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Map = BTreeMap<String, String>;

    fn merged(before: &str, theirs: &str, yours: &str) -> Result<String, Vec<FieldConflict>> {
        let mut merge = Merge::default();
        let [before, theirs, yours] = [before, theirs, yours].map(str::to_owned);
        let value = merge.field("name", &before, &theirs, &yours);
        merge.finish().map(|()| value)
    }

    #[test]
    fn a_field_that_one_edit_left_alone_is_what_the_other_made_of_it() {
        assert_eq!(merged("a", "a", "b").as_deref(), Ok("b"));
        assert_eq!(merged("a", "b", "a").as_deref(), Ok("b"));
        assert_eq!(merged("a", "a", "a").as_deref(), Ok("a"));
    }

    #[test]
    fn the_same_on_both_sides_is_no_conflict() {
        assert_eq!(merged("a", "b", "b").as_deref(), Ok("b"));
    }

    #[test]
    fn where_two_edits_meet_all_three_values_are_shown() {
        let text = |text: &str| FieldValue::Text(text.to_owned());
        let conflict = FieldConflict {
            field: "name".to_owned(),
            yours: text("c"),
            theirs: text("b"),
            before: text("a"),
        };
        assert_eq!(merged("a", "b", "c"), Err(vec![conflict]));
    }

    /// Every map of two keys and two values, before, theirs and yours: 729 merges.
    fn maps() -> Vec<Map> {
        let values = [None, Some("x"), Some("y")];
        let pairs = values
            .iter()
            .flat_map(|a| values.iter().map(move |b| (a, b)));
        let map = |(a, b): (&Option<&str>, &Option<&str>)| {
            let entry = |key: &str, value: &Option<&str>| {
                value.map(|value| (key.to_owned(), value.to_owned()))
            };
            [entry("a", a), entry("b", b)]
                .into_iter()
                .flatten()
                .collect()
        };
        pairs.map(map).collect()
    }

    fn merge_maps(before: &Map, theirs: &Map, yours: &Map) -> Result<Map, Vec<FieldConflict>> {
        let mut merge = Merge::default();
        let merged = merge.map("map", before, theirs, yours);
        merge.finish().map(|()| merged)
    }

    #[test]
    fn any_merge_of_maps_keeps_every_edit_or_names_the_conflict() {
        let maps = maps();
        let triples = maps.iter().flat_map(|before| {
            let pairs = maps.iter().flat_map(|t| maps.iter().map(move |y| (t, y)));
            pairs.map(move |(theirs, yours)| (before, theirs, yours))
        });
        let (mut clean, mut conflicting) = (0, 0);
        for (before, theirs, yours) in triples {
            let changed = |map: &Map, key: &str| map.get(key) != before.get(key);
            let meet = |key: &&str| {
                changed(theirs, key) && changed(yours, key) && theirs.get(*key) != yours.get(*key)
            };
            let expected: Vec<_> = ["a", "b"].into_iter().filter(meet).collect();
            match merge_maps(before, theirs, yours) {
                Ok(merged) => {
                    clean += 1;
                    assert!(expected.is_empty());
                    for key in ["a", "b"] {
                        let from = if changed(yours, key) { yours } else { theirs };
                        assert_eq!(merged.get(key), from.get(key));
                    }
                    // Who comes first does not matter.
                    assert_eq!(merge_maps(before, yours, theirs), Ok(merged));
                }
                Err(conflicts) => {
                    conflicting += 1;
                    let fields: Vec<_> = conflicts.iter().map(|c| c.field.as_str()).collect();
                    let expected: Vec<_> = expected.iter().map(|k| format!("map.{k}")).collect();
                    assert_eq!(fields, expected);
                }
            }
        }
        assert_eq!(clean + conflicting, 729);
        assert!(clean > 0 && conflicting > 0);
    }

    #[test]
    fn an_edit_keeps_clears_or_sets() {
        assert_eq!(Edit::Keep.apply(Some(1)), Some(1));
        assert_eq!(Edit::Clear.apply(Some(1)), None);
        assert_eq!(Edit::Set(2).apply(Some(1)), Some(2));
        assert_eq!(Edit::Clear.apply_or_default(vec![1]), Vec::<i32>::new());
    }

    #[test]
    fn an_empty_list_is_as_good_as_none() {
        assert_eq!(Vec::new().to_field_value(), FieldValue::Absent);
        assert_eq!(None::<i32>.to_field_value(), FieldValue::Absent);
        assert_eq!(Some(7).to_field_value(), FieldValue::Number(7));
    }
}
