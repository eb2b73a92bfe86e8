//! A day, month or year in somebody's life.

use std::cmp::Ordering;

use chrono::{Datelike, NaiveDate};

/// The earliest year taken, well before the first author known by name.
const EARLIEST_YEAR: i32 = -3000;

/// Why a date was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LifeDateError {
    /// Not in one of the three forms.
    #[error("must be a year, a year and month, or a date, like 1927, 1927-03 or 1927-03-06")]
    Format,
    /// In the right form, but no calendar has it: `1927-02-29`.
    #[error("must be a day or month that the calendar has")]
    NotInCalendar,
    /// Before the year −3000.
    #[error("must not be before the year -3000")]
    TooEarly,
    /// After the day it was given on.
    #[error("must not be in the future")]
    InFuture,
}

impl LifeDateError {
    /// Stable code for a problem document.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Format => "format",
            Self::NotInCalendar => "not_in_calendar",
            Self::TooEarly => "out_of_range",
            Self::InFuture => "in_future",
        }
    }
}

/// A date as precise as it is known: `1927`, `1927-03` or `1927-03-06`.
///
/// The form is that of EDTF (ISO 8601-2, Annex A) level 0 without times and intervals, and with
/// level 1's negative years: `[-]YYYY[-MM[-DD]]`, always four digits of year, no plus sign. Years
/// are counted as in ISO 8601, in the proleptic Gregorian calendar with a year `0000`: Ovid, born
/// 43 BC, is `-0042`. `-0000` is not a year. From `-3000` on.
///
/// (The `edtf` crate knows no negative years at level 0, and at level 1 also takes what is not
/// wanted here: seasons, uncertain dates, masked digits.)
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LifeDate {
    text: String,
    parts: Parts,
}

impl LifeDate {
    /// Parses a date; white space around it is dropped. Whether it lies in the future is another
    /// question: [`Self::is_after`].
    ///
    /// # Errors
    /// [`LifeDateError`] says which rule the text breaks.
    pub fn parse(raw: &str) -> Result<Self, LifeDateError> {
        let text = raw.trim();
        let parts = Parts::read(text).ok_or(LifeDateError::Format)?;
        if parts.year < EARLIEST_YEAR {
            return Err(LifeDateError::TooEarly);
        }
        let (month, day) = (parts.month.unwrap_or(1), parts.day.unwrap_or(1));
        if NaiveDate::from_ymd_opt(parts.year, month, day).is_none() {
            return Err(LifeDateError::NotInCalendar);
        }
        Ok(Self {
            text: text.to_owned(),
            parts,
        })
    }

    /// The date in the form it was given: `1927-03-06`.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it is surely after `day`, as precise as it is: `2026` is after no day of 2026.
    pub fn is_after(&self, day: NaiveDate) -> bool {
        let day = Parts {
            year: day.year(),
            month: Some(day.month()),
            day: Some(day.day()),
        };
        self.parts.compare(day).is_gt()
    }

    /// Whether it is surely before `other`, on the precision that both have: `1927` is before
    /// `1928-01`, but neither before nor after `1927-03-06`.
    pub fn is_before(&self, other: &Self) -> bool {
        self.parts.compare(other.parts).is_lt()
    }
}

/// The numbers of a date; a day only with a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Parts {
    year: i32,
    month: Option<u32>,
    day: Option<u32>,
}

impl Parts {
    fn read(text: &str) -> Option<Self> {
        let (negative, unsigned) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let mut fields = unsigned.splitn(3, '-');
        let year: i32 = number(fields.next()?, 4)?;
        if negative && year == 0 {
            return None;
        }
        let mut optional = || match fields.next() {
            Some(field) => number(field, 2).map(Some),
            None => Some(None),
        };
        Some(Self {
            year: if negative { -year } else { year },
            month: optional()?,
            day: optional()?,
        })
    }

    /// Order on the precision that both have; equal when nothing tells them apart.
    fn compare(self, other: Self) -> Ordering {
        let common = |a: Option<u32>, b: Option<u32>| match (a, b) {
            (Some(a), Some(b)) => a.cmp(&b),
            (None, _) | (_, None) => Ordering::Equal,
        };
        self.year
            .cmp(&other.year)
            .then_with(|| common(self.month, other.month))
            .then_with(|| common(self.day, other.day))
    }
}

