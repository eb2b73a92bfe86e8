//! Identifiers that others gave to a record of the catalog, at most one for each scheme.

use std::collections::BTreeMap;

use crate::scheme::{scheme_named, unknown_scheme};
use crate::{FieldError, FieldErrors, IdentifierError, Scheme};

/// How many unknown schemes are named before the rest is passed over, so that the answer to a
/// hostile request stays small.
const MAX_UNKNOWN_NAMED: usize = 20;

/// How much of an unknown scheme is repeated in the name of its field, in characters.
const MAX_UNKNOWN_CHARACTERS: usize = 40;

/// Identifiers of one record, in canonical spelling, at most one for each scheme of `S`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Identifiers<S>(BTreeMap<S, String>);

impl<S: Scheme> Identifiers<S> {
    /// Checks every value by its scheme. A blank value counts as absent.
    ///
    /// # Errors
    /// One error for every wrong value and every unknown scheme (of these at most 20), naming
    /// `identifiers.<scheme>`.
    pub fn parse(raw: BTreeMap<String, String>) -> Result<Self, Vec<FieldError>> {
        let mut errors = FieldErrors::new();
        let mut identifiers = BTreeMap::new();
        let mut unknown = 0;
        for (name, value) in raw {
            let Some(scheme) = scheme_named::<S>(&name) else {
                unknown += 1;
                if unknown <= MAX_UNKNOWN_NAMED {
                    let shown: String = name.chars().take(MAX_UNKNOWN_CHARACTERS).collect();
                    errors.push(field_error(&shown, &unknown_scheme::<S>()));
                }
                continue;
            };
            let value = value.trim();
            if value.is_empty() {
                continue;
            }
            let canonical = scheme
                .canonical(value)
                .map_err(|error| field_error(&name, &error));
            if let Some(canonical) = errors.take(canonical) {
                identifiers.insert(scheme, canonical);
            }
        }
        if errors.is_empty() {
            Ok(Self(identifiers))
        } else {
            Err(errors.into_vec())
        }
    }

    /// The identifier of `scheme`, if there is one.
    pub fn get(&self, scheme: S) -> Option<&str> {
        self.0.get(&scheme).map(String::as_str)
    }

    /// All of them, in the order of the schemes.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (S, &str)> {
        self.0
            .iter()
            .map(|(scheme, value)| (*scheme, value.as_str()))
    }

    /// All of them as plain text, by the name of the scheme.
    pub fn into_strings(self) -> BTreeMap<String, String> {
        let named = |(scheme, value): (S, String)| (scheme.as_str().to_owned(), value);
        self.0.into_iter().map(named).collect()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

// Not derived, which would ask for a default scheme.
impl<S> Default for Identifiers<S> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

fn field_error(scheme: &str, error: &IdentifierError) -> FieldError {
    FieldError::new(
        format!("identifiers.{scheme}"),
        error.code(),
        error.to_string(),
    )
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::scheme::shelf::Shelf;

    fn parse(raw: &[(&str, &str)]) -> Result<Identifiers<Shelf>, Vec<FieldError>> {
        Identifiers::parse(
            raw.iter()
                .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
                .collect(),
        )
    }

    #[test]
    fn values_are_canonical_and_come_in_the_order_of_the_schemes() {
        let identifiers = parse(&[("floor", " b:2 "), ("wall", "007")]).unwrap();
        assert_eq!(
            identifiers.iter().collect::<Vec<_>>(),
            [(Shelf::Wall, "7"), (Shelf::Floor, "B:2")]
        );
        assert_eq!(identifiers.get(Shelf::Wall), Some("7"));
        assert_eq!(identifiers.len(), 2);
    }

    #[test]
    fn a_blank_value_counts_as_absent() {
        let identifiers = parse(&[("wall", " \t"), ("floor", "")]).unwrap();
        assert!(identifiers.is_empty());
        assert_eq!(identifiers.get(Shelf::Wall), None);
        assert_eq!(identifiers, Identifiers::default());
    }

    #[test]
    fn every_wrong_value_and_unknown_scheme_is_named() {
        let errors = parse(&[("roof", ""), ("wall", "x"), ("Wall", "1")]).unwrap_err();
        let found: Vec<_> = errors.iter().map(|e| (e.field.as_str(), e.code)).collect();
        assert_eq!(
            found,
            [
                ("identifiers.Wall", "unknown_scheme"),
                ("identifiers.roof", "unknown_scheme"),
                ("identifiers.wall", "format"),
            ]
        );
        assert_eq!(errors[1].message, "must be of a known scheme: wall, floor");
    }

    #[test]
    fn a_flood_of_unknown_schemes_gets_a_short_answer() {
        let flood: BTreeMap<_, _> = (0..10_000)
            .map(|n| (format!("{n:0>500}"), String::new()))
            .collect();
        let errors = Identifiers::<Shelf>::parse(flood).unwrap_err();
        assert_eq!(errors.len(), 20);
        assert!(errors.iter().all(|error| error.field.len() < 60));
    }
}
