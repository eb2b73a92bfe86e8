//! Query parameters, read strictly: every wrong one is told, none is guessed at.

use std::fmt::Display;
use std::ops::RangeInclusive;

use actix_web::HttpRequest;
use values::{FieldError, FieldErrors};

use crate::problem::Problem;

/// The query parameters of one request. Ask for those that are known, then [`QueryParams::finish`];
/// unknown ones are ignored.
#[derive(Debug)]
pub struct QueryParams {
    pairs: Vec<(String, Result<String, Undecodable>)>,
    errors: FieldErrors,
}

#[derive(Debug, Clone, Copy)]
struct Undecodable;

impl QueryParams {
    /// The parameters of this request.
    pub fn from_request(request: &HttpRequest) -> Self {
        Self::parse(request.query_string())
    }

    /// The parameters of a query string (what follows the `?`), in the form of an HTML form: `+`
    /// is a space, `%41` a byte.
    pub fn parse(query: &str) -> Self {
        let pairs = query
            .split('&')
            .filter(|pair| !pair.is_empty())
            .filter_map(|pair| {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                // A name that can't be decoded is no name that anybody asks for.
                Some((decode(name).ok()?, decode(value)))
            })
            .collect();
        Self {
            pairs,
            errors: FieldErrors::new(),
        }
    }

    /// The text of a parameter, `None` if it is not there. Given twice or not decodable is an
    /// error.
    pub fn text(&mut self, name: &str) -> Option<String> {
        let mut values = self.pairs.iter().filter(|(key, _)| key == name);
        let first = values.next()?.1.clone();
        if values.next().is_some() {
            self.wrong(name, "duplicate", "must be given once");
            return None;
        }
        match first {
            Ok(value) => Some(value),
            Err(Undecodable) => {
                self.wrong(
                    name,
                    "encoding",
                    "must be percent-encoded UTF-8 (%25 for a percent sign)",
                );
                None
            }
        }
    }

    /// A whole number; `default` if the parameter is not there, and also when it is wrong, which
    /// [`QueryParams::finish`] then tells.
    pub fn u64(&mut self, name: &str, default: u64, range: RangeInclusive<u64>) -> u64 {
        self.optional_u64(name, range).unwrap_or(default)
    }

    /// A whole number, `None` if the parameter is not there or is wrong.
    pub fn optional_u64(&mut self, name: &str, range: RangeInclusive<u64>) -> Option<u64> {
        let text = self.text(name)?;
        // Only digits: `+5` has arrived as ` 5`, and no other spelling is needed.
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let number = digits.then(|| text.parse::<u64>().ok()).flatten();
        match number {
            Some(number) if range.contains(&number) => Some(number),
            _ => {
                let message = whole_number_in(&range);
                self.wrong(name, "out_of_range", message);
                None
            }
        }
    }

    /// Tells that a parameter's value is wrong in a way that only the caller can know.
    pub fn wrong(&mut self, name: &str, code: &'static str, message: impl Into<String>) {
        self.errors.push(FieldError::new(name, code, message));
    }

    /// Where a caller's own parsing puts its errors.
    pub fn errors_mut(&mut self) -> &mut FieldErrors {
        &mut self.errors
    }

    /// Everything asked for was right.
    ///
    /// # Errors
    /// A 422 [`Problem`] with every wrong parameter, in the order in which they were asked for.
    pub fn finish(self) -> Result<(), Problem> {
        if self.errors.is_empty() {
            Ok(())
        } else {
            Err(Problem::invalid_fields(self.errors.into_vec()))
        }
    }
}

fn whole_number_in<T: Display + PartialEq>(range: &RangeInclusive<T>) -> String {
    format!(
        "must be a whole number from {} to {}",
        range.start(),
        range.end()
    )
}

fn decode(encoded: &str) -> Result<String, Undecodable> {
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut rest = encoded.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let high = hex(rest.next())?;
                let low = hex(rest.next())?;
                high << 4 | low
            }
            other => other,
        });
    }
    String::from_utf8(bytes).map_err(|_| Undecodable)
}

fn hex(digit: Option<u8>) -> Result<u8, Undecodable> {
    match digit {
        Some(digit @ b'0'..=b'9') => Ok(digit - b'0'),
        Some(digit @ b'a'..=b'f') => Ok(digit - b'a' + 10),
        Some(digit @ b'A'..=b'F') => Ok(digit - b'A' + 10),
        _ => Err(Undecodable),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn parameters_that_are_not_there_have_their_defaults() {
        let mut query = QueryParams::parse("other=1&&=");
        assert_eq!(query.u64("skip", 0, 0..=10), 0);
        assert_eq!(query.text("name"), None);
        query.finish().unwrap();
    }

    #[test]
    fn text_is_decoded_as_from_a_form() {
        let mut query = QueryParams::parse("name=Garc%C3%ADa+M%c3%a1rquez&empty=&bare");
        assert_eq!(query.text("name").unwrap(), "García Márquez");
        assert_eq!(query.text("empty").unwrap(), "");
        assert_eq!(query.text("bare").unwrap(), "");
    }

    #[test]
    fn every_wrong_number_is_told_with_its_range() {
        for bad in [
            "-1",
            "abc",
            "1.5",
            "",
            "101",
            "99999999999999999999999",
            "%2B5",
            "0x1",
        ] {
            let mut query = QueryParams::parse(&format!("skip=5&limit={bad}"));
            assert_eq!(query.u64("skip", 0, 0..=10), 5);
            query.u64("limit", 100, 1..=100);
            let problem = query.finish().unwrap_err();
            assert_eq!(
                problem.detail(),
                "limit must be a whole number from 1 to 100.",
                "{bad}"
            );
        }
    }

    #[test]
    fn all_errors_come_in_one_problem() {
        let mut query = QueryParams::parse("skip=-1&name=a&name=b&q=%F&x=%ff");
        query.u64("skip", 0, 0..=10);
        query.text("name");
        query.text("q");
        query.text("x");
        let problem = query.finish().unwrap_err();
        let codes: Vec<_> = problem
            .errors()
            .iter()
            .map(|e| (e.field.as_str(), e.code))
            .collect();
        assert_eq!(
            codes,
            [
                ("skip", "out_of_range"),
                ("name", "duplicate"),
                ("q", "encoding"),
                ("x", "encoding")
            ]
        );
    }
}
