//! All that an editor says about a book, checked as a whole.

use std::collections::BTreeMap;
use std::error::Error;

use shared_events::BookState;
use values::{FieldError, FieldErrors, TextError};

use super::Claim;
use super::values::{
    BookIdentifiers, Description, Isbn, Language, PageCount, PublicationYear, Publisher, Subjects,
    Subtitle, Title,
};

/// The fields of a book, each of them right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookFields {
    /// The title under which the book is listed.
    pub title: Title,
    /// What follows the title on the title page.
    pub subtitle: Option<Subtitle>,
    /// Unique among live books.
    pub isbn: Option<Isbn>,
    /// When the book came out.
    pub publication_year: Option<PublicationYear>,
    /// What it is written in.
    pub language: Option<Language>,
    /// Who published it, in words.
    pub publisher: Option<Publisher>,
    /// How many pages it has.
    pub page_count: Option<PageCount>,
    /// In prose.
    pub description: Option<Description>,
    /// In headings.
    pub subjects: Subjects,
    /// Given by others; each is unique among live books.
    pub identifiers: BookIdentifiers,
}

impl BookFields {
    /// What no other live book may have.
    pub fn claims(&self) -> Vec<Claim> {
        let isbn = self
            .isbn
            .iter()
            .map(|isbn| Claim::Isbn(isbn.as_str().to_owned()));
        let identifiers = self.identifiers.iter();
        isbn.chain(identifiers.map(|(scheme, value)| Claim::Identifier(scheme, value.to_owned())))
            .collect()
    }
}

/// The fields of a book as somebody sent them. A blank text counts as absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RawBook {
    /// Required; at most 500 characters.
    pub title: Option<String>,
    /// At most 500 characters.
    pub subtitle: Option<String>,
    /// ISBN-10 or ISBN-13.
    pub isbn: Option<String>,
    /// From −3000 to five years ahead.
    pub publication_year: Option<i64>,
    /// Language tag (BCP 47).
    pub language: Option<String>,
    /// At most 255 characters.
    pub publisher: Option<String>,
    /// From 1 to 100,000.
    pub page_count: Option<i64>,
    /// At most 10,000 characters.
    pub description: Option<String>,
    /// At most 100, of at most 100 characters each.
    pub subjects: Vec<String>,
    /// By the name of the scheme: `oclc`.
    pub identifiers: BTreeMap<String, String>,
}

/// The fields of a book as they were published once.
impl From<BookState> for RawBook {
    fn from(state: BookState) -> Self {
        Self {
            title: Some(state.title),
            subtitle: state.subtitle,
            isbn: state.isbn,
            publication_year: state.publication_year.map(i64::from),
            language: state.language,
            publisher: state.publisher,
            page_count: state.page_count.map(i64::from),
            description: state.description,
            subjects: state.subjects,
            identifiers: state.identifiers,
        }
    }
}

