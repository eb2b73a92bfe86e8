//! When an author was born and died, as far as known.

use chrono::NaiveDate;
use values::{FieldError, FieldErrors};

use super::{LifeDate, LifeDateError};

const BIRTH: &str = "birth_date";
const DEATH: &str = "death_date";

/// Birth and death, either of them perhaps unknown; the death is never surely before the birth.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct LifeDates {
    birth: Option<LifeDate>,
    death: Option<LifeDate>,
}

impl LifeDates {
    /// Parses both dates as given on the day `today`. A blank one counts as absent.
    ///
    /// # Errors
    /// Every error of either, naming `birth_date` or `death_date`: not a [`LifeDate`], in the
    /// future, or a death before the birth (code `before_birth`).
    pub fn parse(
        birth: Option<&str>,
        death: Option<&str>,
        today: NaiveDate,
    ) -> Result<Self, Vec<FieldError>> {
        let mut errors = FieldErrors::new();
        let birth = errors.take(optional(BIRTH, birth, today));
        let death = errors.take(optional(DEATH, death, today));
        let (Some(birth), Some(death)) = (birth, death) else {
            return Err(errors.into_vec());
        };
        if let (Some(birth), Some(death)) = (&birth, &death)
            && death.is_before(birth)
        {
            let message = format!("must not be before the birth ({})", birth.as_str());
            return Err(vec![FieldError::new(DEATH, "before_birth", message)]);
        }
        Ok(Self { birth, death })
    }

    /// The birth, if known.
    pub fn birth(&self) -> Option<&LifeDate> {
        self.birth.as_ref()
    }

    /// The death, if there was one and its date is known.
    pub fn death(&self) -> Option<&LifeDate> {
        self.death.as_ref()
    }
}

fn optional(
    field: &'static str,
    raw: Option<&str>,
    today: NaiveDate,
) -> Result<Option<LifeDate>, FieldError> {
    let Some(raw) = raw.filter(|raw| !raw.trim().is_empty()) else {
        return Ok(None);
    };
    LifeDate::parse(raw)
        .and_then(|date| match date.is_after(today) {
            true => Err(LifeDateError::InFuture),
            false => Ok(Some(date)),
        })
        .map_err(|error| FieldError::new(field, error.code(), error.to_string()))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn parse(birth: &str, death: &str) -> Result<LifeDates, Vec<(String, &'static str)>> {
        let today = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap();
        LifeDates::parse(Some(birth), Some(death), today)
            .map_err(|errors| errors.into_iter().map(|e| (e.field, e.code)).collect())
    }

    #[test]
    fn a_life_in_order_is_taken() {
        for (birth, death) in [
            ("1927-03-06", "2014-04-17"),
            ("-0042-03-20", "0017"),
            ("1900", "1900"),
            ("1900-05", "1900"),
            ("1900", "1900-01-01"),
            ("1900-05-05", "1900-05-05"),
        ] {
            let dates = parse(birth, death).unwrap();
            assert_eq!(dates.birth().unwrap().as_str(), birth);
            assert_eq!(dates.death().unwrap().as_str(), death);
        }
    }

    #[test]
    fn a_blank_date_counts_as_absent() {
        let dates = parse(" ", "2014").unwrap();
        assert_eq!(dates.birth(), None);
        assert_eq!(dates.death().unwrap().as_str(), "2014");
        assert_eq!(parse("", ""), Ok(LifeDates::default()));
    }

    #[test]
    fn a_death_surely_before_the_birth_is_refused() {
        for (birth, death) in [
            ("1927", "1926"),
            ("1927-03", "1927-02-28"),
            ("-0042", "-0043"),
        ] {
            assert_eq!(
                parse(birth, death),
                Err(vec![("death_date".to_owned(), "before_birth")]),
                "{birth} {death}"
            );
        }
    }

    #[test]
    fn both_dates_are_named_when_both_are_wrong() {
        assert_eq!(
            parse("2027", "yesterday"),
            Err(vec![
                ("birth_date".to_owned(), "in_future"),
                ("death_date".to_owned(), "format"),
            ])
        );
    }
}
