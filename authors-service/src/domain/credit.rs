//! All that an editor says about how an author is credited on a book, checked as a whole.

use shared_events::{Credit, LinkRegister, Side};
use values::{FieldError, FieldErrors};

use super::fields::{given, text_error};
use super::values::{CreditedAs, Position, Role};

/// A credit, each part of it right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreditFields {
    /// What the author did for the book.
    pub role: Role,
    /// The author's place among the book's authors; `None` leaves it as it is.
    pub position: Option<Position>,
    /// The name printed in the book, if it is another.
    pub credited_as: Option<CreditedAs>,
}

impl CreditFields {
    /// `held` with this credit, as changed now by this side; `None` if it has that credit
    /// already.
    pub fn revise(&self, held: &LinkRegister, now_ms: i64) -> Option<LinkRegister> {
        let Credit {
            role,
            position,
            credited_as,
            ..
        } = &held.credit;
        let new_position = self.position.map_or(*position, Position::get);
        let new_name = self.credited_as.as_ref().map(CreditedAs::as_str);
        let same = self.role.as_str() == role
            && new_position == *position
            && new_name == credited_as.as_deref();
        (!same).then(|| {
            held.clone().with_credit(
                self.role.as_str().to_owned(),
                new_position,
                new_name.map(str::to_owned),
                now_ms,
                Side::Authors,
            )
        })
    }
}

/// A credit as somebody sent it. A blank text counts as absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RawCredit {
    /// Required; at most 50 characters.
    pub role: Option<String>,
    /// From 1 to 10,000; absent leaves it as it is.
    pub position: Option<i64>,
    /// At most 255 characters.
    pub credited_as: Option<String>,
}

impl RawCredit {
    /// Checks every field.
    ///
    /// # Errors
    /// *Every* wrong field, in the order of the fields.
    pub fn parse(self) -> Result<CreditFields, Vec<FieldError>> {
        let mut errors = FieldErrors::new();
        let role = Role::parse(self.role.as_deref().unwrap_or_default());
        let role = errors.take(role.map_err(text_error("role")));
        let position = self.position.and_then(|position| {
            errors.take(
                Position::parse(position)
                    .map_err(|error| FieldError::new("position", error.code(), error.to_string())),
            )
        });
        let credited_as = given(self.credited_as).and_then(|text| {
            errors.take(CreditedAs::parse(&text).map_err(text_error("credited_as")))
        });
        match role {
            Some(role) if errors.is_empty() => Ok(CreditFields {
                role,
                position,
                credited_as,
            }),
            _ => Err(errors.into_vec()),
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn editor() -> RawCredit {
        RawCredit {
            role: Some(" editor ".to_owned()),
            position: Some(2),
            credited_as: Some("G.  Marquez".to_owned()),
        }
    }

    #[test]
    fn a_right_credit_comes_out_normalized() {
        let credit = editor().parse().unwrap();
        assert_eq!(credit.role.as_str(), "editor");
        assert_eq!(credit.position.map(Position::get), Some(2));
        assert_eq!(credit.credited_as.unwrap().as_str(), "G. Marquez");
    }

    #[test]
    fn a_role_is_all_that_a_credit_needs_and_blank_texts_count_as_absent() {
        let raw = RawCredit {
            position: None,
            credited_as: Some(" \t".to_owned()),
            ..editor()
        };
        let credit = raw.parse().unwrap();
        assert_eq!((credit.position, credit.credited_as), (None, None));
    }

    #[test]
    fn every_wrong_field_is_named_at_once() {
        let raw = RawCredit {
            role: Some("x".repeat(51)),
            position: Some(0),
            credited_as: Some("x".repeat(256)),
        };
        let errors = raw.parse().unwrap_err();
        let found: Vec<_> = errors.iter().map(|e| (e.field.as_str(), e.code)).collect();
        let expected = [
            ("role", "too_long"),
            ("position", "out_of_range"),
            ("credited_as", "too_long"),
        ];
        assert_eq!(found, expected);
        let none = RawCredit::default().parse().unwrap_err();
        let expected = FieldError::new("role", "required", "must not be empty");
        assert_eq!(none, [expected]);
    }

    #[test]
    fn one_wrong_field_alone_is_enough_to_refuse_the_credit() {
        type Spoil = fn(&mut RawCredit);
        let cases: [(&str, Spoil); 3] = [
            ("role", |raw| raw.role = Some("\0".to_owned())),
            ("position", |raw| raw.position = Some(10_001)),
            ("credited_as", |raw| raw.credited_as = Some("\0".to_owned())),
        ];
        for (field, spoil) in cases {
            let mut raw = editor();
            spoil(&mut raw);
            let errors = raw.parse().unwrap_err();
            let fields: Vec<_> = errors.iter().map(|error| error.field.as_str()).collect();
            assert_eq!(fields, [field]);
        }
    }
}
