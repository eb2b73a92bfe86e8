//! What clients send.

use serde::Deserialize;
use service_kit::{
    field::{Field, FieldList, FieldMap, check, in_declared_order},
    problem::Problem,
};
use shared_events::AuthorId;
use utoipa::ToSchema;
use validator::Validate;
use values::{FieldError, FieldErrors};

use crate::domain::{BookFields, CreditFields, RawBook, RawCredit};

/// Everything about a book. A field that is left out is empty afterwards.
#[derive(Deserialize, Validate, ToSchema)]
#[schema(as = BookInput)]
pub(super) struct BookBody {
    /// The title under which the book is listed.
    #[serde(default)]
    #[schema(required = true, value_type = String, min_length = 1, max_length = 500, example = "Cien años de soledad")]
    title: Field<String>,
    /// What follows the title on the title page.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 500)]
    subtitle: Field<String>,
    /// ISBN-10 or ISBN-13, hyphens and spaces allowed; unique among live books.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "978-84-376-0494-7")]
    isbn: Field<String>,
    /// From -3000 to five years ahead; ISO 8601: 0 is 1 BCE.
    #[serde(default)]
    #[schema(value_type = Option<i32>, minimum = -3000, example = 1967)]
    publication_year: Field<i64>,
    /// Language tag (BCP 47); kept in its canonical form.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "es")]
    language: Field<String>,
    /// In words.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 255, example = "Editorial Sudamericana")]
    publisher: Field<String>,
    /// How many pages.
    #[serde(default)]
    #[schema(value_type = Option<i32>, minimum = 1, maximum = 100_000, example = 471)]
    page_count: Field<i64>,
    /// In prose.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 10_000)]
    description: Field<String>,
    /// In headings, each of at most 100 characters.
    #[serde(default)]
    #[validate(length(max = 100))]
    #[schema(value_type = Option<Vec<String>>, max_items = 100)]
    subjects: FieldList<String>,
    /// By scheme: `openlibrary`, `oclc`, `lccn`, `goodreads`; each unique among live books.
    #[serde(default)]
    #[schema(value_type = Option<std::collections::BTreeMap<String, String>>)]
    identifiers: FieldMap<String>,
}

impl BookBody {
    /// Checks every field.
    pub(super) fn fields(self, this_year: i32) -> Result<BookFields, Problem> {
        let mut errors = FieldErrors::new();
        errors.extend(check(&self));
        let raw = RawBook {
            title: self.title.into_option("title", &mut errors),
            subtitle: self.subtitle.into_option("subtitle", &mut errors),
            isbn: self.isbn.into_option("isbn", &mut errors),
            publication_year: self
                .publication_year
                .into_option("publication_year", &mut errors),
            language: self.language.into_option("language", &mut errors),
            publisher: self.publisher.into_option("publisher", &mut errors),
            page_count: self.page_count.into_option("page_count", &mut errors),
            description: self.description.into_option("description", &mut errors),
            subjects: self.subjects.into_vec("subjects", &mut errors),
            identifiers: self.identifiers.into_map("identifiers", &mut errors),
        };
        match raw.parse(this_year) {
            Ok(fields) if errors.is_empty() => Ok(fields),
            Ok(_) => Err(invalid::<Self>(errors)),
            Err(meanings) => {
                errors.extend_unnamed(meanings);
                Err(invalid::<Self>(errors))
            }
        }
    }
}

/// The authors to link a book to.
#[derive(Deserialize, Validate, ToSchema)]
#[schema(as = AssignAuthors)]
pub(super) struct AssignAuthorsBody {
    /// Ids of authors, in the order in which they get their positions.
    #[serde(default)]
    #[validate(length(min = 1, max = 1000))]
    #[schema(required = true, value_type = Vec<i64>, min_items = 1, max_items = 1000, example = json!([1, 2]))]
    author_ids: FieldList<i64>,
}

impl AssignAuthorsBody {
    /// Checks every id.
    pub(super) fn author_ids(self) -> Result<Vec<AuthorId>, Problem> {
        let mut errors = FieldErrors::new();
        errors.extend(check(&self));
        let numbers = self
            .author_ids
            .required("author_ids", &mut errors)
            .unwrap_or_default();
        let ids = numbers
            .into_iter()
            .enumerate()
            .filter_map(|(index, number)| {
                errors.take(AuthorId::try_from(number).map_err(|error| {
                    FieldError::new(
                        format!("author_ids[{index}]"),
                        "out_of_range",
                        error.to_string(),
                    )
                }))
            })
            .collect();
        if errors.is_empty() {
            Ok(ids)
        } else {
            Err(invalid::<Self>(errors))
        }
    }
}

/// How an author is credited on a book.
#[derive(Deserialize, ToSchema)]
#[schema(as = CreditInput)]
pub(super) struct CreditBody {
    /// What the author did for the book.
    #[serde(default)]
    #[schema(required = true, value_type = String, min_length = 1, max_length = 50, example = "editor")]
    role: Field<String>,
    /// The author's place among the book's authors; left out, it stays as it is.
    #[serde(default)]
    #[schema(value_type = Option<i32>, minimum = 1, maximum = 10_000, example = 2)]
    position: Field<i64>,
    /// The name printed in the book, if it is another. Left out, it is empty afterwards.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 255, example = "G. Marquez")]
    credited_as: Field<String>,
}

impl CreditBody {
    /// Checks every field.
    pub(super) fn fields(self) -> Result<CreditFields, Problem> {
        let mut errors = FieldErrors::new();
        let raw = RawCredit {
            role: self.role.into_option("role", &mut errors),
            position: self.position.into_option("position", &mut errors),
            credited_as: self.credited_as.into_option("credited_as", &mut errors),
        };
        match raw.parse() {
            Ok(fields) if errors.is_empty() => Ok(fields),
            Ok(_) => Err(invalid::<Self>(errors)),
            Err(meanings) => {
                errors.extend_unnamed(meanings);
                Err(invalid::<Self>(errors))
            }
        }
    }
}

fn invalid<T: serde::de::DeserializeOwned>(errors: FieldErrors) -> Problem {
    Problem::invalid_fields(in_declared_order::<T>(errors))
}
