//! All that an editor says about an author, checked as a whole.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use shared_events::AuthorState;
use values::{FieldError, FieldErrors, TextError};

use super::values::{Aliases, AuthorIdentifiers, AuthorName, Biography, LifeDates, Nationality};

/// The fields of an author, each of them right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorFields {
    /// The name under which the author is listed.
    pub name: AuthorName,
    /// Birth and death.
    pub dates: LifeDates,
    /// In words: `Colombian`.
    pub nationality: Option<Nationality>,
    /// In prose.
    pub biography: Option<Biography>,
    /// Other names.
    pub aliases: Aliases,
    /// Given by others.
    pub identifiers: AuthorIdentifiers,
}

/// The fields of an author as somebody sent them. A blank text counts as absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RawAuthor {
    /// Required.
    pub name: Option<String>,
    /// `1927`, `1927-03` or `1927-03-06`.
    pub birth_date: Option<String>,
    /// In the same forms.
    pub death_date: Option<String>,
    /// At most 100 characters.
    pub nationality: Option<String>,
    /// At most 10,000 characters.
    pub biography: Option<String>,
    /// At most 50 names.
    pub aliases: Vec<String>,
    /// By the name of the scheme: `viaf`.
    pub identifiers: BTreeMap<String, String>,
}

/// The fields of an author as they were published once.
impl From<AuthorState> for RawAuthor {
    fn from(state: AuthorState) -> Self {
        Self {
            name: Some(state.name),
            birth_date: state.birth_date,
            death_date: state.death_date,
            nationality: state.nationality,
            biography: state.biography,
            aliases: state.aliases,
            identifiers: state.identifiers,
        }
    }
}

impl RawAuthor {
    /// Checks every field as given on the day `today`.
    ///
    /// # Errors
    /// *Every* wrong field, in the order of the fields.
    pub fn parse(self, today: NaiveDate) -> Result<AuthorFields, Vec<FieldError>> {
        let mut errors = FieldErrors::new();
        let name = AuthorName::parse(self.name.as_deref().unwrap_or_default());
        let name = errors.take(name.map_err(text_error("name")));
        let (birth, death) = (self.birth_date.as_deref(), self.death_date.as_deref());
        let dates = errors.take_all(LifeDates::parse(birth, death, today));
        let nationality = given(self.nationality).and_then(|text| {
            errors.take(Nationality::parse(&text).map_err(text_error("nationality")))
        });
        let biography = given(self.biography)
            .and_then(|text| errors.take(Biography::parse(&text).map_err(text_error("biography"))));
        let aliases = errors.take_all(Aliases::parse("aliases", &self.aliases));
        let identifiers = errors.take_all(AuthorIdentifiers::parse(self.identifiers));

        match (name, dates, aliases, identifiers) {
            (Some(name), Some(dates), Some(aliases), Some(identifiers)) if errors.is_empty() => {
                Ok(AuthorFields {
                    name,
                    dates,
                    nationality,
                    biography,
                    aliases,
                    identifiers,
                })
            }
            _ => Err(errors.into_vec()),
        }
    }
}

pub(super) fn given(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
}

