//! Short lists of lines, such as other names of a person or the subjects of a book.

use crate::{FieldError, FieldErrors, Line};

/// At most `COUNT` lines of at most `MAX` characters each, in the order given, none twice.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct LineList<const MAX: usize, const COUNT: usize>(Vec<Line<MAX>>);

impl<const MAX: usize, const COUNT: usize> LineList<MAX, COUNT> {
    /// Parses every entry of `raw`. Of entries that are equal once normalized, the first stays.
    /// `field` is the name of the whole list, as the sender knows it.
    ///
    /// # Errors
    /// `too_many`, naming `field`, if more than `COUNT` entries came, doubles included: then no
    /// entry is looked at. Otherwise one error for every entry that is no [`Line`], naming it
    /// by its index in what was sent: `aliases[2]`.
    pub fn parse<T: AsRef<str>>(field: &str, raw: &[T]) -> Result<Self, Vec<FieldError>> {
        if raw.len() > COUNT {
            let message = format!("must have at most {COUNT} entries, not {}", raw.len());
            return Err(vec![FieldError::new(field, "too_many", message)]);
        }
        let mut errors = FieldErrors::new();
        let mut lines: Vec<Line<MAX>> = Vec::with_capacity(raw.len());
        for (index, text) in raw.iter().enumerate() {
            let parsed = Line::parse(text.as_ref()).map_err(|error| {
                FieldError::new(format!("{field}[{index}]"), error.code(), error.to_string())
            });
            if let Some(line) = errors.take(parsed)
                && !lines.contains(&line)
            {
                lines.push(line);
            }
        }
        if errors.is_empty() {
            Ok(Self(lines))
        } else {
            Err(errors.into_vec())
        }
    }

    /// The lines as plain text, in order.
    pub fn into_strings(self) -> Vec<String> {
        self.0.into_iter().map(Line::into_string).collect()
    }

    /// The lines, in the order in which they were given.
    pub fn as_slice(&self) -> &[Line<MAX>] {
        &self.0
    }

    /// Each line as text, in the order in which they were given.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        self.0.iter().map(Line::as_str)
    }

    /// How many lines there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no line.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    type Names = LineList<5, 3>;

    #[test]
    fn the_order_given_is_kept_and_of_doubles_the_first_stays() {
        let names = Names::parse("names", &["b", " a ", "b  "]).unwrap();
        assert_eq!(names.iter().collect::<Vec<_>>(), ["b", "a"]);
        assert_eq!(names.len(), 2);
    }

    #[test]
    fn an_empty_list_is_right() {
        let names = Names::parse::<&str>("names", &[]).unwrap();
        assert!(names.is_empty());
        assert_eq!(names, Names::default());
    }

    #[test]
    fn every_wrong_entry_is_named_by_its_index() {
        let errors = Names::parse("names", &["", "a", "abcdef"]).unwrap_err();
        let found: Vec<_> = errors.iter().map(|e| (e.field.as_str(), e.code)).collect();
        assert_eq!(found, [("names[0]", "required"), ("names[2]", "too_long")]);
    }

    #[test]
    fn too_many_entries_are_refused_as_a_whole() {
        let errors = Names::parse("names", &["a", "b", "c", ""]).unwrap_err();
        let expected = FieldError::new("names", "too_many", "must have at most 3 entries, not 4");
        assert_eq!(errors, [expected]);
    }
}
