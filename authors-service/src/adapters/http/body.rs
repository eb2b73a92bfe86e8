//! What clients send.

use serde::Deserialize;
use service_kit::{
    field::{Field, FieldList, FieldMap, check, in_declared_order},
    problem::Problem,
};
use shared_events::BookId;
use utoipa::ToSchema;
use validator::Validate;
use values::{FieldError, FieldErrors};

use crate::domain::{AuthorFields, CreditFields, RawAuthor, RawCredit};

/// Everything about an author. A field that is left out is empty afterwards.
#[derive(Deserialize, Validate, ToSchema)]
#[schema(as = AuthorInput)]
pub(super) struct AuthorBody {
    /// The name under which the author is listed.
    #[serde(default)]
    #[schema(required = true, value_type = String, min_length = 1, max_length = 255, example = "Gabriel García Márquez")]
    name: Field<String>,
    /// `1927`, `1927-03` or `1927-03-06` (EDTF level 0), from -3000, not in the future.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "1927-03-06")]
    birth_date: Field<String>,
    /// In the same forms; not before the birth.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "2014-04-17")]
    death_date: Field<String>,
    /// In words.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 100, example = "Colombian")]
    nationality: Field<String>,
    /// In prose.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 10_000)]
    biography: Field<String>,
    /// Other names, each of at most 255 characters.
    #[serde(default)]
    #[validate(length(max = 50))]
    #[schema(value_type = Option<Vec<String>>, max_items = 50)]
    aliases: FieldList<String>,
    /// By scheme: `isni`, `viaf`, `orcid`, `wikidata`, `openlibrary`, `goodreads`.
    #[serde(default)]
    #[schema(value_type = Option<std::collections::BTreeMap<String, String>>)]
    identifiers: FieldMap<String>,
}

impl AuthorBody {
    /// Checks every field.
    pub(super) fn fields(self, today: chrono::NaiveDate) -> Result<AuthorFields, Problem> {
        let mut errors = FieldErrors::new();
        errors.extend(check(&self));
        let raw = RawAuthor {
            name: self.name.into_option("name", &mut errors),
            birth_date: self.birth_date.into_option("birth_date", &mut errors),
            death_date: self.death_date.into_option("death_date", &mut errors),
            nationality: self.nationality.into_option("nationality", &mut errors),
            biography: self.biography.into_option("biography", &mut errors),
            aliases: self.aliases.into_vec("aliases", &mut errors),
            identifiers: self.identifiers.into_map("identifiers", &mut errors),
        };
        match raw.parse(today) {
            Ok(fields) if errors.is_empty() => Ok(fields),
            Ok(_) => Err(invalid::<Self>(errors)),
            Err(meanings) => {
                errors.extend_unnamed(meanings);
                Err(invalid::<Self>(errors))
            }
        }
    }
}

/// The books to link an author to.
#[derive(Deserialize, Validate, ToSchema)]
#[schema(as = AssignBooks)]
pub(super) struct AssignBooksBody {
    /// Ids of books, in the order in which they get their positions.
    #[serde(default)]
    #[validate(length(min = 1, max = 1000))]
    #[schema(required = true, value_type = Vec<i64>, min_items = 1, max_items = 1000, example = json!([1, 2]))]
    book_ids: FieldList<i64>,
}

impl AssignBooksBody {
    /// Checks every id.
    pub(super) fn book_ids(self) -> Result<Vec<BookId>, Problem> {
        let mut errors = FieldErrors::new();
        errors.extend(check(&self));
        let numbers = self
            .book_ids
            .required("book_ids", &mut errors)
            .unwrap_or_default();
        let ids = numbers
            .into_iter()
            .enumerate()
            .filter_map(|(index, number)| {
                errors.take(BookId::try_from(number).map_err(|error| {
                    FieldError::new(
                        format!("book_ids[{index}]"),
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