pub(super) fn text_error(field: &'static str) -> impl FnOnce(TextError) -> FieldError {
    move |error| FieldError::new(field, error.code(), error.to_string())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use values::Scheme;

    use super::super::values::AuthorScheme;
    use super::*;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 20).unwrap()
    }

    fn marquez() -> RawAuthor {
        RawAuthor {
            name: Some("  Gabriel  García Márquez ".to_owned()),
            birth_date: Some("1927-03-06".to_owned()),
            death_date: Some("2014-04-17".to_owned()),
            nationality: Some("Colombian".to_owned()),
            biography: Some("Born in Aracataca.\r\nLived in Mexico City.".to_owned()),
            aliases: vec!["Gabo".to_owned(), "Gabito".to_owned(), " Gabo".to_owned()],
            identifiers: BTreeMap::from([("wikidata".to_owned(), "q5878".to_owned())]),
        }
    }

    fn stored(fields: &AuthorFields) -> RawAuthor {
        let owned = |text: &str| text.to_owned();
        RawAuthor {
            name: Some(owned(fields.name.as_str())),
            birth_date: fields.dates.birth().map(|date| owned(date.as_str())),
            death_date: fields.dates.death().map(|date| owned(date.as_str())),
            nationality: fields.nationality.as_ref().map(|text| owned(text.as_str())),
            biography: fields.biography.as_ref().map(|text| owned(text.as_str())),
            aliases: fields.aliases.iter().map(owned).collect(),
            identifiers: fields
                .identifiers
                .iter()
                .map(|(scheme, value)| (owned(scheme.as_str()), owned(value)))
                .collect(),
        }
    }

    #[test]
    fn a_right_author_comes_out_normalized() {
        let author = marquez().parse(today()).unwrap();
        assert_eq!(author.name.as_str(), "Gabriel García Márquez");
        assert_eq!(
            author.aliases.iter().collect::<Vec<_>>(),
            ["Gabo", "Gabito"]
        );
        assert_eq!(
            author.identifiers.get(AuthorScheme::Wikidata),
            Some("Q5878")
        );
        assert_eq!(
            author.biography.unwrap().as_str(),
            "Born in Aracataca.\nLived in Mexico City."
        );
    }

    #[test]
    fn a_name_is_all_that_an_author_needs_and_blank_texts_count_as_absent() {
        let blank = || Some(" \t\n".to_owned());
        let author = RawAuthor {
            name: Some("Homer".to_owned()),
            birth_date: blank(),
            death_date: blank(),
            nationality: blank(),
            biography: blank(),
            identifiers: BTreeMap::from([("isni".to_owned(), String::new())]),
            ..RawAuthor::default()
        };
        let author = author.parse(today()).unwrap();
        assert_eq!(author.dates, LifeDates::default());
        assert_eq!((author.nationality, author.biography), (None, None));
        assert!(author.aliases.is_empty() && author.identifiers.is_empty());
    }

    #[test]
    fn a_missing_or_blank_name_is_required() {
        for name in [None, Some(String::new()), Some(" ".to_owned())] {
            let raw = RawAuthor { name, ..marquez() };
            let errors = raw.parse(today()).unwrap_err();
            let expected = FieldError::new("name", "required", "must not be empty");
            assert_eq!(errors, [expected]);
        }
    }

    #[test]
    fn every_wrong_field_is_named_at_once() {
        let raw = RawAuthor {
            name: Some("\0".to_owned()),
            birth_date: Some("2027".to_owned()),
            death_date: Some("soon".to_owned()),
            nationality: Some("x".repeat(101)),
            biography: Some("x".repeat(10_001)),
            aliases: vec!["right".to_owned(), String::new(), "x".repeat(256)],
            identifiers: [("isni", "0000000121032684"), ("isbn", "1"), ("viaf", "x")]
                .map(|(scheme, value)| (scheme.to_owned(), value.to_owned()))
                .into(),
        };
        let errors = raw.parse(today()).unwrap_err();
        let found: Vec<_> = errors.iter().map(|e| (e.field.as_str(), e.code)).collect();
        assert_eq!(
            found,
            [
                ("name", "control_character"),
                ("birth_date", "in_future"),
                ("death_date", "format"),
                ("nationality", "too_long"),
                ("biography", "too_long"),
                ("aliases[1]", "required"),
                ("aliases[2]", "too_long"),
                ("identifiers.isbn", "unknown_scheme"),
                ("identifiers.isni", "check_digit"),
                ("identifiers.viaf", "format"),
            ]
        );
    }

    #[test]
    fn one_wrong_field_alone_is_enough_to_refuse_the_author() {
        type Spoil = fn(&mut RawAuthor);
        let cases: [(&str, Spoil); 7] = [
            ("name", |raw| raw.name = Some("x".repeat(256))),
            ("birth_date", |raw| {
                raw.birth_date = Some("1927-13".to_owned())
            }),
            ("death_date", |raw| raw.death_date = Some("1926".to_owned())),
            ("nationality", |raw| raw.nationality = Some("\0".to_owned())),
            ("biography", |raw| raw.biography = Some("\0".to_owned())),
            ("aliases", |raw| raw.aliases = vec!["Gabo".to_owned(); 51]),
            ("identifiers.isbn", |raw| {
                raw.identifiers.insert("isbn".to_owned(), String::new());
            }),
        ];
        for (field, spoil) in cases {
            let mut raw = marquez();
            spoil(&mut raw);
            let errors = raw.parse(today()).unwrap_err();
            let fields: Vec<_> = errors.iter().map(|error| error.field.as_str()).collect();
            assert_eq!(fields, [field]);
        }
    }

    #[test]
    fn what_was_parsed_parses_to_itself() {
        let raw = marquez();
        let fields = raw.parse(today()).unwrap();
        assert_eq!(stored(&fields).parse(today()), Ok(fields));
    }
}