/// Exactly `digits` ASCII digits as a number (`parse` alone would let a plus sign pass).
fn number<N: std::str::FromStr>(text: &str, digits: usize) -> Option<N> {
    let well_formed = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    well_formed.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn date(text: &str) -> LifeDate {
        LifeDate::parse(text).unwrap()
    }

    #[test]
    fn years_months_and_days_are_taken_and_kept_as_given() {
        let texts = "1927 1927-03 1927-03-06 0000 0000-02-29 -0043 -0043-03 -0043-03-15 \
            -0004-02-29 -3000 -3000-01-01 2000-02-29 2024-02-29";
        for text in texts.split(' ') {
            assert_eq!(date(text).as_str(), text);
        }
        assert_eq!(date(" 1927-03 \n").as_str(), "1927-03");
    }

    #[test]
    fn other_forms_are_refused() {
        for text in [
            "",
            " ",
            "-",
            "927",
            "01927",
            "+1927",
            "Y1927",
            "-0000",
            "-0000-01-01",
            "--1927",
            "1927-",
            "1927-3",
            "1927-03-",
            "1927-03-6",
            "1927-03-06-",
            "1927-03-06-01",
            "1927/03",
            "19270306",
            "1927-+3",
            "1927-03-06T00:00:00Z",
            "1927?",
            "192X",
            "-43",
            "06.03.1927",
            "c. 1927",
            "1927\0",
            "１９２７",
            "−0043",
            "1927-03/1928",
        ] {
            assert_eq!(LifeDate::parse(text), Err(LifeDateError::Format), "{text}");
        }
    }

    #[test]
    fn days_and_months_that_the_calendar_lacks_are_refused() {
        let texts = "1927-00 1927-13 1927-03-00 1927-03-32 1927-04-31 1927-02-29 1900-02-29 \
            2100-02-29 -0001-02-29 1927-99-99";
        for text in texts.split(' ') {
            assert_eq!(
                LifeDate::parse(text),
                Err(LifeDateError::NotInCalendar),
                "{text}"
            );
        }
    }

    #[test]
    fn years_before_the_first_names_are_refused() {
        for text in ["-3001", "-3001-12-31", "-9999-99"] {
            assert_eq!(
                LifeDate::parse(text),
                Err(LifeDateError::TooEarly),
                "{text}"
            );
        }
    }

    #[test]
    fn the_future_begins_where_the_precision_ends() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap();
        for past in [
            "2026",
            "2026-11",
            "2026-11-20",
            "2025-12-31",
            "-0043",
            "1927-12",
        ] {
            assert!(!date(past).is_after(today), "{past}");
        }
        for future in ["2027", "2026-12", "2026-11-21", "9999", "2027-01-01"] {
            assert!(date(future).is_after(today), "{future}");
        }
    }

    #[test]
    fn dates_are_compared_on_the_precision_that_both_have() {
        for (earlier, later) in [
            ("1927", "1928"),
            ("1927-03-06", "1928"),
            ("1927-03", "1927-04-01"),
            ("1927-03-06", "1927-03-07"),
            ("-0043", "0017"),
            ("-0044", "-0043-03-15"),
        ] {
            assert!(date(earlier).is_before(&date(later)), "{earlier} {later}");
            assert!(!date(later).is_before(&date(earlier)), "{later} {earlier}");
        }
        for (one, other) in [
            ("1927", "1927-03-06"),
            ("1927-03", "1927-03-06"),
            ("1927", "1927"),
        ] {
            assert!(!date(one).is_before(&date(other)), "{one} {other}");
            assert!(!date(other).is_before(&date(one)), "{other} {one}");
        }
    }

    proptest! {
        #[test]
        fn every_real_day_is_taken_and_reads_back(
            year in EARLIEST_YEAR..=9999,
            ordinal in 1_u32..=365,
        ) {
            let day = NaiveDate::from_yo_opt(year, ordinal).unwrap();
            let sign = if day.year() < 0 { "-" } else { "" };
            let text = format!(
                "{sign}{:04}-{:02}-{:02}", day.year().abs(), day.month(), day.day()
            );
            let parsed = date(&text);
            prop_assert!(!parsed.is_after(day));
            prop_assert!(parsed.is_after(day.pred_opt().unwrap()));
            prop_assert_eq!(date(parsed.as_str()), parsed);
        }

        #[test]
        fn no_text_makes_it_panic(text in "[-+0-9]{0,12}|\\PC{0,12}") {
            if let Ok(parsed) = LifeDate::parse(&text) {
                prop_assert_eq!(LifeDate::parse(parsed.as_str()), Ok(parsed));
            }
        }
    }
}