impl RawBook {
    /// Checks every field as given in the year `this_year`.
    ///
    /// # Errors
    /// *Every* wrong field, in the order of the fields.
    pub fn parse(self, this_year: i32) -> Result<BookFields, Vec<FieldError>> {
        let mut errors = FieldErrors::new();
        let title = Title::parse(self.title.as_deref().unwrap_or_default());
        let title = errors.take(title.map_err(text_error("title")));
        let subtitle = given(self.subtitle)
            .and_then(|text| errors.take(Subtitle::parse(&text).map_err(text_error("subtitle"))));
        let isbn = given(self.isbn).and_then(|text| {
            errors.take(Isbn::parse(&text).map_err(|e| wrong("isbn", e.code(), e)))
        });
        let publication_year = self.publication_year.and_then(|year| {
            let year = PublicationYear::parse(year, this_year);
            errors.take(year.map_err(|e| wrong("publication_year", e.code(), e)))
        });
        let language = given(self.language).and_then(|text| {
            errors.take(Language::parse(&text).map_err(|e| wrong("language", e.code(), e)))
        });
        let publisher = given(self.publisher)
            .and_then(|text| errors.take(Publisher::parse(&text).map_err(text_error("publisher"))));
        let page_count = self.page_count.and_then(|pages| {
            errors.take(PageCount::parse(pages).map_err(|e| wrong("page_count", e.code(), e)))
        });
        let description = given(self.description).and_then(|text| {
            errors.take(Description::parse(&text).map_err(text_error("description")))
        });
        let subjects = errors.take_all(Subjects::parse("subjects", &self.subjects));
        let identifiers = errors.take_all(BookIdentifiers::parse(self.identifiers));

        match (title, subjects, identifiers) {
            (Some(title), Some(subjects), Some(identifiers)) if errors.is_empty() => {
                Ok(BookFields {
                    title,
                    subtitle,
                    isbn,
                    publication_year,
                    language,
                    publisher,
                    page_count,
                    description,
                    subjects,
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
    move |error| wrong(field, error.code(), error)
}

pub(super) fn wrong(field: &str, code: &'static str, error: impl Error) -> FieldError {
    FieldError::new(field, code, error.to_string())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use values::Scheme;

    use super::super::values::BookScheme;
    use super::*;

    fn solitude() -> RawBook {
        RawBook {
            title: Some(" Cien años  de soledad ".to_owned()),
            subtitle: Some("Novela".to_owned()),
            isbn: Some("0-306-40615-2".to_owned()),
            publication_year: Some(1967),
            language: Some("spa".to_owned()),
            publisher: Some("Editorial Sudamericana".to_owned()),
            page_count: Some(417),
            description: Some("Macondo.\r\nSeven generations.".to_owned()),
            subjects: ["Macondo", "Families", " Macondo"]
                .map(str::to_owned)
                .to_vec(),
            identifiers: BTreeMap::from([("oclc".to_owned(), "ocm00044954".to_owned())]),
        }
    }

    fn stored(fields: &BookFields) -> RawBook {
        let owned = |text: &str| text.to_owned();
        RawBook {
            title: Some(owned(fields.title.as_str())),
            subtitle: fields.subtitle.as_ref().map(|text| owned(text.as_str())),
            isbn: fields.isbn.as_ref().map(|isbn| owned(isbn.as_str())),
            publication_year: fields.publication_year.map(|year| year.get().into()),
            language: fields.language.as_ref().map(|tag| owned(tag.as_str())),
            publisher: fields.publisher.as_ref().map(|text| owned(text.as_str())),
            page_count: fields.page_count.map(|pages| pages.get().into()),
            description: fields.description.as_ref().map(|text| owned(text.as_str())),
            subjects: fields.subjects.iter().map(owned).collect(),
            identifiers: fields
                .identifiers
                .iter()
                .map(|(scheme, value)| (owned(scheme.as_str()), owned(value)))
                .collect(),
        }
    }

    #[test]
    fn a_right_book_comes_out_normalized() {
        let book = solitude().parse(2026).unwrap();
        assert_eq!(book.title.as_str(), "Cien años de soledad");
        assert_eq!(book.isbn.unwrap().as_str(), "9780306406157");
        assert_eq!(book.language.unwrap().as_str(), "es");
        assert_eq!(book.publication_year.unwrap().get(), 1967);
        assert_eq!(book.page_count.unwrap().get(), 417);
        assert_eq!(
            book.subjects.iter().collect::<Vec<_>>(),
            ["Macondo", "Families"]
        );
        assert_eq!(book.identifiers.get(BookScheme::Oclc), Some("44954"));
    }

    #[test]
    fn a_title_is_all_that_a_book_needs_and_blank_texts_count_as_absent() {
        let blank = || Some(" \t\n".to_owned());
        let book = RawBook {
            title: Some("Beowulf".to_owned()),
            subtitle: blank(),
            isbn: blank(),
            language: blank(),
            publisher: blank(),
            description: blank(),
            identifiers: BTreeMap::from([("lccn".to_owned(), String::new())]),
            ..RawBook::default()
        };
        let bare = RawBook {
            title: Some("Beowulf".to_owned()),
            ..RawBook::default()
        };
        let book = book.parse(2026).unwrap();
        assert_eq!(
            (&book.isbn, &book.language, &book.subtitle),
            (&None, &None, &None)
        );
        assert_eq!(Ok(book), bare.parse(2026));
    }

    #[test]
    fn a_missing_or_blank_title_is_required() {
        for title in [None, Some(String::new()), Some(" ".to_owned())] {
            let raw = RawBook {
                title,
                ..solitude()
            };
            let errors = raw.parse(2026).unwrap_err();
            let expected = FieldError::new("title", "required", "must not be empty");
            assert_eq!(errors, [expected]);
        }
    }

    #[test]
    fn every_wrong_field_is_named_at_once() {
        let raw = RawBook {
            title: Some("x".repeat(501)),
            subtitle: Some("x".repeat(501)),
            isbn: Some("0-306-40615-3".to_owned()),
            publication_year: Some(2032),
            language: Some("Spanish".to_owned()),
            publisher: Some("x".repeat(256)),
            page_count: Some(0),
            description: Some("a\0b".to_owned()),
            subjects: vec!["right".to_owned(), String::new(), "x".repeat(101)],
            identifiers: [("goodreads", "x"), ("viaf", "1"), ("openlibrary", "OL1A")]
                .map(|(scheme, value)| (scheme.to_owned(), value.to_owned()))
                .into(),
        };
        let errors = raw.parse(2026).unwrap_err();
        let found: Vec<_> = errors.iter().map(|e| (e.field.as_str(), e.code)).collect();
        assert_eq!(
            found,
            [
                ("title", "too_long"),
                ("subtitle", "too_long"),
                ("isbn", "check_digit"),
                ("publication_year", "out_of_range"),
                ("language", "format"),
                ("publisher", "too_long"),
                ("page_count", "out_of_range"),
                ("description", "control_character"),
                ("subjects[1]", "required"),
                ("subjects[2]", "too_long"),
                ("identifiers.goodreads", "format"),
                ("identifiers.openlibrary", "format"),
                ("identifiers.viaf", "unknown_scheme"),
            ]
        );
    }

    #[test]
    fn one_wrong_field_alone_is_enough_to_refuse_the_book() {
        type Spoil = fn(&mut RawBook);
        let cases: [(&str, Spoil); 10] = [
            ("title", |raw| raw.title = Some("\0".to_owned())),
            ("subtitle", |raw| raw.subtitle = Some("\0".to_owned())),
            ("isbn", |raw| raw.isbn = Some("1".to_owned())),
            ("publication_year", |raw| raw.publication_year = Some(-3001)),
            ("language", |raw| raw.language = Some("e".to_owned())),
            ("publisher", |raw| raw.publisher = Some("\0".to_owned())),
            ("page_count", |raw| raw.page_count = Some(-1)),
            ("description", |raw| raw.description = Some("\0".to_owned())),
            ("subjects", |raw| {
                raw.subjects = vec!["Macondo".to_owned(); 101]
            }),
            ("identifiers.isni", |raw| {
                raw.identifiers.insert("isni".to_owned(), String::new());
            }),
        ];
        for (field, spoil) in cases {
            let mut raw = solitude();
            spoil(&mut raw);
            let errors = raw.parse(2026).unwrap_err();
            let fields: Vec<_> = errors.iter().map(|error| error.field.as_str()).collect();
            assert_eq!(fields, [field]);
        }
    }

    #[test]
    fn what_was_parsed_parses_to_itself() {
        let mut raw = solitude();
        raw.publication_year = Some(2031);
        let fields = raw.parse(2026).unwrap();
        assert_eq!(stored(&fields).parse(2026), Ok(fields));
    }
}
